import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { digits, load, viewData } from "./helpers.mjs";

const { blurred, contoursOf, counts, hasContours, shares } = await load("contours");
const { State } = await load("state");
const theme = { text: "t", isDark: false };
const sum = (grid) => grid.reduce((a, b) => a + b, 0);

/** n points about two places, a class each. */
function plane(n, changes = {}) {
  const points = Float32Array.from({ length: 2 * n }, (_, i) => ((i >> 1) % 2) * 10 + ((i * 37) % 100) / 50);
  const labels = Int16Array.from({ length: n }, (_, i) => (i % 2 ? 7 : 0));
  return new State(viewData(n, changes), points, labels);
}

describe("lines of equal density", () => {
  it("are one trace a class, in its colour", () => {
    assert.deepEqual(contoursOf(plane(200), theme).map(({ type, line }) => [type, line.color]), [["contour", "rgb(1,1,1)"], ["contour", "rgb(2,2,2)"]]);
  });
  it("are of the classes in focus alone", () => {
    const view = plane(200);
    view.isolate(7, false);
    view.partition();
    assert.deepEqual(contoursOf(view, theme).map(({ line }) => line.color), ["rgb(2,2,2)"]);
  });
  it("are of all points where they are coloured by a value, or by very many classes", () => {
    const many = { ...digits, classes: Array.from({ length: 30 }, (_, id) => ({ ...digits.classes[0], id })) };
    for (const changes of [{ colour: "error" }, { fields: { digit: many } }]) {
      assert.deepEqual(contoursOf(plane(200, changes), theme).map(({ line }) => line.color), ["t"]);
    }
  });
  it("are none of a few points, in space, or over a height without meaning", () => {
    assert.deepEqual(contoursOf(plane(30), theme), []);
    assert.deepEqual([{ axes: ["a", "b", "c"] }, { heights: true }].map((changes) => hasContours(new State(viewData(1, changes), new Float32Array(3), Int16Array.of(0)))), [false, false]);
  });
});

describe("the density behind them", () => {
  it("counts each point in its cell, at the upper edges, too", () => {
    const grid = counts(Float32Array.of(0, 0, 9, 0, 9, 9), [0, 1, 2], [[0, 9], [0, 9]]);
    assert.deepEqual([grid[0], grid[89], grid[90 * 90 - 1], sum(grid)], [1, 1, 1, 3]);
  });
  it("smoothed has as many points, most where it was densest, as many to each side", () => {
    const grid = new Float64Array(8100);
    grid[90 * 45 + 45] = 10;
    const smooth = blurred(grid);
    assert.ok(Math.abs(sum(smooth) - 10) < 1e-9);
    assert.ok(Math.abs(smooth[90 * 45 + 47] - smooth[90 * 43 + 45]) < 1e-12 && smooth[90 * 45 + 47] < smooth[90 * 45 + 45]);
  });
  it("as shares: within the line of 0.9 lie nine tenths of the points", () => {
    const values = shares(Float64Array.of(0, 5, 1, 4));
    assert.deepEqual([...values].map((v) => v.toFixed(1)), ["1.0", "0.5", "1.0", "0.9"]);
  });
});
