// @ts-check
// Lines of equal density in the plane, of each group or of all points. A line's number is the share of the
// points that lie within it.

const version = new URL(import.meta.url).search;
/** @type {[typeof import("./geometry.js"), typeof import("./theme.js")]} */
const [{ isInside }, { shade }] =
  /** @type {any} */ (await Promise.all(["geometry", "theme"].map((name) => import(`./${name}.js${version}`))));

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./types.js").Range} Range */

const CELLS = 90; // of the frame, across and up
const BLUR = 1.6; // standard deviation in cells
const LINES = { start: 0.3, end: 0.9, size: 0.3 }; // shares of the points
const FEWEST = 20; // points that have a density
const MOST_GROUPS = 20;

/**
 * Whether a state can have such lines.
 * @param {State} state
 */
export const hasContours = ({ m, data }) => m === 2 && !data.heights;

/**
 * Traces of them.
 * @param {State} state
 * @param {import("./types.js").Theme} theme
 * @returns {Record<string, any>[]}
 */
export function contoursOf(state, theme) {
  const { field, values, shown } = state;
  if (!hasContours(state)) return [];
  if (field.kind !== "class" || field.classes.length > MOST_GROUPS) return lines(state, shown.focus, theme.text);
  return field.classes.flatMap((c) => lines(state, shown.focus.filter((row) => values[row] === c.id), shade(c, theme)));
}

/**
 * The trace of some rows; none where they are too few.
 * @param {State} state
 * @param {number[]} all
 * @param {string} color
 */
function lines({ positions, m, frame }, all, color) {
  const rows = all.filter((row) => isInside(positions, m, row, frame));
  if (rows.length < FEWEST) return [];
  const z = shares(blurred(counts(positions, rows, frame)));
  const [x, y] = frame.map(([low, high]) => Array.from({ length: CELLS }, (_, i) => low + ((i + 0.5) / CELLS) * (high - low)));
  return [{
    type: "contour", x, y, z: Array.from({ length: CELLS }, (_, row) => z.subarray(CELLS * row, CELLS * (row + 1))),
    autocontour: false, contours: { ...LINES, coloring: "none" }, line: { color, width: 1.5, smoothing: 1 },
    hoverinfo: "skip", showlegend: false, showscale: false,
  }];
}

/**
 * Points in each cell of the frame, row by row from below.
 * @param {Float32Array} positions
 * @param {number[]} rows inside the frame
 * @param {Range[]} frame
 */
export function counts(positions, rows, [[left, right], [low, high]]) {
  const grid = new Float64Array(CELLS * CELLS);
  /** @type {(value: number, from: number, to: number) => number} */
  const cell = (value, from, to) => Math.min(Math.floor((CELLS * (value - from)) / (to - from)), CELLS - 1);
  for (const row of rows) {
    grid[CELLS * cell(positions[2 * row + 1], low, high) + cell(positions[2 * row], left, right)]++;
  }
  return grid;
}

/**
 * A grid smoothed by a Gaussian; what would leave it stays at its edge.
 * @param {Float64Array} grid
 */
export function blurred(grid) {
  const reach = Math.ceil(3 * BLUR);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * BLUR ** 2)));
  const sum = weights.reduce((a, b) => a + b);
  /** @type {(from: Float64Array, step: number, line: number) => Float64Array} */
  const along = (from, step, line) => {
    const to = new Float64Array(from.length);
    for (let j = 0; j < CELLS; j++) {
      for (let i = 0; i < CELLS; i++) {
        const value = from[j * line + i * step];
        if (!value) continue;
        weights.forEach((weight, k) => {
          const at = Math.min(Math.max(i + k - reach, 0), CELLS - 1);
          to[j * line + at * step] += (value * weight) / sum;
        });
      }
    }
    return to;
  };
  return along(along(grid, 1, CELLS), CELLS, 1);
}

/**
 * For each cell, the share of all points in cells that are at least as dense: the line of 0.9 holds nine
 * tenths of the points.
 * @param {Float64Array} density
 */
export function shares(density) {
  const order = [...density.keys()].sort((a, b) => density[b] - density[a]);
  const total = density.reduce((a, b) => a + b, 0) || 1;
  const out = new Float32Array(density.length).fill(1);
  let sum = 0;
  for (const cell of order) {
    if (!density[cell]) break;
    out[cell] = (sum += density[cell]) / total;
  }
  return out;
}
