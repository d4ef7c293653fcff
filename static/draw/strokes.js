// @ts-check
// What is drawn, as numbers: strokes, their curves, and the picture's bytes. No page here: tests/js tests it.

/** @typedef {[x: number, y: number]} Point from 0 to 1, from the upper left corner */
/** @typedef {Point[]} Stroke */
/** @typedef {["M", number, number] | ["Q", number, number, number, number] | ["L", number, number]} Step of a curve */

// MNIST's digits are 20 of 28 pixels high, and their strokes some two to three pixels wide
const PEN = 2.8 / 28;
const MOST_POINTS = 20_000; // what is drawn beyond is left out: a hand that rests on a button
const BEYOND = 0.1; // of the side, that a stroke may leave the canvas by

/**
 * The pen's width on a canvas.
 * @param {number} side of the canvas
 */
export const penWidth = (side) => PEN * side;

/**
 * Where a pointer is on the canvas.
 * @param {{ left: number, top: number, width: number, height: number }} box of the canvas on the screen
 * @param {number} x
 * @param {number} y
 * @returns {Point}
 */
export function pointIn({ left, top, width, height }, x, y) {
  const clip = (/** @type {number} */ value) => Math.min(Math.max(value, -BEYOND), 1 + BEYOND);
  return [clip((x - left) / (width || 1)), clip((y - top) / (height || 1))];
}

export class Drawing {
  /** @param {Stroke[]} [strokes] */
  constructor(strokes = []) {
    this.strokes = strokes;
  }

  get isEmpty() {
    return this.strokes.length === 0;
  }

  /** @param {Point} point a new stroke begins there */
  begin(point) {
    this.strokes.push([point]);
  }

  /** @param {Point} point the stroke goes on there */
  extend(point) {
    const last = this.strokes.at(-1);
    if (last && this.strokes.reduce((sum, stroke) => sum + stroke.length, 0) < MOST_POINTS) last.push(point);
  }

  /** @returns {boolean} whether there was a stroke to take back */
  undo() {
    return this.strokes.pop() !== undefined;
  }

  wipe() {
    this.strokes = [];
  }
}

/**
 * A smooth curve through the middles between a stroke's points, of a canvas with that side.
 * @param {Stroke} stroke
 * @param {number} side
 * @returns {Step[]}
 */
export function curve(stroke, side) {
  const points = stroke.map(([x, y]) => /** @type {Point} */ ([x * side, y * side]));
  /** @type {Step[]} */
  const steps = [["M", ...points[0]]];
  for (let i = 1; i < points.length - 1; i++) {
    const [[x, y], [nextX, nextY]] = [points[i], points[i + 1]];
    steps.push(["Q", x, y, (x + nextX) / 2, (y + nextY) / 2]);
  }
  steps.push(["L", ...points[points.length - 1]]); // a dot where there is one point
  return steps;
}

/**
 * Ink from 0 to 255 of pixels whose transparency is what was drawn.
 * @param {Uint8ClampedArray | Uint8Array} rgba (n * 4)
 * @returns {Uint8Array} (n)
 */
export const inkOf = (rgba) => Uint8Array.from({ length: rgba.length / 4 }, (_, i) => rgba[4 * i + 3]);

/**
 * Pixels in one colour, as transparent as there is no ink.
 * @param {Uint8Array} ink (n)
 * @param {[number, number, number]} colour
 * @returns {Uint8ClampedArray<ArrayBuffer>} (n * 4)
 */
export function inked(ink, [red, green, blue]) {
  const rgba = new Uint8ClampedArray(4 * ink.length);
  ink.forEach((value, i) => rgba.set([red, green, blue, value], 4 * i));
  return rgba;
}

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return btoa(text);
}

/** @param {string} text */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/**
 * Red, green and blue of a computed colour, `rgb(r, g, b)`.
 * @param {string} colour
 * @returns {[number, number, number]}
 */
export function shades(colour) {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}
