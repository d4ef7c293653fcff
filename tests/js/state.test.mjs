import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { digits, load, viewData } from "./helpers.mjs";

const { State } = await load("state");
const POINTS = Float32Array.of(0, 0, 1, 1, 2, 2, 3, 3);
const LABELS = Int16Array.of(0, 7, 7, 0);
const state = (changes = {}, before = null, points = POINTS, values = LABELS) =>
  new State(viewData(points.length / (changes.axes ?? ["z1", "z2"]).length, changes), points, values, before);
const focus = (view) => (view.partition(), view.shown.focus);

describe("what is in focus", () => {
  it("is everything at first", () => {
    const view = state();
    assert.deepEqual(view.shown, { focus: [0, 1, 2, 3], rest: [], allowed: Uint8Array.of(1, 1, 1, 1), absent: 0 });
    assert.equal(view.describe(), "");
  });
  it("is one class after a click in the legend, all after the next", () => {
    const view = state();
    view.isolate(7, false);
    assert.deepEqual(focus(view), [1, 2]);
    assert.deepEqual(view.shown.rest, [0, 3]);
    assert.deepEqual([...view.counts()], [[7, 2]]);
    assert.equal(view.describe(), "2 of 4 in focus.");
    view.isolate(7, false);
    assert.deepEqual(focus(view), [0, 1, 2, 3]);
  });
  it("is one class more, or less, with Shift", () => {
    const view = state();
    view.isolate(7, true);
    view.isolate(0, true);
    assert.deepEqual(focus(view), [0, 1, 2, 3]);
    view.isolate(7, true);
    assert.deepEqual(focus(view), [0, 3]);
  });
  it("is what lies between two values, NaN never", () => {
    const view = state({ colour: "error" }, null, POINTS, Float32Array.of(0.5, 1, 1.5, NaN));
    assert.deepEqual(focus(view), [0, 1, 2, 3]);
    view.threshold = [1, Infinity];
    assert.deepEqual(focus(view), [1, 2]);
  });
  it("is the selection among what legend and threshold ask for", () => {
    const view = state();
    view.isolate(7, false);
    view.selection = [0, 1];
    assert.deepEqual(focus(view), [1]);
  });
  it("is nothing for an empty selection, and everything is still drawn", () => {
    const view = state();
    view.selection = [];
    assert.deepEqual(focus(view), []);
    assert.equal(view.drawn, 4);
    assert.equal(view.current, -1);
    assert.equal(view.describe(), "0 of 4 in focus.");
  });
  it("leaves out points without a place, and says so", () => {
    const view = state({}, null, Float32Array.of(0, NaN, Infinity, 1, 2, 2, 3, 3));
    assert.deepEqual(view.shown, { focus: [2, 3], rest: [], allowed: Uint8Array.of(0, 0, 1, 1), absent: 2 });
    assert.equal(view.describe(), "2 of 4 points are not drawn: their position is not a finite number.");
  });
  it("of points that all lack a place is nothing", () => {
    const view = state({}, null, new Float32Array(8).fill(NaN));
    assert.match(view.describe(), /^There are no points to draw\. 4 of 4 points/);
    assert.deepEqual(view.frame, [[-1, 1], [-1, 1]]);
  });
  it("begins with what Python says of the points", () => assert.equal(state({ note: "3 mistakes." }).describe(), "3 mistakes."));
  it("may be one point", () => {
    const view = state({ axes: ["z1", "z2", "z3"] }, null, new Float32Array(3), Int16Array.of(7));
    assert.deepEqual(view.shown.focus, [0]);
    assert.equal(view.describe(), "");
  });
});

describe("far points", () => {
  const far = (m, changes = {}, before = null) => {
    const points = Float32Array.from({ length: m * 1000 }, (_, i) => Math.floor(i / m) / 999);
    points.set(Array(m).fill(1000), 0);
    return state({ axes: ["z1", "z2", "z3"].slice(0, m), ...changes }, before, points, new Int16Array(1000));
  };
  it("are left outside and counted, until all are asked for", () => {
    const view = far(2);
    assert.equal(view.describe(), "1 point lies outside.");
    view.frameAll(true);
    assert.ok(view.frame.every(([, high]) => high > 1000));
    assert.equal(view.describe(), "");
    view.frameAll(false);
    assert.ok(view.frame.every(([, high]) => high < 2));
  });
  it("in space can't be pointed at, as plotly does not draw them there", () => {
    assert.deepEqual([2, 3].map((m) => far(m).shown.allowed[0]), [1, 0]);
    assert.equal(far(3).shown.focus.length, 1000);
  });
  it("stay asked for in another colour, not in another space", () => {
    const before = far(2);
    before.frameAll(true);
    assert.ok(far(2, {}, before).isWhole);
    assert.ok(!far(2, { camera: "place-a-b" }, before).isWhole);
  });
});

