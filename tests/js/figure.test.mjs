import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { digits, load, viewData } from "./helpers.mjs";

const { layout, rings, shapeOf, traces } = await load("figure");
const { firstCamera } = await load("camera");
const { State } = await load("state");
const theme = { text: "t", faint: "f", accent: "a", grid: "g", font: "sans-serif", isDark: false };
const look = { theme, shells: false };
const plane = (n, changes) => new State(
  viewData(n, changes), Float32Array.from({ length: 2 * n }, (_, i) => (i * 7) % 11), Int16Array.from({ length: n }, (_, i) => (i % 2 ? 7 : 0)),
);

describe("traces", () => {
  it("are the rest, the focus and two rings", () => {
    const view = plane(4);
    view.isolate(7, false);
    view.partition();
    view.pinned = 2;
    const [rest, focus, marked, pinned] = traces(view, look);
    assert.deepEqual([rest.x, focus.x].map((x) => [...x]), [[0, 6], [3, 9]]);
    assert.deepEqual([[...focus.y], [...focus.marker.color]], [[10, 5], [1, 1]]);
    assert.deepEqual([marked.x, pinned.x, pinned.y], [[], [6], [2]]);
  });
  it("colour a class by its place among the classes, one flat step each", () => {
    const { marker } = traces(plane(2), look)[1];
    assert.deepEqual([marker.cmin, marker.cmax, [...marker.color]], [-0.5, 1.5, [0, 1]]);
    assert.deepEqual(marker.colorscale, [[0, "rgb(1,1,1)"], [0.5, "rgb(1,1,1)"], [0.5, "rgb(2,2,2)"], [1, "rgb(2,2,2)"]]);
  });
  it("have other colours on a dark page", () => {
    const { marker } = traces(plane(2), { ...look, theme: { ...theme, isDark: true } })[1];
    assert.deepEqual(marker.colorscale.map(([, colour]) => colour), ["rgb(101,1,1)", "rgb(101,1,1)", "rgb(102,2,2)", "rgb(102,2,2)"]);
  });
  it("of few classes have a shape for each, that plotly has for the axes", () => {
    assert.deepEqual(traces(plane(2), look)[1].marker.symbol, ["circle", "square"]);
    const five = { classes: Array(5).fill(digits.classes[0]) };
    assert.deepEqual([2, 3].map((m) => shapeOf(five, 4, m)), ["x", "diamond-open"]);
    assert.equal(shapeOf({ classes: Array(6).fill(digits.classes[0]) }, 4, 2), "circle");
  });
  it("draw quiet classes first, below the others", () => {
    const quiet = { ...digits, classes: digits.classes.map((c) => ({ ...c, quiet: c.id === 7 })) };
    assert.deepEqual([...traces(plane(4, { fields: { digit: quiet } }), look)[1].marker.color], [1, 1, 0, 0]);
  });
  it("of one class have one colour", () => {
    const one = { ...digits, classes: digits.classes.slice(0, 1) };
    const { marker } = traces(plane(1, { fields: { digit: one } }), look)[1];
    assert.deepEqual([marker.cmin, marker.cmax, marker.colorscale], [-0.5, 0.5, [[0, "rgb(1,1,1)"], [1, "rgb(1,1,1)"]]]);
  });
  it("have the marker size that Python gives, another one while a replay plays", () => {
    const view = plane(4, { size: 4.5, replay: { positions: {}, rows: {}, steps: [0], curves: {}, size: 8 } });
    assert.equal(traces(view, look)[1].marker.size, 4.5);
    view.moveTo([1], Float32Array.of(1, 1));
    view.partition();
    assert.equal(traces(view, look)[1].marker.size, 8);
  });
  it("of no points are empty", () => {
    assert.deepEqual(traces(plane(0), look).map(({ x }) => x.length), [0, 0, 0, 0]);
  });
});

