// @ts-check
// Geometry of the points themselves, in the units of the axes. Positions of n points with m coordinates are
// one array of n * m numbers, point by point. A point with a coordinate that is not finite is nowhere.

/** @typedef {import("./types.js").Range} Range */

const MANY = 200; // points; among fewer, the outermost hundredth is no rule
const INNER = 0.99; // share of the points that a frame goes by, on each axis
const AIR = 0.1; // beside them, of their width
const GAIN = 0.8; // a frame that is not this much narrower than all is not worth a point left outside

/**
 * Whether all coordinates of a point are finite numbers.
 * @param {Float32Array} positions
 * @param {number} m
 * @param {number} row
 */
export function isPlaced(positions, m, row) {
  for (let axis = 0; axis < m; axis++) if (!Number.isFinite(positions[m * row + axis])) return false;
  return true;
}

/**
 * Lowest and highest of each coordinate over all sets of positions, with some air; never of width 0.
 * @param {Float32Array[]} sets
 * @param {number} m
 * @returns {Range[]}
 */
export function extent(sets, m) {
  const low = new Array(m).fill(Infinity);
  const high = new Array(m).fill(-Infinity);
  for (const positions of sets) {
    for (let row = 0; m * row < positions.length; row++) {
      if (!isPlaced(positions, m, row)) continue;
      for (let axis = 0; axis < m; axis++) {
        const value = positions[m * row + axis];
        if (value < low[axis]) low[axis] = value;
        if (value > high[axis]) high[axis] = value;
      }
    }
  }
  return low.map((from, axis) => {
    if (!(from <= high[axis])) return [-1, 1];
    const air = 0.04 * (high[axis] - from) || 1;
    return [from - air, high[axis] + air];
  });
}

/**
 * The frame of the bulk of all sets of positions: a few far points must not make the rest a dot. They are
 * left outside, and the view says how many.
 * @param {Float32Array[]} sets
 * @param {number} m
 * @returns {Range[]}
 */
export function bulk(sets, m) {
  return extent(sets, m).map(([low, high], axis) => {
    const sorted = column(sets, m, axis).sort();
    if (sorted.length < MANY) return [low, high];
    const left = Math.floor(((1 - INNER) / 2) * sorted.length);
    const [from, to] = [sorted[left], sorted[sorted.length - 1 - left]];
    const air = AIR * (to - from);
    // points on one place have no frame of their own
    const isNarrow = from < to && to - from + 2 * air < GAIN * (high - low);
    return isNarrow ? [Math.max(from - air, low), Math.min(to + air, high)] : [low, high];
  });
}

/** @type {(sets: Float32Array[], m: number, axis: number) => Float32Array} coordinates of placed points */
function column(sets, m, axis) {
  const values = new Float32Array(sets.reduce((sum, positions) => sum + positions.length / m, 0));
  let count = 0;
  for (const positions of sets) {
    for (let row = 0; m * row < positions.length; row++) {
      if (isPlaced(positions, m, row)) values[count++] = positions[m * row + axis];
    }
  }
  return values.subarray(0, count);
}

/**
 * Whether a point lies in a frame.
 * @param {Float32Array} positions
 * @param {number} m
 * @param {number} row
 * @param {Range[]} frame
 */
export function isInside(positions, m, row, frame) {
  return frame.every(([low, high], axis) => positions[m * row + axis] >= low && positions[m * row + axis] <= high);
}

/**
 * How many placed points lie outside a frame.
 * @param {Float32Array} positions
 * @param {number} m
 * @param {Range[]} frame
 */
export function outside(positions, m, frame) {
  let count = 0;
  for (let row = 0; m * row < positions.length; row++) {
    if (isPlaced(positions, m, row) && !isInside(positions, m, row, frame)) count++;
  }
  return count;
}

/**
 * Positions on the way from one set to another.
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {number} share 0 to 1
 */
export const between = (from, to, share) => from.map((value, i) => value + share * (to[i] - value));

/**
 * The rows among some that are nearest to their middle (the median of each coordinate), nearest first.
 * @param {Float32Array} positions
 * @param {number} m
 * @param {number[]} rows
 * @param {number} share of the rows, 0 to 1
 */
export function innermost(positions, m, rows, share) {
  const middle = Array.from({ length: m }, (_, axis) => {
    const sorted = Float32Array.from(rows, (row) => positions[m * row + axis]).sort();
    return sorted[sorted.length >> 1];
  });
  /** @param {number} row */
  const distance = (row) => middle.reduce((sum, v, axis) => sum + (positions[m * row + axis] - v) ** 2, 0);
  return [...rows].sort((a, b) => distance(a) - distance(b)).slice(0, Math.ceil(share * rows.length));
}

/**
 * Corners of the convex hull of points in the plane, as indices: Andrew's monotone chain.
 * @param {number[][]} points
 */
export function convexHull(points) {
  const order = points.map((_, i) => i).sort((a, b) => points[a][0] - points[b][0] || points[a][1] - points[b][1]);
  if (order.length < 2) return order;
  /** @type {(a: number, b: number, c: number) => number} */
  const turn = (a, b, c) =>
    (points[b][0] - points[a][0]) * (points[c][1] - points[a][1]) -
    (points[b][1] - points[a][1]) * (points[c][0] - points[a][0]);
  /** @param {number[]} rows */
  const half = (rows) => {
    /** @type {number[]} */
    const out = [];
    for (const row of rows) {
      while (out.length > 1 && turn(out[out.length - 2], out[out.length - 1], row) <= 0) out.pop();
      out.push(row);
    }
    return out.slice(0, -1);
  };
  return [...half(order), ...half([...order].reverse())];
}
