import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load } from "./helpers.mjs";

const { placeNames } = await load("names");
const room = { left: 0, top: 0, width: 400, height: 300, line: 17 };
const name = (id, x, y, changes = {}) => ({ id, text: `group ${id}`, x, y, width: 60, size: 10, ...changes });
const covers = (a, b) => Math.abs(a.x - b.x) < 60 && Math.abs(a.y - b.y) < room.line;

describe("placeNames", () => {
  it("at the medoids, where these are apart", () => {
    const placed = placeNames([name(0, 100, 100), name(1, 300, 200)], room);
    assert.deepEqual(placed.map(({ id, x, y }) => [id, x, y]), [[0, 100, 100], [1, 300, 200]]);
  });
  it("beside its medoid where another name is; the larger group has the place", () => {
    const [large, small] = placeNames([name(0, 100, 100), name(1, 102, 100, { size: 99 })], room);
    assert.deepEqual([large.id, large.x, large.y], [1, 102, 100]);
    assert.deepEqual([small.id, small.x, small.y], [0, 100, 83]);
  });
  it("nowhere where there is no room, and none covers another", () => {
    const placed = placeNames([...Array(30).keys()].map((id) => name(id, 100, 100)), room);
    assert.ok(placed.length > 3 && placed.length < 30);
    assert.ok(placed.every((a, i) => placed.slice(i + 1).every((b) => !covers(a, b))));
  });
  it("seen in full at the edge", () => {
    assert.deepEqual(placeNames([name(0, 395, 2)], room).map(({ x, y }) => [x, y]), [[370, 8.5]]);
  });
  it("none of a medoid that is out of sight or behind the camera", () => {
    assert.deepEqual(placeNames([name(0, -1, 5), name(1, NaN, NaN), name(2, 20, 300)], room), []);
  });
  it("stays where it was shifted to while it can", () => {
    const [placed] = placeNames([name(0, 100, 100)], room, new Map([[0, 2]]));
    assert.deepEqual([placed.y, placed.shift], [117, 2]);
  });
});