describe("shells", () => {
  const shells = (view) => traces(view, { theme, shells: true }).slice(4);
  it("are drawn around a class of eight or more", () => {
    assert.deepEqual(shells(plane(16)).map(({ line }) => line.color), ["rgb(1,1,1)", "rgb(2,2,2)"]);
    assert.equal(shells(plane(14)).length, 0);
  });
  it("of collapsed latents have corners that are numbers", () => {
    const view = new State(viewData(20), new Float32Array(40).fill(3), new Int16Array(20));
    const [{ x, y }] = shells(view);
    assert.ok(x.length > 0 && [...x, ...y].every((v) => v === 3));
  });
  it("are none where points are coloured by a value", () => {
    const view = new State(viewData(20, { colour: "error" }), new Float32Array(40), new Float32Array(20));
    assert.equal(shells(view).length, 0);
  });
});

describe("the guest", () => {
  const guest = { place: [4, 5], joined: [[0, 0], [1, 9]], name: "your drawing" };
  it("is a diamond in the accent colour, above its lines to what it is joined to", () => {
    const all = traces(plane(4, { guest }), look);
    const { x, y, mode, marker } = all.at(-1);
    assert.equal(all.length, 5);
    assert.deepEqual(x, [4, 0, null, 4, 1, null, 4]);
    assert.deepEqual(y, [5, 0, null, 5, 9, null, 5]);
    assert.deepEqual([mode, marker.symbol, marker.color], ["lines+markers", "diamond", "a"]);
    assert.deepEqual(marker.size.map(Boolean), [false, false, false, false, false, false, true]);
  });
  it("is in space, too, and alone where it is joined to nothing", () => {
    const view = new State(
      viewData(1, { axes: ["a", "b", "c"], guest: { place: [1, 2, 3], joined: [], name: "" } }), new Float32Array(3), Int16Array.of(0),
    );
    const { type, x, y, z } = traces(view, look).at(-1);
    assert.deepEqual([type, x, y, z], ["scatter3d", [1], [2], [3]]);
  });
});

describe("rings", () => {
  it("have a coordinate for each axis", () => {
    const view = new State(viewData(1, { axes: ["a", "b", "c"] }), Float32Array.of(1, 2, 3), Int16Array.of(0));
    view.marked = 0;
    assert.deepEqual(rings(view), { x: [[1], []], y: [[2], []], z: [[3], []] });
  });
});

describe("layout", () => {
  it("in the plane has equal units where they mean something", () => {
    assert.equal(layout(plane(2), look).yaxis.scaleanchor, "x");
    assert.equal(layout(plane(2, { equal: false }), look).yaxis.scaleanchor, undefined);
    assert.equal(layout(plane(2, { equal: false, heights: true }), look).yaxis.showticklabels, false);
  });
  it("in space keeps the very camera that is there", () => {
    const view = new State(viewData(1, { axes: ["a", "b", "c"] }), new Float32Array(3), Int16Array.of(0));
    const camera = { eye: { x: 1, y: 2, z: 3 } };
    assert.equal(layout(view, look, camera).scene.camera, camera);
    assert.deepEqual(layout(view, look).scene.camera, firstCamera());
  });
  it("in space has equal units by the frame, whatever part of it is drawn", () => {
    const points = Float32Array.of(0, 0, 0, 100, 20, 50);
    const view = new State(viewData(2, { axes: ["a", "b", "c"] }), points, Int16Array.of(0, 7));
    view.moveTo([1], Float32Array.of(1, 9, 2)); // a replay begins in a corner
    view.partition();
    const { aspectratio, xaxis, yaxis, zaxis } = layout(view, look).scene;
    const units = [xaxis, yaxis, zaxis].map(({ range: [low, high] }, i) => aspectratio["xyz"[i]] / (high - low));
    assert.ok(units.every((unit) => Math.abs(unit / units[0] - 1) < 1e-9), `${units}`);
    assert.equal(layout(new State({ ...view.data, equal: false }, points, Int16Array.of(0, 7)), look).scene.aspectmode, "cube");
  });
  it("never has an axis of width 0", () => {
    const view = new State(viewData(400), new Float32Array(800).fill(3), new Int16Array(400));
    const { xaxis, yaxis } = layout(view, look);
    assert.ok([xaxis, yaxis].every(({ range: [low, high] }) => low < high));
  });
});
