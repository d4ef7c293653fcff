// @ts-check
// The plot on the page: plotly draws a state, and says where its points are on the screen.

const version = new URL(import.meta.url).search;
/**
 * @type {[typeof import("./camera.js"), typeof import("./dom.js"), typeof import("./figure.js"), typeof import("./picture.js"),
 *   typeof import("./plotly_internals.js"), typeof import("./screen.js")]}
 */
const [
  { firstCamera, moved, narrowed, nearer, turned }, { make }, { CONFIG, RINGS, layout, rings, traces }, { PAPER, TITLE, picture, sizeOf }, internals,
  { fromPlane, fromSpace },
] = /** @type {any} */ (await Promise.all(
  ["camera", "dom", "figure", "picture", "plotly_internals", "screen"].map((name) => import(`./${name}.js${version}`)),
));

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./types.js").Look} Look */

const MANY = 20_000; // points that plotly goes through in more than a frame
const FINE = 2; // pixels of a saved picture for each of the page

export class Plot {
  /** @param {HTMLElement} div */
  constructor(div) {
    this.div = /** @type {HTMLElement & { layout?: any, on: Function, _fullLayout?: any }} */ (div);
    /** @type {any} plotly.js, once it is loaded */
    this.plotly = null;
    this.isDrawn = false;
    /** @type {Float32Array | null} where the points are on the screen, while nothing has moved */
    this.screen = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.ringing = undefined;
  }

  /**
   * @param {State} state
   * @param {Look} look
   */
  async draw(state, look) {
    this.cancelRings(); // they are drawn with the rest
    const { div } = this;
    await this.plotly.react(div, traces(state, look), layout(state, look, div.layout?.scene?.camera ?? this.first), CONFIG);
    if (!this.isDrawn) div.on("plotly_relayout", () => internals.stopCamera(div));
    this.isDrawn = true;
    this.moved();
  }

  /** The camera, the frame or the points are elsewhere now. */
  moved() {
    this.screen = null;
  }

  /**
   * Pixels [x, y, depth] of each row; null where this plotly doesn't say.
   * @param {State} state
   */
  where(state) {
    return (this.screen ??= this.project(state.positions, state.m));
  }

  /**
   * Pixels [x, y, depth] of any places; null where this plotly doesn't say.
   * @param {Float32Array} places (n * m)
   * @param {number} m
   */
  project(places, m) {
    if (m === 3) {
      const lens = internals.lens(this.div);
      return lens && fromSpace(places, lens);
    }
    const axes = internals.axes(this.div);
    return axes && fromPlane(places, axes);
  }

  /**
   * The part of the plot that points are drawn in; null where this plotly doesn't say.
   * @param {number} m
   */
  room(m) {
    return internals.room(this.div, m);
  }

  /**
   * From where the plot is looked at now, as a text that changes when anything moves on the screen.
   * @param {number} m
   */
  viewpoint(m) {
    if (!this.isDrawn) return "";
    const size = `${this.div.clientWidth} ${this.div.clientHeight}`;
    if (m < 3) return [size, ...(this.project(Float32Array.of(0, 0, 1, 1), 2) ?? [])].join(" ");
    const lens = internals.lens(this.div);
    return lens ? [size, ...lens.matrices.flatMap((matrix) => Array.from(matrix)), ...Object.values(lens.box)].join(" ") : size;
  }

  /**
   * Whether this plotly says where points are on the screen, once they are drawn.
   * @param {State} state
   */
  canPoint({ m }) {
    return Boolean(m === 3 ? internals.lens(this.div) : internals.axes(this.div));
  }

  /**
   * Only the rings: two points, where a whole drawing would be ten thousand.
   * @param {State} state
   */
  moveRings(state) {
    if (!this.isDrawn) return;
    this.cancelRings();
    // plotly goes through all points for it: among very many only once the pointer rests
    const wait = state.drawn > MANY ? 150 : 0;
    const change = rings(state);
    this.ringing = setTimeout(() => this.plotly.restyle(this.div, change, RINGS), wait);
  }

  cancelRings() {
    clearTimeout(this.ringing);
  }

  /**
   * Camera and frame as they are at first.
   * @param {State} state
   */
  reset({ m, frame: [x, y] }) {
    return this.look(m === 3 ? { "scene.camera": this.first } : { "xaxis.range": x, "yaxis.range": y });
  }

  /**
   * Lead the camera around the points, or the plane to the side.
   * @param {State} state
   * @param {number} right in radians, or in widths of the plane
   * @param {number} [up]
   */
  turn({ m }, right, up = 0) {
    if (m === 3) return this.look({ "scene.camera": turned(this.camera, right, up) });
    const [x, y] = this.ranges;
    return this.look({ "xaxis.range": moved(x, right), "yaxis.range": moved(y, up) });
  }

  /**
   * @param {State} state
   * @param {number} factor above 1: nearer
   */
  zoom({ m }, factor) {
    if (m === 3) return this.look({ "scene.camera": nearer(this.camera, factor) });
    const [x, y] = this.ranges.map((range) => narrowed(range, factor));
    return this.look({ "xaxis.range": x, "yaxis.range": y });
  }

  /** @param {object} change of plotly's layout */
  async look(change) {
    if (!this.isDrawn) return;
    await this.plotly.relayout(this.div, change);
    this.moved();
  }

  /** Where the camera stands at first. */
  get first() {
    const { clientWidth, clientHeight } = this.div;
    return firstCamera(clientWidth && clientHeight ? clientWidth / clientHeight : undefined);
  }

  /** @returns {import("./camera.js").Camera} */
  get camera() {
    return { ...this.first, ...this.div.layout?.scene?.camera };
  }

  /** Pixels about what the axes of a plane enclose. */
  get margin() {
    const room = this.room(2);
    if (!room) return undefined;
    const { left, top, width, height } = room;
    return { l: left, t: top, r: this.div.clientWidth - left - width, b: this.div.clientHeight - top - height };
  }

  /** @returns {import("./types.js").Range[]} what of a plane is seen, without what plotly adds for equal units */
  get ranges() {
    return ["xaxis", "yaxis"].map((axis) => this.div.layout[axis].range.slice());
  }

  /**
   * The address of a PNG.
   * @param {State} state
   * @param {{ shells: boolean, contours: boolean }} look
   * @param {import("./overlay.js").Overlay} overlay what is drawn over the plot
   * @returns {Promise<string>}
   */
  async picture(state, look, overlay) {
    const seen = state.m === 3 ? { camera: this.camera } : { ranges: this.ranges, margin: this.margin };
    const size = sizeOf({ width: this.div.clientWidth, height: this.div.clientHeight });
    const below = new Image();
    below.src = await this.plotly.toImage(picture(state, { ...look, ...seen }), { format: "png", scale: FINE, ...size });
    await below.decode();
    const page = make("canvas", { width: below.width, height: below.height });
    const pen = page.getContext("2d");
    pen?.drawImage(below, 0, 0);
    pen?.drawImage(overlay.picture(PAPER, FINE), 0, FINE * TITLE);
    return page.toDataURL();
  }

  resize() {
    this.moved();
    if (this.isDrawn) this.plotly.Plots.resize(this.div);
  }

  /** Take it off the page; it may be drawn again. */
  clear() {
    this.cancelRings();
    this.plotly?.purge(this.div); // also what is still being drawn
    this.isDrawn = false;
    this.moved();
  }
}
