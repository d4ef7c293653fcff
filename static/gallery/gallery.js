// @ts-check
// Images in groups. To point at one marks it in the latent views of the page, a click picks it. Python
// (pages/parts/shared/wall.py) says which images, and what that does.

const version = new URL(import.meta.url).search;
const FILES = ["../latent_view/data.js", "../latent_view/dom.js", "../latent_view/theme.js", "./place.js"];
const style = import(`../latent_view/stylesheet.js${version}`).then(({ styled }) => styled("gallery.css", import.meta.url));
/**
 * @type {[typeof import("../latent_view/data.js"), typeof import("../latent_view/dom.js"),
 *   typeof import("../latent_view/theme.js"), typeof import("./place.js")]}
 */
const [{ address }, { make }, { isForDarkPage, shade, watchTheme }, { background }] =
  /** @type {any} */ (await Promise.all([...FILES.map((name) => import(`${name}${version}`)), style]));

/**
 * @typedef {object} Tile
 * @property {number} row of the image among those that the views show
 * @property {string} name for who can't see it
 * @property {string} caption empty: none
 */
/** @typedef {{ name: string, tiles: Tile[] }} Strip */
/**
 * @typedef {object} Section
 * @property {string} heading
 * @property {string} note
 * @property {[light: string, dark: string] | null} shades of its colour in the views
 * @property {boolean} wide it has lines of its own
 * @property {Strip[]} strips
 */
/**
 * What Python sends (pages/parts/shared/wall.py).
 * @typedef {object} Data
 * @property {string} picture path of a sheet with the images of all tiles, in order
 * @property {number} columns images in a row of the sheet
 * @property {string} images names the images that rows count
 * @property {string} link of the views that show them
 * @property {string} does what a click does, for who can't see it
 * @property {number} pinned row that is picked; -1: none
 * @property {boolean} lets_go a click on what is picked lets it go
 * @property {Section[]} sections
 */

const SIDE = 44; // pixels of a tile, as in gallery.css

class Gallery {
  end = new AbortController();
  /** @type {(name: string, value: unknown) => void} */
  tell = () => {};
  /** @type {Data | null} */
  data = null;

  /** @param {Element} parent */
  constructor(parent) {
    this.root = make("div", { className: "gl" });
    parent.append(this.root);
    watchTheme(this.root, () => this.draw(), this.end.signal);
  }

  /** @param {Data} data */
  update(data) {
    const { sections, picture } = this.data ?? {};
    const isSame = picture === data.picture && JSON.stringify(sections) === JSON.stringify(data.sections);
    this.data = data;
    if (isSame) this.press(data.pinned); // the focus stays where it is
    else this.draw();
  }

  draw() {
    const { data } = this;
    if (!data) return;
    let place = 0;
    const isDark = isForDarkPage(getComputedStyle(this.root).color);
    this.root.replaceChildren(...data.sections.map((section) => {
      const strips = make("div", { className: "gl-strips" });
      for (const { name, tiles } of section.strips) {
        const strip = make("div", { className: "gl-strip" });
        const row = make("div", { className: "gl-tiles" }, { role: "group", "aria-label": `${section.heading} ${name}`.trim() });
        row.append(...tiles.map((tile) => this.button(tile, place++)));
        if (name) strip.append(make("span", { textContent: name }));
        strip.append(row);
        strips.append(strip);
      }
      return this.section(section, strips, isDark);
    }));
    this.press(data.pinned);
  }

  /** @type {(section: Section, strips: HTMLElement, isDark: boolean) => HTMLElement} */
  section({ heading, note, shades, wide }, strips, isDark) {
    const element = make("section", { className: `gl-section${wide ? " gl-wide" : ""}` });
    if (heading) {
      const title = make("h4");
      if (shades) {
        const dot = make("i");
        dot.style.background = shade({ id: 0, name: "", shades, quiet: false }, { isDark });
        title.append(dot);
      }
      title.append(heading, make("small", { textContent: note }));
      element.append(title);
    }
    element.append(strips);
    return element;
  }

  /** @type {(tile: Tile, place: number) => HTMLButtonElement} */
  button({ row, name, caption }, place) {
    const { picture, columns, does } = /** @type {Data} */ (this.data);
    const button = make("button", { type: "button", title: name }, { "aria-label": `${name}: ${does}` });
    button.dataset.row = String(row);
    const image = make("i");
    Object.assign(image.style, background(address(picture), columns, place, SIDE));
    button.append(image);
    if (caption) button.append(make("small", { textContent: caption }));
    button.onpointerenter = button.onfocus = () => this.point({ row });
    button.onpointerleave = button.onblur = () => this.point({ row: -1 });
    button.onclick = () => this.pin(row);
    return button;
  }

  /** @param {number} row picked, or let go if it was */
  pin(row) {
    const { data } = this;
    if (!data) return;
    data.pinned = data.lets_go && data.pinned === row ? -1 : row;
    this.press(data.pinned);
    this.point({ row, pinned: data.pinned });
    this.tell("pinned", data.pinned < 0 ? { images: data.images, rows: null } : { images: data.images, rows: [data.pinned] });
  }

  /** @param {{ row: number, pinned?: number }} pointed */
  point(pointed) {
    const detail = { ...pointed, from: this, link: this.data?.link };
    document.dispatchEvent(new CustomEvent("latent-view", { detail })); // links.js hears of it
  }

  /** @param {number} row */
  press(row) {
    for (const button of this.root.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.row) === row));
    }
  }

  close() {
    this.end.abort();
    this.root.remove();
  }
}

/**
 * Streamlit calls this with each new state of the component; what is returned is called when it goes.
 * @param {{ data: Data, parentElement: any, setTriggerValue: (name: string, value: unknown) => void }} component
 */
export default function render({ data, parentElement, setTriggerValue }) {
  /** @type {Gallery} */
  const gallery = (parentElement.gallery ??= new Gallery(parentElement));
  gallery.tell = setTriggerValue;
  gallery.update({ ...data });
  return () => setTimeout(() => parentElement.isConnected || gallery.close());
}
