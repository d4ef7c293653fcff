// @ts-check
// Where the names of groups stand: at their medoids, beside them where another name is, nowhere where there
// is no room. The names of large groups come first.

/**
 * A name to be placed; sizes and places in pixels.
 * @typedef {object} Wanted
 * @property {number} id of the group
 * @property {string} text
 * @property {number} x of the medoid
 * @property {number} y of the medoid
 * @property {number} width of the text
 * @property {number} size of the group: larger ones come first
 */

/** @typedef {{ id: number, text: string, x: number, y: number, half: number, shift: number }} Placed x and y of its middle */

const version = new URL(import.meta.url).search;
/** @type {typeof import("./detail.js")} */
const { isIn } = await import(`./detail.js${version}`);

const GAP = 3; // pixels between two names
/** @type {[right: number, down: number][]} shifts to try, in widths and heights */
const SHIFTS = [[0, 0], [0, -1], [0, 1], [0.6, 0], [-0.6, 0], [0, -2], [0, 2]];

/**
 * Place names so that none covers another.
 * @param {Wanted[]} wanted
 * @param {import("./detail.js").Room & { line: number }} room where names may be, and the height of a line
 * @param {Map<number, number>} before the shift that each had: it keeps it while it can
 * @returns {Placed[]}
 */
export function placeNames(wanted, room, before = new Map()) {
  const { left, top, width, height, line } = room;
  /** @type {Placed[]} */
  const placed = [];
  /** @type {(at: { x: number, y: number, half: number }) => boolean} */
  const isFree = ({ x, y, half }) => placed.every(
    (other) => Math.abs(other.x - x) >= other.half + half + GAP || Math.abs(other.y - y) >= line,
  );
  for (const one of [...wanted].sort((a, b) => b.size - a.size || a.id - b.id)) {
    if (!isIn(one.x, one.y, room)) continue;
    const half = one.width / 2;
    const shifts = [...SHIFTS.keys()].sort((a, b) => Number(b === before.get(one.id)) - Number(a === before.get(one.id)));
    for (const shift of shifts) {
      const x = within(one.x + SHIFTS[shift][0] * (one.width + GAP), half, left, width);
      const y = within(one.y + SHIFTS[shift][1] * line, line / 2, top, height);
      if (!isFree({ x, y, half })) continue;
      placed.push({ id: one.id, text: one.text, x, y, shift, half });
      break;
    }
  }
  return placed;
}

/** @type {(middle: number, half: number, start: number, length: number) => number} so that both ends are seen */
const within = (middle, half, start, length) => Math.max(Math.min(middle, start + length - half), start + half);
