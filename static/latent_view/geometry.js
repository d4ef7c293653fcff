// @ts-check
// Geometry of the points themselves, in the units of the axes. Positions of n points with m coordinates are
// one array of n * m numbers, point by point. A point with a coordinate that is not finite is nowhere.

/** @typedef {import("./types.js").Range} Range */

const MANY = 200; // points; among fewer, the outermost hundredth is no rule

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
 * Where a view begins. In the plane a few far points must not make the rest a dot: they are left
 * outside, and the view says how many. In space, where plotly cuts at the frame, all are inside.
 * @param {Float32Array} positions
 * @param {number} m
 */
export function firstFrame(positions, m) {
  const all = extent([positions], m);
  if (m === 3) return all;
  return all.map(([low, high], axis) => {
    const sorted = positions.filter((_, i) => i % m === axis && isPlaced(positions, m, (i - axis) / m)).sort();
    if (sorted.length < MANY) return /** @type {Range} */ ([low, high]);
    const from = sorted[Math.floor(0.005 * sorted.length)];
    const to = sorted[Math.ceil(0.995 * sorted.length) - 1];
    const air = 0.1 * (to - from);
    // points on one place have no frame of their own
    const isNarrow = from < to && to - from < 0.6 * (high - low);
    return /** @type {Range} */ (isNarrow ? [from - air, to + air] : [low, high]);
  });
}

/**
 * How many points of the plane lie outside a frame.
 * @param {Float32Array} positions
 * @param {Range[]} frame
 */
export function outside(positions, [x, y]) {
  let count = 0;
  for (let row = 0; 2 * row < positions.length; row++) {
    const [u, v] = [positions[2 * row], positions[2 * row + 1]];
    if (isPlaced(positions, 2, row) && (u < x[0] || u > x[1] || v < y[0] || v > y[1])) count++;
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
