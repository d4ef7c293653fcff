// @ts-check
// What is drawn over the plot: thumbnails at the points, names at the medoids. It goes with the camera, which
// plotly moves without a word: hence a look at each frame, and a drawing where something has moved.

const version = new URL(import.meta.url).search;
/** @type {[typeof import("./detail.js"), typeof import("./names.js"), typeof import("./tiles.js"), typeof import("./dom.js")]} */
const [{ choose, countInSight, isNear, sideOf }, { placeNames }, { Tiles }, { make }] =
  /** @type {any} */ (await Promise.all(["detail", "names", "tiles", "dom"].map((name) => import(`./${name}.js${version}`))));

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./types.js").Theme} Theme */
/** @typedef {import("./types.js").Pixel} Pixel */

const LINE = 17; // pixels from one name to the next
const LETTERS = 14;
const HALO = 4; // pixels about letters
const LARGER = 1.6; // the thumbnail that is pointed at

/**
 * @typedef {{ row: number, x: number, y: number }} Thumb
 *
 * What is drawn: thumbnails from the farthest to the nearest, and names.
 * @typedef {object} Drawn
 * @property {Thumb[]} thumbs
 * @property {(Thumb & { isMarked: boolean })[]} above the thumbnails of what is kept and of what is pointed at
 * @property {number} side of a thumbnail in pixels
 * @property {import("./names.js").Placed[]} names
 * @property {import("./detail.js").Room} [room] that they are in
 */

/** @type {() => Drawn} */
const nothing = () => ({ thumbs: [], above: [], side: 0, names: [] });

