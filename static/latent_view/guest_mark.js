// @ts-check
// The guest over a space: in a cloud of points its own marker would be hidden by those before it. It is drawn
// over the plot and goes with the camera, which plotly moves without a word: hence a look at each frame.

const version = new URL(import.meta.url).search;
/** @type {[typeof import("./plotly_internals.js"), typeof import("./screen.js")]} */
const [{ lens }, { fromSpace }] =
  /** @type {any} */ (await Promise.all(["plotly_internals", "screen"].map((name) => import(`./${name}.js${version}`))));

/** @typedef {import("./state.js").State} State */

const HALF = 9; // of the diamond's height in pixels

/**
 * Paths of the lines and of the diamond; null where the guest is behind the camera.
 * @param {Float32Array} screen [x, y, depth] of the guest, then of what it is joined to
 */
export function paths(screen) {
  const [x, y] = screen;
  if (!Number.isFinite(x)) return null;
  let threads = "";
  for (let i = 3; i < screen.length; i += 3) {
    if (Number.isFinite(screen[i])) threads += `M${x.toFixed(1)} ${y.toFixed(1)}L${screen[i].toFixed(1)} ${screen[i + 1].toFixed(1)}`;
  }
  return { threads, diamond: `M${x.toFixed(1)} ${(y - HALF).toFixed(1)}l${HALF} ${HALF}l-${HALF} ${HALF}l-${HALF} -${HALF}z` };
}

export class GuestMark {
  /**
   * @param {SVGSVGElement} svg with a path for the lines and one for the diamond
   * @param {HTMLElement} plot
   */
  constructor(svg, plot) {
    this.svg = svg;
    this.plot = plot;
    /** @type {SVGPathElement[]} */
    [this.threads, this.diamond] = svg.querySelectorAll("path");
    /** @type {Float32Array | null} the guest and what it is joined to (n * 3) */
    this.places = null;
    this.frame = 0;
  }

  /** @param {State | null} state */
  show(state) {
    cancelAnimationFrame(this.frame);
    const guest = state && state.m === 3 && !state.replayed ? state.data.guest : null;
    this.places = guest && Float32Array.from([guest.place, ...guest.joined].flat());
    this.svg.toggleAttribute("hidden", !this.places);
    if (this.places) this.follow();
  }

  follow() {
    if (!this.places) return;
    const from = lens(this.plot);
    const drawn = from && paths(fromSpace(this.places, from));
    this.threads.setAttribute("d", drawn?.threads ?? "");
    this.diamond.setAttribute("d", drawn?.diamond ?? "");
    this.frame = requestAnimationFrame(() => this.follow());
  }
}
