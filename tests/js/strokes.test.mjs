import assert from "node:assert/strict";
import { describe, it } from "node:test";

const { Drawing, curve, fromBase64, inked, inkOf, penWidth, pointIn, shades, toBase64 } =
  await import(new URL("../../static/draw/strokes.js", import.meta.url).href);

describe("the pen", () => {
  it("is as wide, of the canvas, as MNIST's strokes are of their images", () => {
    assert.ok(penWidth(28) >= 2 && penWidth(28) <= 3);
    assert.ok(Math.abs(penWidth(280) - 10 * penWidth(28)) < 1e-9);
  });
  it("is where the pointer is, and at most a little beyond the canvas", () => {
    const box = { left: 100, top: 50, width: 200, height: 200 };
    assert.deepEqual(pointIn(box, 150, 150), [0.25, 0.5]);
    assert.deepEqual(pointIn(box, -5000, 5000), [-0.1, 1.1]);
    assert.deepEqual(pointIn({ ...box, width: 0, height: 0 }, 100, 50), [0, 0]);
  });
});

describe("a drawing", () => {
  it("grows by strokes, and undo takes the last one back", () => {
    const drawing = new Drawing();
    assert.ok(drawing.isEmpty && !drawing.undo());
    drawing.begin([0, 0]);
    drawing.extend([1, 1]);
    drawing.begin([0.5, 0.5]);
    assert.deepEqual(drawing.strokes, [[[0, 0], [1, 1]], [[0.5, 0.5]]]);
    assert.ok(drawing.undo());
    assert.deepEqual(drawing.strokes, [[[0, 0], [1, 1]]]);
  });
  it("is empty when wiped, and goes on", () => {
    const drawing = new Drawing([[[0, 0]]]);
    drawing.wipe();
    drawing.extend([1, 1]); // no stroke that could go on
    assert.ok(drawing.isEmpty);
  });
  it("does not grow without end", () => {
    const drawing = new Drawing();
    drawing.begin([0, 0]);
    for (let i = 0; i < 20_100; i++) drawing.extend([0, 0]);
    assert.equal(drawing.strokes[0].length, 20_000);
  });
});

describe("a stroke's curve", () => {
  it("goes through the middles between its points, from the first to the last", () => {
    assert.deepEqual(curve([[0, 0], [0.5, 0], [1, 1]], 10), [["M", 0, 0], ["Q", 5, 0, 7.5, 5], ["L", 10, 10]]);
  });
  it("of one point is a dot", () => {
    assert.deepEqual(curve([[0.5, 0.5]], 10), [["M", 5, 5], ["L", 5, 5]]);
  });
});

describe("ink", () => {
  it("is what is not transparent", () => {
    assert.deepEqual([...inkOf(Uint8Array.of(9, 9, 9, 0, 9, 9, 9, 200))], [0, 200]);
    assert.deepEqual([...inked(Uint8Array.of(0, 200), [1, 2, 3])], [1, 2, 3, 0, 1, 2, 3, 200]);
  });
  it("travels as text and back, of any length", () => {
    const bytes = Uint8Array.from({ length: 19_600 }, (_, i) => i % 256);
    assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
    assert.equal(toBase64(Uint8Array.of()), "");
  });
  it("has the colour of the page's text", () => {
    assert.deepEqual(shades("rgb(49, 51, 63)"), [49, 51, 63]);
    assert.deepEqual(shades(""), [0, 0, 0]);
  });
});