export class Overlay {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("./render.js").Plot} plot
   * @param {import("./choices.js").Choices} choices
   * @param {() => void} changed called when thumbnails come or go by themselves
   */
  constructor(canvas, plot, choices, changed) {
    this.canvas = canvas;
    this.plot = plot;
    this.choices = choices;
    this.changed = changed;
    /** @type {State | null} */
    this.state = null;
    /** @type {Theme | null} */
    this.theme = null;
    /** @type {import("./tiles.js").Tiles | null} */
    this.tiles = null;
    this.drawn = nothing();
    /** @type {number[]} that may have a thumbnail, ascending */
    this.rows = [];
    this.isNear = false;
    this.isDirty = false;
    this.seen = ""; // from where the last drawing was looked at
    this.counted = ""; // and the last count of the points in sight
    this.frame = 0;
  }

  /**
   * @param {State | null} state
   * @param {Theme} theme
   */
  show(state, theme) {
    cancelAnimationFrame(this.frame);
    const isOther = state?.pieces !== this.state?.pieces || state?.data !== this.state?.data;
    if (isOther || theme.isDark !== this.theme?.isDark) this.tiles = null;
    // of those in focus, plotly draws none outside the frame of a space
    const rows = state?.shown.focus.filter((row) => state.shown.allowed[row]) ?? [];
    Object.assign(this, { state, theme, rows });
    this.redraw();
    if (state) this.follow();
    else this.draw();
  }

  /** Draw with the next frame. */
  redraw() {
    this.isDirty = true;
    this.counted = "";
  }

  follow() {
    const { state } = this;
    if (!state) return;
    const seen = this.plot.viewpoint(state.m);
    const isAtRest = seen === this.seen;
    if (!isAtRest || this.isDirty) this.draw();
    else if (seen !== this.counted && this.choices.now.thumbnails === "near") this.look();
    this.seen = seen;
    this.frame = requestAnimationFrame(() => this.follow());
  }

  /** Whether there are images to be drawn. */
  get canShow() {
    return Boolean(this.state?.pieces?.sprites);
  }

  get hasThumbnails() {
    return this.canShow && this.choices.hasThumbnails(this.isNear);
  }

  /** How many groups have a name. */
  get groups() {
    return this.state?.medoids.length ?? 0;
  }

  /** The camera rests: have thumbnails come if one is near. */
  look() {
    const { state, plot } = this;
    this.counted = this.seen;
    if (!state || !this.canShow) return;
    plot.moved();
    const [screen, room] = [plot.where(state), plot.room(state.m)];
    if (!screen || !room) return;
    this.setNear(countInSight(screen, this.rows, room));
    if (this.hasThumbnails) this.isDirty = true;
  }

  /** @param {number} inSight points */
  setNear(inSight) {
    const before = this.isNear;
    this.isNear = isNear(inSight, this.state?.drawn ?? 0);
    if (before !== this.isNear) this.changed();
  }

  draw() {
    this.isDirty = false;
    const { canvas, state, theme } = this;
    const { clientWidth, clientHeight } = canvas;
    const scale = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(clientWidth * scale), Math.round(clientHeight * scale)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, clientWidth, clientHeight);
    const room = state && this.plot.room(state.m);
    const names = state && theme && room ? this.namesIn(state, room, pen, theme) : [];
    this.drawn = state && theme && room ? { ...this.thumbsIn(state, room, names), names, room } : nothing();
    if (theme) this.paint(pen, theme, this.tiles);
    canvas.dataset.thumbnails = String(this.drawn.thumbs.length);
    canvas.dataset.names = String(this.drawn.names.length);
  }

  /** @type {(state: State, room: import("./detail.js").Room, names: Drawn["names"]) => Pick<Drawn, "thumbs" | "above" | "side">} */
  thumbsIn(state, room, names) {
    const none = { thumbs: [], above: [], side: 0 };
    if (!this.hasThumbnails || !this.theme) return none;
    this.plot.moved();
    const screen = this.plot.where(state);
    if (!screen) return none;
    const inSight = countInSight(screen, this.rows, room);
    this.setNear(inSight);
    if (!this.hasThumbnails) return none;
    const tiles = (this.tiles ??= new Tiles(state, this.theme, () => this.redraw()));
    const side = sideOf(inSight, room);
    const before = [state.pinned, ...this.drawn.thumbs.map(({ row }) => row)]; // what is kept is always there
    const without = names.map(({ x, y, half }) => ({ x, y, wide: half + side / 4, high: (LINE + side / 2) / 2 })); // names hide none
    const rows = choose(screen, this.rows, { ...room, side, most: tiles.most, without }, before);
    /** @param {number} row */
    const at = (row) => ({ row, x: screen[3 * row], y: screen[3 * row + 1] });
    const thumbs = rows.map(at).sort((a, b) => screen[3 * b.row + 2] - screen[3 * a.row + 2]);
    const above = [state.pinned, state.marked].filter((row) => row >= 0 && state.shown.allowed[row]);
    return { thumbs, above: above.map((row) => ({ ...at(row), isMarked: row === state.marked })), side };
  }

  /** @type {(state: State, room: import("./detail.js").Room, pen: CanvasRenderingContext2D, theme: Theme) => Drawn["names"]} */
  namesIn(state, room, pen, theme) {
    const { m, positions } = state;
    if (!this.choices.hasNames(this.groups)) return [];
    const medoids = state.medoids.filter(({ id, row }) => state.admits(id) && state.isDrawn(row));
    const screen = this.plot.project(Float32Array.from(medoids.flatMap(({ row }) => [...positions.subarray(m * row, m * row + m)])), m);
    if (!screen) return [];
    pen.font = fontOf(theme);
    const wanted = medoids.map(({ id, name, size }, i) => ({
      id, text: name, size, x: screen[3 * i], y: screen[3 * i + 1], width: pen.measureText(name).width + HALO,
    }));
    const before = new Map(this.drawn.names.map(({ id, shift }) => [id, shift]));
    return placeNames(wanted, { ...room, line: LINE }, before);
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {Theme} theme
   * @param {import("./tiles.js").Tiles | null} tiles
   */
  paint(pen, theme, tiles) {
    const { thumbs, above, side, names, room } = this.drawn;
    if (!room) return;
    pen.save();
    pen.beginPath();
    pen.rect(room.left, room.top, room.width, room.height);
    pen.clip();
    // pixels are seen as such where they are enlarged
    pen.imageSmoothingEnabled = side < (tiles?.side ?? 0);
    /** @type {(thumb: Thumb, side: number) => void} */
    const put = ({ row, x, y }, side) => {
      const at = tiles?.at(row);
      if (at && tiles) pen.drawImage(tiles.sheet, ...at, tiles.side, tiles.side, x - side / 2, y - side / 2, side, side);
    };
    for (const thumb of thumbs) put(thumb, side);
    Object.assign(pen, { font: fontOf(theme), textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: HALO });
    pen.strokeStyle = theme.background;
    pen.fillStyle = theme.text;
    for (const { text, x, y } of names) {
      pen.strokeText(text, x, y);
      pen.fillText(text, x, y);
    }
    for (const thumb of above) {
      const own = thumb.isMarked ? LARGER * side : side;
      put(thumb, own);
      pen.strokeStyle = thumb.isMarked ? theme.text : theme.accent;
      pen.lineWidth = 3;
      pen.strokeRect(thumb.x - own / 2, thumb.y - own / 2, own, own);
    }
    pen.restore();
  }

  /**
   * The row whose thumbnail is there, or -1.
   * @param {Pixel} at
   */
  hit([x, y]) {
    const { thumbs, side } = this.drawn;
    return thumbs.findLast((thumb) => Math.max(Math.abs(thumb.x - x), Math.abs(thumb.y - y)) <= side / 2)?.row ?? -1;
  }

  /**
   * What is drawn, for a picture to be kept.
   * @param {Theme} theme of the paper
   * @param {number} scale pixels of the picture for each of the page
   */
  picture(theme, scale) {
    const { clientWidth, clientHeight } = this.canvas;
    const copy = make("canvas", { width: scale * clientWidth, height: scale * clientHeight });
    const pen = copy.getContext("2d");
    if (!pen || !this.state) return copy;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    const tiles = this.tiles && new Tiles(this.state, theme, () => {});
    if (tiles && this.tiles) tiles.pictures = this.tiles.pictures;
    this.paint(pen, theme, tiles);
    return copy;
  }
}

/** @param {Theme} theme */
const fontOf = (theme) => `600 ${LETTERS}px ${theme.font}`;
