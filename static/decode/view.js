// @ts-check
// A latent space to walk through: a map of decoded images, a slider for each direction, and the image of the
// place where one is, decoded here by decoder.js. Python (pages/parts/decode/) says which Run and which plane.

const version = new URL(import.meta.url).search;
const FILES = ["./decoder.js", "./map.js", "./places.js", "../latent_view/data.js", "../latent_view/dom.js", "../latent_view/theme.js"];
const style = import(`../latent_view/stylesheet.js${version}`).then(({ styled }) => styled("decode.css", import.meta.url));
/**
 * @type {[typeof import("./decoder.js"), typeof import("./map.js"), typeof import("./places.js"),
 *   typeof import("../latent_view/data.js"), typeof import("../latent_view/dom.js"), typeof import("../latent_view/theme.js")]}
 */
const [{ decode }, { drawMap, moveCross, placeBelow }, { movedTo, nearest, placeOf, valueOf, withValue }, { address, fetchArray }, { find, make }, { isForDarkPage, watchTheme }] =
  /** @type {any} */ (await Promise.all([...FILES.map((name) => import(`${name}${version}`)), style]));

/** @typedef {import("../latent_view/types.js").Values} Values */

/**
 * What Python sends (pages/parts/decode/walk.py).
 * @typedef {object} Data
 * @property {string} run names the Run; with another one, the place is another
 * @property {number} size side of an image
 * @property {number} range what is white for the network
 * @property {import("./decoder.js").Layer[]} layers
 * @property {import("../latent_view/types.js").ArrayRef} weights
 * @property {import("./places.js").Plane} plane
 * @property {string} picture path of the grid's images
 * @property {string} alt
 * @property {import("../latent_view/types.js").ArrayRef} points (n * 2) the data in the plane
 * @property {import("../latent_view/types.js").ArrayRef} labels (n)
 * @property {import("../latent_view/types.js").ClassOfPoints[]} classes
 * @property {string} kind of class, for people
 * @property {import("../latent_view/types.js").ArrayRef} latents (n * d) of the data
 * @property {import("./places.js").Direction[]} directions
 * @property {number[]} place where to begin
 * @property {number} usual distance of an image of the data to its nearest other, the median
 * @property {number} far the 99th percentile of these
 */

