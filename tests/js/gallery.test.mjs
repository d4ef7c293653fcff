import assert from "node:assert/strict";
import { describe, it } from "node:test";

const { background } = await import("../../static/gallery/place.js");

describe("an image of a sheet", () => {
  it("is moved into its element, row by row, at the element's size", () => {
    assert.deepEqual(background("a.png", 100, 203, 44), {
      backgroundImage: 'url("a.png")', backgroundSize: "4400px auto", backgroundPosition: "-132px -88px",
    });
  });
});
