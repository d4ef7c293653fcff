import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load } from "./helpers.mjs";

const { caption, polyline, positionsAt } = await load("replay");
const positions = Float32Array.of(0, 0, 10, 10, /**/ 4, 8, 20, 30, /**/ 4, 4, 4, 4); // 3 snapshots of 2 points
const at = (time) => [...positionsAt(positions, 3, time)];

describe("positionsAt: where the sample lies at a time", () => {
  it("is a snapshot at a whole number", () => assert.deepEqual([at(0), at(1), at(2)], [[0, 0, 10, 10], [4, 8, 20, 30], [4, 4, 4, 4]]));
  it("is on a straight way between two", () => assert.deepEqual(at(0.25), [1, 2, 12.5, 15]));
  it("is the first before the first and the last after the last", () => assert.deepEqual([at(-1), at(9)], [at(0), at(2)]));
  it("does not share memory with the snapshots", () => {
    positionsAt(positions, 3, 2).fill(0);
    assert.deepEqual(at(2), [4, 4, 4, 4]);
  });
  it("of a single snapshot is that", () => assert.deepEqual([...positionsAt(Float32Array.of(1, 2), 1, 0)], [1, 2]));
});

describe("caption: the nearest step and its scores", () => {
  const replay = { steps: [0, 10, 12345], curves: { ACC: [null, 0.5, 0.98765], error: [0.1, 0.05, 0.0123] }, images: 2000 };
  const of = "k-means on 2,000 images";
  it("has three digits a score, and says of what it is", () => assert.equal(caption(replay, 1), `step 10 · ACC 0.5 · error 0.05 · ${of}`));
  it("has dots for what is undefined", () => assert.equal(caption(replay, 0.4), `step 0 · ACC … · error 0.1 · ${of}`));
  it("has no scores at rest, where the page has those of all images", () => assert.equal(caption(replay, 2), `Replay the training: ${of}`));
});

describe("polyline: a curve in 100 x 30", () => {
  it("goes from the lowest to the highest", () => assert.equal(polyline([0, 1, 0.5]), "0,28 50,2 100,15"));
  it("leaves out what is undefined", () => assert.equal(polyline([null, 1, 0]), "50,2 100,28"));
  it("of equal values is a line", () => assert.equal(polyline([3, 3]), "0,28 100,28"));
  it("of one value is a point", () => assert.equal(polyline([3]), "0,28"));
});
