import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { digits, errors, load, viewData } from "./helpers.mjs";

const { facts, nameOf, placeOf, tile } = await load("card");
const { State } = await load("state");

describe("facts: what a card says of a point", () => {
  const view = new State(viewData(2), Float32Array.of(0, 0, 1, 1), Int16Array.of(7, 3));
  it("is its class", () => assert.deepEqual(facts(view, 0), [["digit", "7"]]));
  it("is none for a class without a name", () => assert.deepEqual(facts(view, 1)[0], ["digit", "none"]));
  it("is a value with three digits, as soon as it is there", () => {
    view.loaded.set("error", Float32Array.of(0.012345, NaN));
    assert.deepEqual(facts(view, 0)[1], ["error", "0.0123"]);
    assert.deepEqual(facts(view, 1)[1], ["error", "undefined"]);
  });
});

describe("the image of a row", () => {
  const parts = [{ name: "held-out", start: 0 }, { name: "training", start: 100 }];
  it("is counted within its part", () => {
    assert.deepEqual(placeOf(parts, 99), { part: 0, number: 99 });
    assert.deepEqual(placeOf(parts, 100), { part: 1, number: 0 });
  });
  it("lies on a sheet, in a column and a row", () => {
    const sprites = { size: 28, columns: 100, per_sheet: 10_000, parts: [] };
    assert.deepEqual(tile(sprites, 0), { sheet: 0, left: 0, top: 0 });
    assert.deepEqual(tile(sprites, 10_203), { sheet: 1, left: 84, top: 56 });
  });
});

describe("nameOf: an image for who hears of it", () => {
  const parts = [{ name: "held-out", start: 0 }, { name: "training", start: 1 }];
  const named = (name) => ({ ...digits, classes: [{ ...digits.classes[0], id: 7, name }] });
  const of = (name, row) =>
    nameOf(new State(viewData(2, { parts, fields: { digit: named(name) } }), new Float32Array(4), Int16Array.of(7, 7)), row);
  it("is its split, its number there and its digit", () => assert.equal(of("4", 0), "held-out image 0, a 4"));
  it("counts within the split", () => assert.equal(of("coat", 1), "training image 0, a coat"));
  it("is a point where nothing was held out", () => {
    const parts = [{ name: "point", start: 0 }];
    const view = new State(viewData(1, { parts, fields: { error: errors }, colour: "error" }), new Float32Array(2), Float32Array.of(1));
    assert.equal(nameOf(view, 0), "point 0");
  });
  it("has the article of its word", () => {
    assert.equal(of("8", 0), "held-out image 0, an 8");
    assert.equal(of("Ankle boot", 0), "held-out image 0, an Ankle boot");
  });
  it("is no digit where there are no labels", () => {
    const view = new State(viewData(1, { fields: { error: errors }, colour: "error" }), new Float32Array(2), Float32Array.of(1));
    assert.equal(nameOf(view, 0), "held-out image 0");
  });
});

describe("what is on the card", () => {
  const view = new State(viewData(3), new Float32Array(6), Int16Array.of(0, 7, 7));
  it("is nothing at first", () => assert.deepEqual([view.onCard, view.isKept], [-1, false]));
  it("is what is kept, and can be let go", () => {
    view.pinned = 2;
    assert.deepEqual([view.onCard, view.isKept], [2, true]);
  });
  it("is rather what is pointed at", () => {
    view.marked = 1;
    assert.deepEqual([view.onCard, view.isKept], [1, false]);
  });
});
