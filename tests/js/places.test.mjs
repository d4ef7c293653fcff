import assert from "node:assert/strict";
import { test } from "node:test";

const { coordinateAt, movedTo, nearest, placeOf, shareOf, valueOf, withValue } = await import("../../static/decode/places.js");

const half = Math.SQRT1_2;
const plane = { origin: [1, 2, 3], across: [1, 0, 0], up: [0, half, half], xs: [0, 1, 3], ys: [4, 0], names: ["a", "b"] };
const near = (found, expected) => found.forEach((v, i) => assert.ok(Math.abs(v - expected[i]) < 1e-12, `${found}`));

test("a place of the plane and back", () => {
  const latent = movedTo(plane, [1, 2, 3], [0.5, -2]);
  near(latent, [1.5, 2 - 2 * half, 3 - 2 * half]);
  near(placeOf(plane, latent), [0.5, -2]);
});

test("moving in the plane keeps what is beside it", () => {
  const beside = [1, 2 + half, 3 - half]; // at right angles to both directions
  near(movedTo(plane, beside, [2, 0]), [3, 2 + half, 3 - half]);
});

test("on a line there is no up", () => {
  const line = { ...plane, up: [0, 0, 0], ys: [0] };
  near(movedTo(line, [1, 2, 3], [2, 7]), [3, 2, 3]);
  assert.equal(shareOf(5, line.ys), 0.5);
  assert.equal(coordinateAt(0.9, line.ys), 0);
});

test("a coordinate is in the middle of its image, whatever the steps", () => {
  near(plane.xs.map((x) => shareOf(x, plane.xs)), [1 / 6, 3 / 6, 5 / 6]);
  near([shareOf(2, plane.xs)], [4 / 6]);
  near(plane.ys.map((y) => shareOf(y, plane.ys)), [1 / 4, 3 / 4]); // from the top down
  for (const share of [0, 0.2, 0.5, 0.77, 1]) near([shareOf(coordinateAt(share, plane.xs), plane.xs)], [share]);
  for (const share of [0, 0.2, 0.5, 1]) near([shareOf(coordinateAt(share, plane.ys), plane.ys)], [share]);
});

test("columns at one place divide nothing by zero", () => {
  assert.ok(Number.isFinite(shareOf(1, [1, 1, 2])));
  assert.ok(Number.isFinite(shareOf(5, [1, 1, 1])));
});

test("a slider moves its own part alone", () => {
  const direction = { name: "PCA 1", vector: [0, half, half], zero: 1, low: -1, quartiles: [0, 0, 0], high: 1 };
  const latent = withValue(direction, [9, 1, -1], 2);
  near([valueOf(direction, latent)], [2]);
  near(latent, [9, 1 + 3 * half, -1 + 3 * half]);
});

test("the nearest of several", () => {
  assert.deepEqual(nearest([0, 0, 3, 4, 1, 0], [3, 3]), { row: 1, distance: 1 });
  assert.deepEqual(nearest([], [3, 3]).row, -1);
});
