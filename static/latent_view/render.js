// @ts-check
// The plot on the page: plotly draws a state, and says where its points are on the screen.

const version = new URL(import.meta.url).search;
/** @type {[typeof import("./figure.js"), typeof import("./geometry.js"), typeof import("./plotly_internals.js"), typeof import("./screen.js")]} */
const [{ CONFIG, RINGS, firstCamera, layout, rings, traces }, { extent }, internals, { fromPlane, fromSpace }] =
  /** @type {any} */ (await Promise.all(
    ["figure", "geometry", "plotly_internals", "screen"].map((name) => import(`./${name}.js${version}`)),
  ));

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./types.js").Look} Look */

const MANY = 20_000; // points that plotly goes through in more than a frame

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
    await this.plotly.react(div, traces(state, look), layout(state, look, div.layout?.scene?.camera), CONFIG);
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
    if (this.screen) return this.screen;
    if (state.m === 3) {
      const lens = internals.lens(this.div);
      this.screen = lens && fromSpace(state.positions, lens);
    } else {
      const axes = internals.axes(this.div);
      this.screen = axes && fromPlane(state.positions, axes);
    }
    return this.screen;
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
   * The camera, or the frame about all points.
   * @param {State} state
   */
  async reset(state) {
    if (state.m === 3) await this.plotly.relayout(this.div, { "scene.camera": firstCamera() });
    else {
      const [x, y] = extent([state.final], 2);
      await this.plotly.relayout(this.div, { "xaxis.range": x, "yaxis.range": y });
    }
    this.moved();
  }

  /**
   * Turn the camera about the upright axis.
   * @param {number} angle in radians
   */
  async turn(angle) {
    const camera = { ...firstCamera(), ...this.div.layout?.scene?.camera };
    const { x, y, z } = camera.eye;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const eye = { x: c * x - s * y, y: s * x + c * y, z };
    await this.plotly.relayout(this.div, { "scene.camera": { ...camera, eye } });
    this.moved();
  }

  /** @returns {Promise<string>} the address of a PNG */
  picture() {
    return this.plotly.toImage(this.div, { format: "png", scale: 2 });
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
