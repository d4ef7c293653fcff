import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load, viewData } from "./helpers.mjs";

const { cornerOf, facts, placeOf, tile } = await load("card");
const { State } = await load("state");

describe("facts: what a card says of a point", () => {
  const view = new State(viewData(2), Float32Array.of(0, 0, 1, 1), Int16Array.of(7, 3));
  it("is its class and its number", () => assert.deepEqual(facts(view, 0), [["digit", "7"], ["number", "0"]]));
  it("is none for a class without a name", () => assert.deepEqual(facts(view, 1)[0], ["digit", "none"]));
  it("is a value with three digits, as soon as it is there", () => {
    view.loaded.set("error", Float32Array.of(0.012345, NaN));
    assert.deepEqual(facts(view, 0)[1], ["error", "0.0123"]);
    assert.deepEqual(facts(view, 1)[1], ["error", "undefined"]);
  });
  it("names the split where there is more than the held-out images", () => {
    const parts = [{ name: "held-out", start: 0 }, { name: "training", start: 1 }];
    const both = new State(viewData(2, { parts }), Float32Array.of(0, 0, 1, 1), Int16Array.of(7, 0));
    assert.deepEqual(facts(both, 1), [["digit", "0"], ["image", "training"], ["number", "0"]]);
    const training = new State(viewData(1, { parts: [{ name: "training", start: 0 }] }), new Float32Array(2), Int16Array.of(7));
    assert.deepEqual(facts(training, 0)[1], ["image", "training"]);
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

describe("cornerOf: where the card goes", () => {
  const [card, stage] = [{ width: 200, height: 100 }, { width: 600, height: 400 }];
  it("is right of its point", () => assert.deepEqual(cornerOf([100, 200], card, stage), { left: 116, top: 150 }));
  it("is left of it where the right is too narrow", () => assert.deepEqual(cornerOf([500, 200], card, stage), { left: 284, top: 150 }));
  it("is inside the plot", () => {
    assert.deepEqual(cornerOf([100, 0], card, stage), { left: 116, top: 4 });
    assert.deepEqual(cornerOf([100, 400], card, stage), { left: 116, top: 296 });
    assert.equal(cornerOf([150, 200], card, { width: 220, height: 400 }).left, 4);
  });
});
