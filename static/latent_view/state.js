// @ts-check
// What a view shows and what its visitor chose. Nothing here draws, fetches or listens.

const version = new URL(import.meta.url).search;
/** @type {typeof import("./geometry.js")} */
const { bulk, extent, isInside, isPlaced, outside } = await import(`./geometry.js${version}`);

/** @typedef {import("./types.js").ViewData} ViewData */
/** @typedef {import("./types.js").PiecesData} PiecesData */
/** @typedef {import("./types.js").Field} Field */
/** @typedef {import("./types.js").Values} Values */
/** @typedef {import("./types.js").Range} Range */

/**
 * The rows that are drawn.
 * @typedef {object} Shown
 * @property {number[]} focus drawn in full
 * @property {number[]} rest drawn faintly: not what legend, threshold or selection ask for
 * @property {Uint8Array} allowed by row, 1 in focus: what can be pointed at
 * @property {number} absent rows that have no place, as a coordinate is not finite
 */

/** @param {number} count */
const spelled = (count) => count.toLocaleString("en");

/**
 * Whether a field is the very same as before.
 * @param {Field} a
 * @param {Field} b
 */
const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * A range that a value lies in, not at its very edge; itself where it does already.
 * @type {(range: Range, value: number) => Range}
 */
function including([low, high], value) {
  const room = 0.05 * (Math.max(high, value) - Math.min(low, value));
  return [value < low ? value - room : low, value > high ? value + room : high];
}

export class State {
  pinned = -1; // rows; -1: none
  hovered = -1;
  marked = -1; // with a ring: hovered here, or in a linked view
  /** @type {number[]} rows that the arrow keys passed */
  trail = [];
  /** @type {number[] | null} rows */
  selection = null;
  /** @type {Set<number>} classes that alone are in focus; empty: all are */
  isolated = new Set();
  /** @type {Range | null} values in focus */
  threshold = null;
  isWhole = false; // framed are all points, not only the bulk of them

  /**
   * @param {ViewData} data
   * @param {Float32Array} points (n * m)
   * @param {Values} values of the field that colours
   * @param {State | null} before what was shown until now: what still holds of the visitor's choices is kept
   */
  constructor(data, points, values, before = null) {
    /** @type {ViewData} */
    this.data = data;
    this.n = data.n;
    this.m = data.axes.length;
    this.final = points; // where the points lie
    this.positions = points; // where they are drawn: elsewhere while they glide or a replay plays
    this.bulk = bulk([points], this.m);
    this.far = outside(points, this.m, this.bulk); // points that the bulk's frame leaves outside
    if (before) this.keepChoices(before);
    this.frame = this.wholeOrBulk();
    /** @type {PiecesData | null} */
    this.pieces = null;
    /** @type {Values | null} (n * k) */
    this.neighbours = null;
    /** @type {Map<string, Values>} arrays of the fields that are here already */
    this.loaded = new Map();
    /** @type {Set<number> | null} rows that move, while a replay is not at its end */
    this.replayed = null;
    if (before) this.keepLoaded(before);
    this.loaded.set(data.colour, values);
    /** @type {Shown} */
    this.shown = this.partition();
  }

  /** The frame that the visitor asks for, with the guest in it. */
  wholeOrBulk() {
    const frame = this.isWhole ? extent([this.final], this.m) : this.bulk;
    const { guest } = this.data;
    return guest ? frame.map((range, axis) => including(range, guest.place[axis])) : frame;
  }

  /** @param {boolean} isWhole frame all points, or the bulk of them */
  frameAll(isWhole) {
    this.isWhole = isWhole;
    this.frame = this.wholeOrBulk();
  }

  /** @param {State} before */
  keepChoices(before) {
    if (before.data.camera === this.data.camera) this.isWhole = before.isWhole;
    if (before.data.images === this.data.images) {
      const { pinned, hovered, marked, trail, selection } = before;
      Object.assign(this, { pinned, hovered, marked, trail, selection });
    }
    if (before.data.colour === this.data.colour && isSame(before.field, this.field)) {
      Object.assign(this, { isolated: before.isolated, threshold: before.threshold });
    }
  }

  /** @param {State} before what came for it holds here as well, where it is of the same points */
  keepLoaded(before) {
    if (before.data.latents === this.data.latents) {
      this.pieces = before.pieces;
      this.neighbours = before.neighbours;
    }
    for (const [name, values] of before.loaded) {
      if (before.fields[name]?.values.url === this.fields[name]?.values.url) this.loaded.set(name, values);
    }
    if (this.hasReplayOf(before)) this.replayed = before.replayed;
  }

  get fields() {
    return { ...this.data.fields, ...this.pieces?.fields };
  }

  get field() {
    return this.data.fields[this.data.colour];
  }

  get values() {
    return /** @type {Values} */ (this.loaded.get(this.data.colour));
  }

  /** The groups of the field that colours, with the row of each one's medoid; none where they have none. */
  get medoids() {
    const { field, pieces, data } = this;
    const known = new Map(field.classes.map(({ id, name }) => [id, name]));
    const medoids = (field.kind === "class" && pieces?.medoids[data.colour]) || [];
    return medoids.filter(({ id }) => known.has(id)).map((medoid) => ({ ...medoid, name: known.get(medoid.id) ?? "" }));
  }

