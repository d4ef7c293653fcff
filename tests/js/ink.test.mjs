import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load, viewData } from "./helpers.mjs";

const { inkOf, rgb } = await load("ink");
const { State } = await load("state");
const light = { isDark: false };

describe("ink: the colour of a row as numbers", () => {
  it("is that of its class on this page, grey for a value that is no class", () => {
    const view = new State(viewData(2), new Float32Array(4), Int16Array.of(7, 3));
    assert.deepEqual([0, 1].map(inkOf(view, light)), [[2, 2, 2], [128, 128, 128]]);
    assert.deepEqual(inkOf(view, { isDark: true })(0), [102, 2, 2]);
  });
  it("is that of its value on the scale, beyond it that of the end, grey for NaN", () => {
    const view = new State(viewData(4, { colour: "error" }), new Float32Array(8), Float32Array.of(1, -5, 99, NaN));
    assert.deepEqual([0, 1, 2, 3].map(inkOf(view, light)), [[4.5, 4.5, 4.5], [0, 0, 0], [9, 9, 9], [128, 128, 128]]);
  });
  it("reads the forms that styles write", () => {
    assert.deepEqual(["rgb(1, 2, 3)", "#0aff10", "rgba(4,5,6,0.5)", "red"].map(rgb), [[1, 2, 3], [10, 255, 16], [4, 5, 6], [128, 128, 128]]);
  });
});