const BODY = `
<div class="dc-frame">
  <div class="dc-main">
    <div class="dc-choice" role="group" aria-label="What the map shows">
      <button data-shown="images">Images</button><button data-shown="both">Both</button><button data-shown="data">Data</button>
    </div>
    <div class="dc-map" tabindex="0" role="application">
      <canvas></canvas><span class="dc-cross" hidden></span>
    </div>
    <p class="dc-axes"></p>
  </div>
  <div class="dc-side">
    <div class="dc-decoded"><canvas role="img"></canvas><p role="status"></p></div>
    <div class="dc-sliders"></div>
  </div>
</div>`;
const STEP = 1 / 40; // of the map's width, for a key
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Walk {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.root = make("div", { className: "dc", innerHTML: BODY });
    parent.append(this.root);
    this.map = /** @type {HTMLElement} */ (find(this.root, ".dc-map"));
    this.cross = /** @type {HTMLElement} */ (find(this.root, ".dc-cross"));
    this.end = new AbortController();
    /** @type {Data | null} */
    this.data = null;
    /** @type {number[]} where one is */
    this.latent = [];
    /** @type {import("./map.js").Shown} */
    this.shown = "images";
    /** @type {(name: string, value: unknown) => void} */
    this.answer = () => {};
    /** @type {{ weights: Float32Array, points: Values, labels: Values, latents: Values, picture: HTMLImageElement } | null} */
    this.loaded = null;
    this.slidersOf = ""; // which Run
    /** @type {ReturnType<typeof setTimeout> | undefined} until a key counts as the last one */
    this.resting = undefined;
    this.resized = new ResizeObserver(() => this.redraw());
    this.resized.observe(this.map);
    this.listen();
  }

  listen() {
    const { signal } = this.end;
    const { map } = this;
    let isHeld = false;
    map.addEventListener("pointerdown", (event) => {
      isHeld = true;
      map.setPointerCapture(event.pointerId);
      this.follow(event);
    }, { signal });
    // a mouse leads while it is over the map; a finger while it is down
    map.addEventListener("pointermove", (event) => (isHeld || event.pointerType === "mouse") && this.follow(event, isHeld), { signal });
    map.addEventListener("pointerup", () => { isHeld = false; this.keep(); }, { signal });
    map.addEventListener("pointerleave", () => { if (!isHeld) this.show(this.latent); }, { signal });
    map.addEventListener("keydown", (event) => this.key(event), { signal });
    for (const button of this.root.querySelectorAll("button")) {
      button.addEventListener("click", () => {
        this.shown = /** @type {any} */ (button.dataset.shown);
        this.redraw();
      }, { signal });
    }
    watchTheme(this.root, () => this.redraw(), signal);
  }

  /** @param {Data} data */
  async update(data) {
    const before = this.data;
    if (before?.run !== data.run || before?.place.join() !== data.place.join()) this.latent = data.place;
    this.data = data;
    const picture = new Image();
    picture.src = address(data.picture);
    const arrays = [data.weights, data.points, data.labels, data.latents].map(fetchArray);
    const [weights, points, labels, latents] = await Promise.all(arrays);
    await picture.decode();
    if (this.data !== data) return;
    this.loaded = { weights: /** @type {Float32Array} */ (weights), points, labels, latents, picture };
    const { plane } = data;
    this.map.style.aspectRatio = `${plane.xs.length} / ${plane.ys.length}`;
    this.map.setAttribute("aria-label", data.alt);
    find(this.root, ".dc-axes").textContent = `${plane.names.filter(Boolean).join(" to the right, ")}${plane.names[1] ? " upwards" : ""}`;
    if (this.slidersOf !== data.run) this.makeSliders();
    this.redraw();
    this.show(this.latent);
  }

  makeSliders() {
    const { directions, run } = /** @type {Data} */ (this.data);
    this.slidersOf = run;
    const rows = directions.map((direction, i) => {
      const { low, high, quartiles, name } = direction;
      const share = (/** @type {number} */ v) => `${(100 * (v - low)) / (high - low || 1)}%`;
      const input = make("input", { type: "range" }, {
        min: String(low), max: String(high), step: String((high - low) / 200 || 1), "aria-label": name,
      });
      input.addEventListener("input", () => this.go(withValue(directions[i], this.latent, Number(input.value))));
      input.addEventListener("change", () => this.keep());
      const row = make("label", {}, { title: `${name}: half of the images are in the thick part` });
      const track = make("span", { className: "dc-track" });
      track.append(input);
      row.append(make("span", { textContent: name }), track, make("output"));
      row.style.setProperty("--from", share(quartiles[0]));
      row.style.setProperty("--middle", share(quartiles[1]));
      row.style.setProperty("--to", share(quartiles[2]));
      return row;
    });
    find(this.root, ".dc-sliders").replaceChildren(...rows);
  }

  redraw() {
    const { data, loaded } = this;
    if (!data || !loaded) return;
    for (const button of this.root.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.shown === this.shown));
    }
    const isDark = isForDarkPage(getComputedStyle(this.root).color);
    const cloud = { points: loaded.points, labels: loaded.labels, classes: data.classes };
    drawMap(find(this.map, "canvas"), { picture: loaded.picture, plane: data.plane, cloud, shown: this.shown, isDark });
  }

  /**
   * Where the pointer is: shown at once; gone to, if it is held.
   * @param {PointerEvent} event
   * @param {boolean} [goes]
   */
  follow(event, goes = true) {
    if (!this.data) return;
    const latent = movedTo(this.data.plane, this.latent, placeBelow(event, this.map, this.data.plane));
    if (goes) this.go(latent);
    else this.show(latent);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const step = KEYS[/** @type {keyof typeof KEYS} */ (event.key)];
    if (!step || !this.data) return;
    event.preventDefault();
    const { plane } = this.data;
    const [x, y] = placeOf(plane, this.latent);
    const [wide, high] = [plane.xs, plane.ys].map((grid) => STEP * (grid[grid.length - 1] - grid[0]));
    this.go(movedTo(plane, this.latent, [x + step[0] * wide, y + step[1] * high]));
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.keep(), 500);
  }

  /** @param {number[]} latent */
  go(latent) {
    this.latent = latent;
    this.show(latent);
  }

  /** Tell Python where one is: the address says it. */
  keep() {
    this.answer("place", { run: this.data?.run, latent: this.latent.map((v) => Number(v.toPrecision(6))) });
  }

  /**
   * The image of a place, and how far it is from the data.
   * @param {number[]} latent
   */
  show(latent) {
    const { data, loaded } = this;
    if (!data || !loaded) return;
    moveCross(this.cross, data.plane, latent);
    const pixels = decode(data.layers, loaded.weights, data.range, latent);
    const canvas = /** @type {HTMLCanvasElement} */ (find(this.root, ".dc-decoded canvas"));
    drawGreys(canvas, pixels, data.size);
    const { row, distance } = nearest(loaded.latents, latent);
    const known = data.classes.find((c) => c.id === loaded.labels[row]);
    const like = known ? `, ${data.kind} ${known.name}` : "";
    const isFar = distance > data.far;
    const times = data.usual > 0 ? `${(distance / data.usual).toFixed(1)} times the usual distance` : distance.toPrecision(3);
    find(this.root, ".dc-decoded p").textContent = distance < 0.01 * data.usual
      ? `Here is image ${row}${like}.`
      : `${isFar ? "In a gap" : "Where the data is"}: nearest image ${row}${like}, ${times} away.`;
    canvas.setAttribute("aria-label", `decoded image of ${latent.map((v) => v.toPrecision(3)).join(", ")}`);
    this.root.classList.toggle("dc-far", isFar);
    const rows = this.root.querySelectorAll(".dc-sliders label");
    data.directions.forEach((direction, i) => {
      const value = valueOf(direction, latent);
      /** @type {HTMLInputElement} */ (find(rows[i], "input")).value = String(value);
      find(rows[i], "output").textContent = value.toPrecision(3);
    });
  }

  close() {
    this.end.abort();
    this.resized.disconnect();
    clearTimeout(this.resting);
    this.root.remove();
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} pixels 0 to 1
 * @param {number} side
 */
function drawGreys(canvas, pixels, side) {
  Object.assign(canvas, { width: side, height: side });
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const image = pen.createImageData(side, side);
  pixels.forEach((v, i) => image.data.set([255 * v, 255 * v, 255 * v, 255], 4 * i));
  pen.putImageData(image, 0, 0);
}

/**
 * Streamlit calls this with each new state of the component; what is returned is called when it goes.
 * @param {{ data: Data, parentElement: any, setStateValue: (name: string, value: unknown) => void }} component
 */
export default function render({ data, parentElement, setStateValue }) {
  /** @type {Walk} */
  const walk = (parentElement.walk ??= new Walk(parentElement));
  walk.answer = setStateValue;
  walk.update(data).catch((error) => (find(walk.root, ".dc-decoded p").textContent = `This can't be drawn: ${error.message}.`));
  return () => setTimeout(() => parentElement.isConnected || walk.close());
}