  /** @param {number} row whether its point is drawn, in full or faintly: in space, none outside the frame is */
  isDrawn(row) {
    const { m, positions, replayed } = this;
    const isHere = isPlaced(positions, m, row) && (!replayed || replayed.has(row));
    return isHere && (m < 3 || isInside(positions, m, row, this.frame));
  }

  get drawn() {
    return this.shown.focus.length + this.shown.rest.length;
  }

  /** @param {State} other */
  hasReplayOf(other) {
    return this.n === other.n && this.data.replay?.positions.url === other.data.replay?.positions.url;
  }

  /**
   * Whether points may glide from where another state draws them: they are the same images.
   * @param {State} before
   */
  movedFrom(before) {
    return before.data.images === this.data.images && before.m === this.m &&
      before.positions.length === this.final.length && before.data.points?.url !== this.data.points?.url;
  }

  /**
   * @param {PiecesData} pieces
   * @returns {boolean} whether they belong to what is shown
   */
  attach(pieces) {
    if (pieces.latents !== this.data.latents) return false;
    this.pieces = pieces;
    return true;
  }

  /**
   * Whether legend and threshold ask for a value.
   * @param {number} value
   */
  admits(value) {
    if (this.field.kind === "class") return !this.isolated.size || this.isolated.has(value);
    return !this.threshold || (value >= this.threshold[0] && value <= this.threshold[1]);
  }

  /** Sort the rows anew into those in focus, the rest, and those without a place. */
  partition() {
    const { m, n, positions, values, replayed } = this;
    const selected = this.selection && new Set(this.selection);
    /** @type {Shown} */
    const shown = { focus: [], rest: [], allowed: new Uint8Array(n), absent: 0 };
    for (let row = 0; row < n; row++) {
      if (replayed && !replayed.has(row)) continue;
      if (!isPlaced(positions, m, row)) {
        shown.absent++;
      } else if (this.admits(values[row]) && (!selected || selected.has(row))) {
        shown.focus.push(row);
        // in space plotly does not draw what lies outside; in the plane one can move there
        shown.allowed[row] = Number(m < 3 || isInside(positions, m, row, this.frame));
      } else shown.rest.push(row);
    }
    this.shown = shown;
    return shown;
  }

  /**
   * A class alone, or all again if it was alone; with `add`, this class besides those that are isolated.
   * @param {number} id
   * @param {boolean} add
   */
  isolate(id, add) {
    const { isolated } = this;
    if (add) isolated.has(id) ? isolated.delete(id) : isolated.add(id);
    else this.isolated = new Set(isolated.size === 1 && isolated.has(id) ? [] : [id]);
  }

  /** How many rows of each class are in focus. */
  counts() {
    /** @type {Map<number, number>} */
    const counts = new Map();
    for (const row of this.shown.focus) counts.set(this.values[row], (counts.get(this.values[row]) ?? 0) + 1);
    return counts;
  }

  /** The row on the card, or -1: what is pointed at, else what is kept. */
  get onCard() {
    return this.marked >= 0 ? this.marked : this.pinned;
  }

  /** Whether the card shows what is kept, so that it can be let go. */
  get isKept() {
    return this.onCard >= 0 && this.onCard === this.pinned;
  }

  /** The row that keys act on, or -1. */
  get current() {
    return this.onCard >= 0 ? this.onCard : this.shown.focus[0] ?? -1;
  }

  /**
   * The nearest neighbour in focus that the walk has not passed yet, or -1.
   * @param {number} row
   */
  nextTo(row) {
    if (!this.neighbours) return -1;
    const k = this.neighbours.length / this.n;
    const near = Array.from(this.neighbours.subarray(k * row, k * row + k));
    return near.find((other) => this.shown.allowed[other] && other !== row && !this.trail.includes(other)) ?? -1;
  }

  /**
   * Move the points of a replay; at its end, all points are where they lie.
   * @param {number[] | Values} rows
   * @param {Float32Array | null} moved (rows * m), or null: the end
   */
  moveTo(rows, moved) {
    if (!moved) {
      this.replayed = null;
      this.positions = this.final;
      return;
    }
    this.replayed ??= new Set(rows);
    const { m } = this;
    if (this.positions === this.final) this.positions = this.final.slice();
    rows.forEach((row, i) => {
      for (let axis = 0; axis < m; axis++) this.positions[m * row + axis] = moved[m * i + axis];
    });
  }

  /** In sentences: what is drawn and what is not. */
  describe() {
    const { absent, focus, rest } = this.shown;
    const parts = this.data.note ? [this.data.note] : [];
    if (!this.drawn) parts.push("There are no points to draw.");
    if (absent) parts.push(`${absent} of ${this.n} points are not drawn: their position is not a finite number.`);
    if (this.replayed) parts.push(`Replay of ${spelled(this.replayed.size)} of ${spelled(this.n)} images.`);
    else if (this.far && !this.isWhole) parts.push(this.far === 1 ? "1 point lies outside." : `${spelled(this.far)} points lie outside.`);
    if (rest.length) parts.push(`${spelled(focus.length)} of ${spelled(this.drawn)} in focus.`);
    return parts.join(" ");
  }
}
