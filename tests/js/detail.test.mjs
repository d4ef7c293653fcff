import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load } from "./helpers.mjs";

const { choose, countInSight, isNear, sideOf } = await load("detail");
const room = { left: 0, top: 0, width: 400, height: 300 };
const full = { ...room, side: 24, most: 1000 };
const at = (...places) => Float32Array.from(places.flatMap(([x, y]) => [x, y, 0]));
const range = (n) => [...Array(n).keys()];

/** Numbers from 0 to 1 that are the same each time. */
function draw(n) {
  let seed = 1;
  return Array.from({ length: n }, () => (seed = (seed * 16807) % 2147483647) / 2147483647);
}
const numbers = draw(6000);
const cloud = at(...range(3000).map((i) => [400 * numbers[2 * i], 300 * numbers[2 * i + 1]]));
const zoomed = (screen, factor) => screen.map((value, i) => (i % 3 < 2 ? factor * value : value));
const nearest = (screen, rows) => Math.min(...rows.flatMap((a, i) => rows.slice(i + 1).map(
  (b) => Math.max(Math.abs(screen[3 * a] - screen[3 * b]), Math.abs(screen[3 * a + 1] - screen[3 * b + 1])),
)));

describe("choose: at which points an image is drawn", () => {
  it("of two on one place the lower row, of two apart both", () => {
    assert.deepEqual(choose(at([50, 50], [52, 50], [90, 50]), range(3), full), [0, 2]);
  });
  it("images hardly cover each other, and few gaps are left", () => {
    const chosen = choose(cloud, range(3000), full);
    assert.ok(nearest(cloud, chosen) >= 0.9 * 24 - 4);
    assert.ok(chosen.length > 0.4 * ((400 * 300) / 24 ** 2), `${chosen.length}`);
  });
  it("nothing out of sight, behind the camera or out of focus", () => {
    assert.deepEqual(choose(at([-1, 5], [NaN, NaN], [5, 299], [60, 60], [5, 300]), [0, 1, 2, 4], full), [2]);
  });
  it("within the axes, where these leave a margin", () => {
    assert.deepEqual(choose(at([40, 10], [60, 10]), range(2), { ...full, left: 48, width: 300 }), [1]);
  });
  it("those that are there stay as one zooms in, and more appear", () => {
    const first = choose(cloud, range(3000), full);
    const near = zoomed(cloud, 1.3);
    const then = choose(near, range(3000), full, first);
    const inSight = first.filter((row) => near[3 * row] < 400 && near[3 * row + 1] < 300);
    assert.ok(inSight.every((row) => then.includes(row)));
    assert.ok(then.length > inSight.length);
  });
  it("most stay as points move a little", () => {
    const first = choose(cloud, range(3000), full);
    const then = choose(cloud.map((value, i) => value + (i % 7) - 3), range(3000), full, first);
    assert.ok(then.filter((row) => first.includes(row)).length > 0.7 * first.length);
  });
  it("those out of focus now go, though they were there", () => {
    assert.deepEqual(choose(at([50, 50], [200, 50]), [1], full, [0, 1]), [1]);
  });
  it("none in the middle of a name", () => {
    const without = [{ x: 100, y: 100, wide: 40, high: 10 }, { x: 2, y: 299, wide: 9, high: 9 }]; // one at a corner
    assert.deepEqual(choose(at([65, 108], [130, 95], [100, 125], [1, 298]), range(4), { ...full, without }), [2]);
  });
  it("no more than there is room for", () => assert.equal(choose(cloud, range(3000), { ...full, most: 5 }).length, 5));
});

describe("from how near", () => {
  it("points in sight are counted, of the rows in question alone", () => {
    assert.equal(countInSight(at([5, 5], [500, 5], [6, 6]), [0, 1], room), 1);
  });
  it("few of many are near; few of few, none, and many are not", () => {
    assert.deepEqual([[150, 1000], [150, 160], [0, 1000], [300, 1000]].map(([some, all]) => isNear(some, all)), [true, false, false, false]);
  });
  it("images are the larger the fewer points are in sight, within bounds, in steps", () => {
    assert.deepEqual([1e5, 1, 20].map((count) => sideOf(count, room)), [24, 56, 44]);
  });
});
