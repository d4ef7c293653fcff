// @ts-check
// The guest over the plot: among many points its own marker would be hidden by those before it. It goes with
// the camera, which plotly moves without a word: hence a look at each frame.

/** @typedef {import("./state.js").State} State */

const HALF = 10; // of the diamond's height in pixels

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
   * @param {import("./render.js").Plot} plot
   */
  constructor(svg, plot) {
    this.svg = svg;
    this.plot = plot;
    const [threads, diamond] = svg.querySelectorAll("path");
    this.threads = threads;
    this.diamond = diamond;
    /** @type {Float32Array | null} the guest and what it is joined to (n * m) */
    this.places = null;
    this.m = 3;
    this.frame = 0;
  }

  /** @param {State | null} state */
  show(state) {
    cancelAnimationFrame(this.frame);
    const guest = state && !state.replayed ? state.data.guest : null;
    this.m = state?.m ?? 3;
    this.places = guest && Float32Array.from([guest.place, ...guest.joined].flat());
    this.svg.toggleAttribute("hidden", !this.places);
    if (this.places) this.follow();
  }

  /** Pixels [x, y, depth] of each; null where this plotly doesn't say. */
  get where() {
    return this.places && this.plot.project(this.places, this.m);
  }

  follow() {
    if (!this.places) return;
    const { where } = this;
    const drawn = where && paths(where);
    this.threads.setAttribute("d", drawn?.threads ?? "");
    this.diamond.setAttribute("d", drawn?.diamond ?? "");
    this.frame = requestAnimationFrame(() => this.follow());
  }
}
