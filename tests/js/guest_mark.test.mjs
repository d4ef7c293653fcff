import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load } from "./helpers.mjs";

const { paths } = await load("guest_mark");

describe("the guest over the plot", () => {
  it("is a diamond about its pixel, with a line to each of the others", () => {
    const { threads, diamond } = paths(Float32Array.of(100, 50, 0, 10, 20, 0, 30, 40, 0));
    assert.equal(threads, "M100.0 50.0L10.0 20.0M100.0 50.0L30.0 40.0");
    assert.equal(diamond, "M100.0 40.0l10 10l-10 10l-10 -10z");
  });
  it("has no line to what is behind the camera", () => {
    assert.equal(paths(Float32Array.of(1, 2, 0, NaN, NaN, NaN)).threads, "");
  });
  it("is not seen when it is behind the camera", () => {
    assert.equal(paths(Float32Array.of(NaN, NaN, NaN, 1, 1, 0)), null);
  });
});
