// @ts-check
// The card of one point, beside or below the plot: its image, its reconstruction, and what is known of it.

const version = new URL(import.meta.url).search;
/** @type {[typeof import("./data.js"), typeof import("./dom.js"), typeof import("./icons.js")]} */
const [{ fetchPicture }, { find, make }, { icon }] =
  /** @type {any} */ (await Promise.all(["data", "dom", "icons"].map((name) => import(`./${name}.js${version}`))));

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./types.js").Part} Part */
/** @typedef {import("./types.js").Sprites} Sprites */

const SIDE = 84; // pixels of an image on the card

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
export function facts({ fields, loaded }, row) {
  /** @type {[string, string][]} */
  const list = [];
  for (const [name, field] of Object.entries(fields)) {
    const value = loaded.get(name)?.[row];
    if (value === undefined) continue; // not here yet
    if (field.kind === "class") list.push([field.label, field.classes.find((c) => c.id === value)?.name ?? "none"]);
    else list.push([field.label, Number.isFinite(value) ? value.toPrecision(3) : "undefined"]);
  }
  return list;
}

/**
 * What an image is called, and what people say it shows.
 * @param {State} state
 * @param {number} row
 */
export function nameOf({ data, fields, loaded }, row) {
  const { part, number } = placeOf(data.parts, row);
  const digit = fields.digit?.classes.find((c) => c.id === loaded.get("digit")?.[row])?.name;
  const article = /^([aeiou]|8|11$|18$)/i.test(digit ?? "") ? "an" : "a";
  const of = data.parts[part].name;
  return `${of === "point" ? of : `${of} image`} ${number}${digit === undefined ? "" : `, ${article} ${digit}`}`;
}

export class Card {
  /**
   * @param {HTMLElement} element
   * @param {() => void} letGo of what is kept
   */
  constructor(element, letGo) {
    this.element = element;
    element.innerHTML = `
      <p class="lv-hint">Point at a dot to see what it is; click to keep it.</p>
      <div class="lv-shown" hidden>
        <header><b></b><button type="button" class="lv-icon lv-close" title="Let go of this point (Escape)"
          aria-label="Let go of this point">${icon("close")}</button></header>
        <div class="lv-pair">
          <figure><canvas width="${SIDE}" height="${SIDE}" role="img"></canvas><figcaption>image</figcaption></figure>
          <figure><canvas width="${SIDE}" height="${SIDE}" role="img"></canvas><figcaption>reconstruction</figcaption></figure>
        </div>
        <p class="lv-message" hidden></p>
        <dl></dl>
      </div>`;
    this.row = -1;
    /** @type {Promise<void>} ends when the images of the card are drawn */
    this.drawn = Promise.resolve();
    find(element, ".lv-close").onclick = letGo;
  }

  /** Only the hint is there; the card's room stays. */
  hide() {
    this.row = -1;
    delete this.element.dataset.row;
    find(this.element, ".lv-shown").hidden = true;
    find(this.element, ".lv-hint").hidden = false;
  }

  /**
   * Show a row; its images follow as soon as they are there.
   * @param {State} state
   * @param {number} row
   */
  show(state, row) {
    const { element } = this;
    this.row = row;
    element.dataset.row = String(row);
    find(element, ".lv-shown").hidden = false;
    find(element, ".lv-hint").hidden = true;
    const name = nameOf(state, row);
    find(element, "header b").textContent = name.split(",")[0];
    find(element, ".lv-close").hidden = !state.isKept;
    find(element, "dl").replaceChildren(
      ...facts(state, row).flatMap(([name, text]) => [make("dt", { textContent: name }), make("dd", { textContent: text })]),
    );
    const [image, own] = element.querySelectorAll("canvas");
    image.setAttribute("aria-label", name);
    own.setAttribute("aria-label", "its reconstruction");
    this.drawn = this.showImages(state, row);
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
      find(this.element, ".lv-pair figure:last-child").hidden = paths.length < 2; // none was decoded
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
