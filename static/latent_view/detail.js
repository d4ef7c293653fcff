// @ts-check
// Level of detail: at which points an image is drawn, so that images hardly cover each other. More come as
// one zooms in, and those that are there stay while they can.

const APART = 0.9; // of a thumbnail's side, between the middles of two
const CELL = 2; // pixels of the grid that says where there is room
const SMALL = 24; // pixels of a thumbnail's side among very many points
const LARGE = 56; // and among few
const STEP = 4; // by which sides differ: they must not tremble while one turns
const FILLED = 0.35; // share of the plot that the images of all points in sight would fill
const FEW = 200; // points in sight whose images show by themselves

/**
 * Where points are drawn, in pixels of the plot.
 * @typedef {object} Room
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 */

/**
 * Whether a place is in sight; NaN is not.
 * @type {(x: number, y: number, room: Room) => boolean}
 */
export const isIn = (x, y, { left, top, width, height }) => x >= left && x < left + width && y >= top && y < top + height;

/**
 * How many of some rows are in sight.
 * @param {Float32Array} screen [x, y, depth] of each row
 * @param {ArrayLike<number>} rows
 * @param {Room} room
 */
export function countInSight(screen, rows, room) {
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    if (isIn(screen[3 * rows[i]], screen[3 * rows[i] + 1], room)) count++;
  }
  return count;
}

/**
 * Whether one has come so near that few points are left in sight.
 * @param {number} inSight
 * @param {number} all
 */
export const isNear = (inSight, all) => inSight > 0 && inSight <= FEW && 2 * inSight <= all;

/**
 * The side of a thumbnail in pixels: larger where few points are in sight.
 * @param {number} inSight
 * @param {Room} room
 */
export function sideOf(inSight, { width, height }) {
  const side = STEP * Math.round(Math.sqrt((FILLED * width * height) / Math.max(inSight, 1)) / STEP);
  return Math.min(Math.max(side, SMALL), LARGE);
}

/** @typedef {{ x: number, y: number, wide: number, high: number }} Area its middle and half its sides, in pixels */

/**
 * The rows at which an image is drawn: those of the drawing before first, then by their number. Whether there
 * is room for one more is looked up in a grid of the screen in which each image has taken the cells about it.
 * @param {Float32Array} screen [x, y, depth] of each row
 * @param {ArrayLike<number>} rows that may have one, ascending
 * @param {Room & { side: number, most: number, without?: Area[] }} room `without`: where no image's middle may be
 * @param {number[]} before rows that had one; those that may have none any more are passed over
 * @returns {number[]}
 */
export function choose(screen, rows, room, before = []) {
  const { left, top, width, height, side, most, without = [] } = room;
  const reach = Math.floor((APART * side) / CELL) - 1; // cells to each side in which no other middle may be
  const columns = Math.ceil(width / CELL) + 2 * reach + 1; // and so many beyond the edges
  const taken = new Uint8Array(columns * (Math.ceil(height / CELL) + 2 * reach + 1));
  /** @type {(pixel: number, start: number, length: number) => number} cell of a pixel, at the edge beyond it */
  const cell = (pixel, start, length) => Math.floor(Math.min(Math.max(pixel - start, 0), length) / CELL) + reach;
  for (const { x, y, wide, high } of without) {
    const [from, to] = [x - wide, x + wide].map((pixel) => cell(pixel, left, width));
    const [first, last] = [y - high, y + high].map((pixel) => cell(pixel, top, height));
    for (let line = first; line <= last; line++) taken.fill(1, line * columns + from, line * columns + to + 1);
  }
  /** @type {number[]} */
  const chosen = [];
  /** @param {number} row */
  const place = (row) => {
    const x = screen[3 * row];
    const y = screen[3 * row + 1];
    if (!isIn(x, y, room)) return;
    const at = (Math.floor((y - top) / CELL) + reach) * columns + Math.floor((x - left) / CELL) + reach;
    if (taken[at]) return;
    for (let down = -reach; down <= reach; down++) {
      taken.fill(1, at + down * columns - reach, at + down * columns + reach + 1);
    }
    chosen.push(row);
  };
  for (const row of allowed(before, rows)) place(row);
  for (let i = 0; i < rows.length && chosen.length < most; i++) place(rows[i]);
  return chosen;
}

/**
 * Those of some rows that are among the ascending ones.
 * @param {number[]} some
 * @param {ArrayLike<number>} rows
 */
function allowed(some, rows) {
  return some.filter((row) => {
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle] < row) low = middle + 1;
      else high = middle;
    }
    return rows[low] === row;
  });
}
