import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load } from "./helpers.mjs";

const { between, bulk, convexHull, extent, innermost, isInside, outside } = await load("geometry");
const plane = (...points) => Float32Array.from(points.flat());
const many = (n, point) => Float32Array.from({ length: n }, () => point).map((_, i) => point[i % point.length]);
const close = (actual, expected) => actual.flat().forEach((v, i) => assert.ok(Math.abs(v - expected.flat()[i]) < 1e-6, `${actual}`));

describe("extent: from the lowest to the highest of each coordinate", () => {
  it("has a twenty-fifth of its width as air on each side", () => close(extent([plane([0, 10], [100, 30])], 2), [[-4, 104], [9.2, 30.8]]));
  it("spans all sets", () => close(extent([plane([0, 0]), plane([100, 50])], 2), [[-4, 104], [-2, 52]]));
  it("of one point is as wide as two units", () => close(extent([plane([3, 3])], 2), [[2, 4], [2, 4]]));
  it("of no points is -1 to 1", () => close(extent([new Float32Array()], 3), [[-1, 1], [-1, 1], [-1, 1]]));
  it("leaves out points with a coordinate that is not finite", () => {
    close(extent([plane([0, 0], [NaN, 500], [7e9, Infinity], [-Infinity, 1], [1, 1])], 2), [[-0.04, 1.04], [-0.04, 1.04]]);
  });
});

describe("bulk: the frame of the inner 99 %", () => {
  it("of collapsed latents, all on one place, has a width", () => {
    for (const n of [1, 199, 200, 400]) close(bulk([many(2 * n, [3, 3])], 2), [[2, 4], [2, 4]]);
  });
  it("of collapsed latents with a far point holds both", () => {
    const points = many(1000, [3, 3]);
    points.set([103, 3], 0);
    close(bulk([points], 2), [[-1, 107], [2, 4]]);
  });
  for (const m of [2, 3]) {
    it(`leaves a far point outside, with ${m} axes`, () => {
      const points = Float32Array.from({ length: m * 1000 }, (_, i) => Math.floor(i / m) / 999);
      points.set(Array(m).fill(1000), 0);
      const frame = bulk([points], m);
      // 0.005 to 0.995 of the way, a tenth of that as air; on the left the points end before
      assert.ok(frame.every(([low, high]) => low < 0.001 && high > 1.05 && high < 1.11), `${frame}`);
      assert.equal(outside(points, m, frame), 1);
      assert.ok(!isInside(points, m, 0, frame) && isInside(points, m, 999, frame));
    });
  }
  it("holds all points where they end soon after: nothing is gained", () => {
    const points = Float32Array.from({ length: 2000 }, (_, i) => (i >> 1) / 999);
    close(bulk([points], 2), [[-0.04, 1.04], [-0.04, 1.04]]);
  });
  it("goes by all sets, for points that glide from one to the other", () => {
    const [a, b] = [0, 5].map((from) => Float32Array.from({ length: 2000 }, (_, i) => from + (i >> 1) / 999));
    const [[low, high]] = bulk([a, b], 2);
    assert.ok(low < 0.1 && high > 5.9);
  });
  it("does not mind values that are not finite", () => {
    const points = Float32Array.from({ length: 2000 }, (_, i) => (i >> 1) / 999);
    points.set([NaN, 0.5, Infinity, 0.5, -Infinity, NaN], 0);
    assert.ok(bulk([points], 2).flat().every(Number.isFinite));
    assert.equal(outside(points, 2, bulk([points], 2)), 0);
  });
});

describe("between: positions on the way", () => {
  it("is the start at 0 and the end at 1", () => {
    const [a, b] = [plane([0, 4]), plane([8, 8])];
    assert.deepEqual([0, 0.5, 1].map((share) => [...between(a, b, share)]), [[0, 4], [4, 6], [8, 8]]);
  });
});

describe("innermost: the rows nearest to their middle", () => {
  it("leaves out the outlier", () => {
    const points = plane([0, 0], [1, 0], [0, 1], [1, 1], [100, 100]);
    assert.deepEqual(innermost(points, 2, [0, 1, 2, 3, 4], 0.8).sort(), [0, 1, 2, 3]);
  });
});

describe("convexHull: corners of points in the plane", () => {
  it("leaves out what is inside or on an edge", () => {
    const points = [[0, 0], [2, 0], [2, 2], [0, 2], [1, 1], [1, 0]];
    assert.deepEqual(convexHull(points).sort(), [0, 1, 2, 3]);
  });
  it("of points on one place names points that exist", () => {
    for (const n of [1, 2, 8]) assert.ok(convexHull(Array(n).fill([3, 3])).every((i) => i >= 0 && i < n));
    assert.deepEqual(convexHull([[3, 3]]), [0]);
  });
  it("of points on a line is its two ends", () => assert.deepEqual(convexHull([[0, 0], [1, 1], [2, 2]]).sort(), [0, 2]));
});