describe("what a newer state keeps", () => {
  const chosen = () => {
    const view = state();
    view.isolate(7, false);
    Object.assign(view, { pinned: 1, marked: 2, hovered: 2, selection: [1, 2], trail: [3] });
    view.attach({ kind: "pieces", view: "place", latents: "run-1", sprites: null, neighbours: null, fields: {} });
    view.neighbours = Uint16Array.of(1, 0, 3, 2);
    view.loaded.set("error", Float32Array.of(1, 2, 3, 4));
    return view;
  };
  it("is all, for the same data", () => {
    const next = state({}, chosen());
    const { pinned, marked, hovered, selection, trail, isolated } = next;
    assert.deepEqual({ pinned, marked, hovered, selection, trail }, { pinned: 1, marked: 2, hovered: 2, selection: [1, 2], trail: [3] });
    assert.deepEqual([...isolated], [7]);
    assert.ok(next.pieces && next.neighbours && next.loaded.has("error"));
    assert.deepEqual(next.shown.focus, [1, 2]);
  });
  it("is no pin and no selection, for other images", () => {
    const { pinned, marked, selection } = state({ images: "fashion" }, chosen());
    assert.deepEqual({ pinned, marked, selection }, { pinned: -1, marked: -1, selection: null });
  });
  it("is no picture and no neighbour, for other latents", () => {
    const next = state({ latents: "run-2" }, chosen());
    assert.deepEqual([next.pieces, next.neighbours, next.pinned], [null, null, 1]);
  });
  it("is no isolated class, for another colouring or other classes", () => {
    assert.equal(state({ colour: "error" }, chosen(), POINTS, new Float32Array(4)).isolated.size, 0);
    const fewer = { ...digits, classes: digits.classes.slice(1) };
    assert.equal(state({ fields: { digit: fewer } }, chosen()).isolated.size, 0);
  });
  it("is no array of a field that is another now", () => {
    const before = chosen();
    const moved = { ...before.data.fields.error, values: { url: "other-errors", dtype: "float32" } };
    assert.ok(!state({ fields: { digit: digits, error: moved } }, before).loaded.has("error"));
  });
  it("lets points glide only if they are the same images elsewhere", () => {
    const before = state();
    const points = { url: "elsewhere", dtype: "float32" };
    assert.ok(state({ points }, before).movedFrom(before));
    assert.ok(!state({}, before).movedFrom(before));
    assert.ok(!state({ points, images: "fashion" }, before).movedFrom(before));
    assert.ok(!state({ points, axes: ["a", "b", "c"] }, before, new Float32Array(12)).movedFrom(before));
  });
  it("takes pieces of its own latents alone", () => {
    const view = state();
    const fields = { silhouette: { ...digits, label: "silhouette" } };
    assert.ok(!view.attach({ latents: "run-2", fields }));
    assert.ok(view.attach({ latents: "run-1", fields }));
    assert.deepEqual(Object.keys(view.fields), ["digit", "error", "silhouette"]);
  });
});

describe("a walk with the arrow keys", () => {
  it("starts at the marked point, else the pinned one, else the first in focus", () => {
    const view = state();
    assert.equal(view.current, 0);
    view.pinned = 2;
    assert.equal(view.current, 2);
    view.marked = 3;
    assert.equal(view.current, 3);
  });
  it("goes to the nearest in focus that it has not passed", () => {
    const view = state();
    view.neighbours = Uint16Array.of(1, 2, /**/ 0, 2, /**/ 1, 3, /**/ 2, 1);
    assert.equal(view.nextTo(0), 1);
    view.trail = [0];
    assert.equal(view.nextTo(1), 2);
    view.isolate(0, false);
    view.partition();
    assert.equal(view.nextTo(1), -1);
  });
  it("goes nowhere before the neighbours have come", () => assert.equal(state().nextTo(0), -1));
});

describe("a replay", () => {
  it("moves its sample, and is over at its end", () => {
    const view = state();
    view.moveTo(Int32Array.of(1, 3), Float32Array.of(10, 11, 30, 31));
    assert.deepEqual([...view.positions], [0, 0, 10, 11, 2, 2, 30, 31]);
    assert.deepEqual(focus(view), [1, 3]);
    assert.equal(view.describe(), "Replay of 2 of 4 images.");
    view.moveTo(Int32Array.of(1, 3), null);
    assert.equal(view.positions, view.final);
    assert.deepEqual(focus(view), [0, 1, 2, 3]);
    assert.deepEqual([...POINTS], [0, 0, 1, 1, 2, 2, 3, 3], "what Python sent stays as it is");
  });
});

describe("the medoids of groups", () => {
  const pieces = { latents: "run-1", medoids: { digit: [{ id: 7, row: 2, size: 2 }, { id: 9, row: 0, size: 1 }] } };
  it("are those of the field that colours, with the names of its classes", () => {
    const view = state();
    assert.deepEqual(view.medoids, []); // not here yet
    view.attach(pieces);
    assert.deepEqual(view.medoids, [{ id: 7, row: 2, size: 2, name: "7" }]); // there is no class 9
  });
  it("are none where points are coloured by a value", () => {
    const view = state({ colour: "error" }, null, POINTS, Float32Array.of(1, 1, 1, 1));
    view.attach(pieces);
    assert.deepEqual(view.medoids, []);
  });
});

describe("isDrawn", () => {
  it("of a plane each point with a place", () => {
    const view = state({}, null, Float32Array.of(0, 0, NaN, 1, 2, 2, 900, 3));
    assert.deepEqual([0, 1, 2, 3].map((row) => view.isDrawn(row)), [true, false, true, true]);
  });
  it("of a space none outside the frame, of a replay those that move", () => {
    const view = state({ axes: ["a", "b", "c"] }, null, Float32Array.of(0, 0, 0, 1, 1, 1, 2, 2, 2), LABELS.slice(0, 3));
    view.frame = [[0, 1], [0, 1], [0, 1]];
    assert.deepEqual([0, 1, 2].map((row) => view.isDrawn(row)), [true, true, false]);
    view.moveTo([1], Float32Array.of(0.5, 0.5, 0.5));
    assert.deepEqual([0, 1].map((row) => view.isDrawn(row)), [false, true]);
  });
});
