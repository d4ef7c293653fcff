// @ts-check
// Thumbnails ready to be drawn: each image in the colour of its point, on a sheet of their own. An image is
// coloured once; of many, those unused longest go.

const version = new URL(import.meta.url).search;
/** @type {[typeof import("./card.js"), typeof import("./data.js"), typeof import("./dom.js"), typeof import("./ink.js")]} */
const [{ placeOf, tile }, { fetchPicture }, { make }, { inkOf, mixed, rgb }] =
  /** @type {any} */ (await Promise.all(["card", "data", "dom", "ink"].map((name) => import(`./${name}.js${version}`))));

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./data.js").Picture} Picture */

const MOST = 2000; // thumbnails on the sheet
const PIXELS = 2 ** 22; // and of the sheet: 16 MB
const BORDER = 1; // pixels of an image about it, in its colour
const CLEAR = 0.94; // opacity of what has no ink

export class Tiles {
  /**
   * @param {State} state with sprites
   * @param {import("./types.js").Theme} theme
   * @param {() => void} changed called when an image that was asked for has come
   */
  constructor(state, theme, changed) {
    this.sprites = /** @type {import("./types.js").Sprites} */ (state.pieces?.sprites);
    this.parts = state.data.parts;
    this.ink = inkOf(state, theme);
    this.paper = rgb(theme.background);
    this.changed = changed;
    this.side = this.sprites.size + 2 * BORDER;
    this.most = Math.min(MOST, Math.floor(PIXELS / this.side ** 2));
    const columns = Math.ceil(Math.sqrt(this.most));
    this.columns = columns;
    this.sheet = make("canvas", { width: columns * this.side, height: Math.ceil(this.most / columns) * this.side });
    this.pen = this.sheet.getContext("2d");
    /** @type {Map<number, number>} place on the sheet by row, the one used last at the end */
    this.slots = new Map();
    /** @type {Map<string, Picture | null>} sheets of images by path; null: on its way, or not to be had */
    this.pictures = new Map();
  }

  /**
   * Where a row's thumbnail is on the sheet; null: it is not here yet.
   * @param {number} row
   * @returns {[left: number, top: number] | null}
   */
  at(row) {
    let slot = this.slots.get(row);
    if (slot === undefined) {
      const { part, number } = placeOf(this.parts, row);
      const from = tile(this.sprites, number);
      const picture = this.pictureAt(this.sprites.parts[part]?.[from.sheet]?.[0]);
      if (!picture) return null;
      slot = this.free();
      this.draw(row, picture, from, slot);
    } else this.slots.delete(row);
    this.slots.set(row, slot);
    return this.corner(slot);
  }

  /** @param {number} slot @returns {[left: number, top: number]} */
  corner(slot) {
    return [(slot % this.columns) * this.side, Math.floor(slot / this.columns) * this.side];
  }

  /** A place that is free, or that of the thumbnail unused longest. */
  free() {
    if (this.slots.size < this.most) return this.slots.size;
    const [[oldest, slot]] = this.slots;
    this.slots.delete(oldest);
    return slot;
  }

  /** @param {string | undefined} path */
  pictureAt(path) {
    if (path === undefined) return null;
    const known = this.pictures.get(path);
    if (known !== undefined) return known;
    this.pictures.set(path, null);
    fetchPicture(path).then((picture) => {
      this.pictures.set(path, picture);
      this.changed();
    }, () => {}); // the card says that images can't be loaded
    return null;
  }

  /** @type {(row: number, picture: Picture, from: { left: number, top: number }, slot: number) => void} */
  draw(row, picture, { left, top }, slot) {
    const { side, pen, paper } = this;
    const ink = this.ink(row);
    const drawn = new ImageData(side, side);
    for (let y = 0, to = 0; y < side; y++) {
      for (let x = 0; x < side; x++, to += 4) {
        const isBorder = x < BORDER || y < BORDER || x >= side - BORDER || y >= side - BORDER;
        const share = isBorder ? 1 : picture.grey[(top + y - BORDER) * picture.width + left + x - BORDER] / 255;
        drawn.data.set(mixed(paper, ink, share), to);
        drawn.data[to + 3] = 255 * (CLEAR + share * (1 - CLEAR));
      }
    }
    pen?.putImageData(drawn, ...this.corner(slot));
  }
}
