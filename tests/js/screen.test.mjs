import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load } from "./helpers.mjs";

const { fromPlane, fromSpace, inside, pick } = await load("screen");
const ONE = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const box = { left: 10, top: 20, width: 200, height: 100 };
const all = (n) => new Uint8Array(n).fill(1);

describe("fromSpace: pixels and depth of points in space", () => {
  it("puts the origin into the middle of the box, up being less", () => {
    const lens = { matrices: [ONE, ONE, ONE], scale: [1, 1, 1], box };
    assert.deepEqual([...fromSpace(Float32Array.of(0, 0, 0, 1, 1, 0.5), lens)], [110, 70, 0, 210, 20, 0.5]);
  });
  it("applies scale, then model, view and projection", () => {
    const shift = ONE.map((v, i) => (i === 12 ? 1 : v)); // one to the right
    const half = ONE.map((v, i) => (i === 0 ? 0.5 : v)); // x at half its length
    // (0.25 * 4 + 1) * 0.5 = 1: the right edge
    const lens = { matrices: [half, shift, ONE], scale: [4, 1, 1], box };
    assert.equal(fromSpace(Float32Array.of(0.25, 0, 0), lens)[0], 210);
  });
  it("gives no place to a point behind the camera", () => {
    const perspective = ONE.map((v, i) => (i === 11 ? -1 : i === 15 ? 0 : v)); // w is -z
    const lens = { matrices: [perspective, ONE, ONE], scale: [1, 1, 1], box };
    const screen = fromSpace(Float32Array.of(0, 0, -1, 0, 0, 1), lens);
    assert.deepEqual([...screen.subarray(0, 2)], [110, 70]);
    assert.ok(screen.subarray(3).every(Number.isNaN));
    assert.equal(pick(screen, Uint8Array.of(0, 1), [110, 70]), -1);
  });
});

describe("fromPlane: pixels of points in the plane", () => {
  it("asks each axis, and has no depth", () => {
    const axes = { x: (v) => 10 + v, y: (v) => 100 - v };
    assert.deepEqual([...fromPlane(Float32Array.of(1, 2, 3, 4), axes)], [11, 98, 0, 13, 96, 0]);
  });
});

describe("pick: the row under the cursor", () => {
  it("is the foremost of those that are very near", () => {
    assert.equal(pick(Float32Array.of(0, 0, 0.9, 2, 0, 0.1), all(2), [0, 0]), 1);
  });
  it("is the nearest where all have one depth", () => {
    assert.equal(pick(Float32Array.of(3, 0, 0, 1, 0, 0), all(2), [0, 0]), 1);
  });
  it("is the nearest of those that are rather near", () => {
    assert.equal(pick(Float32Array.of(9, 0, 0.1, 7, 0, 0.9), all(2), [0, 0]), 1);
  });
  it("is none beyond 12 pixels", () => assert.equal(pick(Float32Array.of(13, 0, 0), all(1), [0, 0]), -1));
  it("is none that is not in focus, and none without a place", () => {
    assert.equal(pick(Float32Array.of(0, 0, 0, NaN, NaN, 0), Uint8Array.of(0, 1), [0, 0]), -1);
    assert.equal(pick(new Float32Array(), new Uint8Array(), [0, 0]), -1);
  });
});

describe("inside: rows in an outline", () => {
  const screen = Float32Array.of(5, 5, 0, 50, 5, 0, 5, 6, 0);
  it("are those between its corners and in focus", () => {
    assert.deepEqual(inside(screen, Uint8Array.of(1, 1, 0), [[0, 0], [10, 0], [10, 10], [0, 10]]), [0]);
  });
  it("are none where it is crossed twice", () => {
    const notched = [[0, 0], [10, 0], [10, 10], [5.5, 10], [5.5, 2], [4.5, 2], [4.5, 10], [0, 10]];
    assert.deepEqual(inside(screen, all(3), notched), []);
  });
  it("are none in a line or a point", () => {
    assert.deepEqual(inside(screen, all(3), [[0, 0], [10, 10]]), []);
    assert.deepEqual(inside(screen, all(3), [[5, 5]]), []);
  });
});
