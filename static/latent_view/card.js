// @ts-check
// The card of one point: its image beside its reconstruction, and what is known of it.

const version = new URL(import.meta.url).search;
/** @type {[typeof import("./data.js"), typeof import("./dom.js")]} */
const [{ fetchPicture }, { find, make }] =
  /** @type {any} */ (await Promise.all(["data", "dom"].map((name) => import(`./${name}.js${version}`))));

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./types.js").Part} Part */
/** @typedef {import("./types.js").Sprites} Sprites */

const SIDE = 84; // pixels of an image on the card
const GAP = 16; // pixels between a point and its card

/**
 * Which image a row is: the part of the rows that it is in, and its number there.
 * @param {Part[]} parts
 * @param {number} row
 */
export function placeOf(parts, row) {
  const part = parts.findLastIndex(({ start }) => start <= row);
  return { part, number: row - parts[part].start };
}

/**
 * Where the tile of an image lies: which sheet of its part, and its corner in pixels.
 * @param {Sprites} sprites
 * @param {number} number of the image in its part
 */
export function tile(sprites, number) {
  const place = number % sprites.per_sheet;
  return {
    sheet: Math.floor(number / sprites.per_sheet),
    left: (place % sprites.columns) * sprites.size,
    top: Math.floor(place / sprites.columns) * sprites.size,
  };
}

/**
 * What is known of a row: names and texts.
 * @param {State} state
 * @param {number} row
 * @returns {[name: string, text: string][]}
 */
export function facts({ data, fields, loaded }, row) {
  /** @type {[string, string][]} */
  const list = [];
  for (const [name, field] of Object.entries(fields)) {
    const value = loaded.get(name)?.[row];
    if (value === undefined) continue; // not here yet
    if (field.kind === "class") list.push([field.label, field.classes.find((c) => c.id === value)?.name ?? "none"]);
    else list.push([field.label, Number.isFinite(value) ? value.toPrecision(3) : "undefined"]);
  }
  const { parts } = data;
  const { part, number } = placeOf(parts, row);
  // held-out images alone are the usual case, which needs no words
  if (parts.length > 1 || parts[0].name !== "held-out") list.push(["image", parts[part].name]);
  return [...list, ["number", String(number)]];
}

/**
 * Where the upper left corner of a card goes: beside its point, inside the plot.
 * @param {Float32Array | number[]} point [x, y] in pixels
 * @param {{ width: number, height: number }} card
 * @param {{ width: number, height: number }} stage
 */
export function cornerOf([x, y], card, stage) {
  const left = x + GAP + card.width > stage.width ? x - GAP - card.width : x + GAP;
  const top = Math.min(Math.max(y - card.height / 2, 4), Math.max(stage.height - card.height - 4, 4));
  return { left: Math.max(left, 4), top };
}

export class Card {
  /** @param {HTMLElement} stage */
  constructor(stage) {
    this.stage = stage;
    this.element = make("div", { className: "lv-card", hidden: true, innerHTML: `
      <div class="lv-pair">
        <figure><canvas width="${SIDE}" height="${SIDE}"></canvas><figcaption>image</figcaption></figure>
        <figure><canvas width="${SIDE}" height="${SIDE}"></canvas><figcaption>reconstruction</figcaption></figure>
      </div>
      <p class="lv-message" hidden></p>
      <dl></dl>` });
    this.row = -1;
    /** @type {Promise<void>} ends when the images of the card are drawn */
    this.drawn = Promise.resolve();
    stage.append(this.element);
  }

  hide() {
    this.row = -1;
    this.element.hidden = true;
  }

  /**
   * Show a row; its images follow as soon as they are there.
   * @param {State} state
   * @param {number} row
   * @param {Float32Array | null} screen where the rows are, in pixels; null: not known
   */
  show(state, row, screen) {
    const { element, stage } = this;
    this.row = row;
    element.hidden = false;
    element.dataset.row = String(row);
    find(element, "dl").replaceChildren(
      ...facts(state, row).flatMap(([name, text]) => [make("dt", { textContent: name }), make("dd", { textContent: text })]),
    );
    this.drawn = this.showImages(state, row);
    const at = screen ? screen.subarray(3 * row, 3 * row + 2) : [0, 0];
    // on narrow screens the style sheet docks it below the plot
    const { left, top } = cornerOf(
      at,
      { width: element.offsetWidth, height: element.offsetHeight },
      { width: stage.clientWidth, height: stage.clientHeight },
    );
    Object.assign(element.style, { left: `${left}px`, top: `${top}px` });
  }

  /**
   * @param {State} state
   * @param {number} row
   */
  async showImages({ data, pieces }, row) {
    const sprites = pieces?.sprites;
    if (!sprites) {
      this.explain(pieces ? "No images for these points." : "Images are on their way …");
      return;
    }
    this.explain("");
    const { part, number } = placeOf(data.parts, row);
    const where = tile(sprites, number);
    try {
      const paths = sprites.parts[part][where.sheet];
      const canvases = this.element.querySelectorAll("canvas");
      await Promise.all(paths.map((path, i) => this.draw(canvases[i], path, where, sprites.size, row)));
    } catch {
      if (this.row === row) this.explain("The images of these points can't be loaded.");
    }
  }

  /** @param {string} text in place of images; none: the images */
  explain(text) {
    const message = find(this.element, ".lv-message");
    message.textContent = text;
    message.hidden = !text;
    find(this.element, ".lv-pair").hidden = Boolean(text);
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {string} path of a sheet
   * @param {{ left: number, top: number }} corner
   * @param {number} size
   * @param {number} row
   */
  async draw(canvas, path, { left, top }, size, row) {
    const picture = await fetchPicture(path);
    if (this.row !== row) return; // the pointer has gone on while the picture was on its way
    const own = new ImageData(size, size);
    for (let y = 0, to = 0; y < size; y++) {
      for (let x = 0; x < size; x++, to += 4) {
        own.data.fill(picture.grey[(top + y) * picture.width + left + x], to, to + 3);
        own.data[to + 3] = 255;
      }
    }
    const small = make("canvas", { width: size, height: size });
    small.getContext("2d")?.putImageData(own, 0, 0);
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.imageSmoothingEnabled = false;
    pen.drawImage(small, 0, 0, SIDE, SIDE);
  }
}
