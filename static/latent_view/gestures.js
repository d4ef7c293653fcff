// @ts-check
// What a visitor does with pointer and keys on a view, and what happens to its size.

const version = new URL(import.meta.url).search;
/** @type {[typeof import("./dom.js"), typeof import("./outline.js"), typeof import("./screen.js")]} */
const [{ find }, { Outline }, { inside, pick }] =
  /** @type {any} */ (await Promise.all(["dom", "outline", "screen"].map((name) => import(`./${name}.js${version}`))));

/** @typedef {import("./controller.js").Controller} Controller */
/** @typedef {import("./types.js").Pixel} Pixel */

const STILL = 4; // pixels that a click may move
const RESIZED = 120; // milliseconds without a change of size until it is drawn anew

/**
 * Listen on a view's stage, until the signal.
 * @param {Controller} view
 * @param {AbortSignal} signal
 */
export function listen(view, signal) {
  new Pointer(view, signal);
  view.stage.addEventListener("keydown", (event) => {
    if (view.state && act(view, event.key)) event.preventDefault();
  });
  const sizes = watchSize(view);
  signal.addEventListener("abort", () => sizes.disconnect());
}

class Pointer {
  /**
   * @param {Controller} view
   * @param {AbortSignal} signal
   */
  constructor(view, signal) {
    this.view = view;
    this.outline = new Outline(find(view.root, ".lv-lasso"));
    /** @type {Pixel | null} where a button went down */
    this.pressed = null;
    const { stage, plot } = view;
    stage.addEventListener("pointerdown", (event) => this.down(event), true);
    stage.addEventListener("pointermove", (event) => this.move(event));
    stage.addEventListener("pointerleave", () => this.outline.isOpen || view.hover(-1));
    stage.addEventListener("wheel", () => plot.moved(), { passive: true });
    // everywhere, and not by its target: in the plane plotly covers the page while a button is down
    window.addEventListener("pointerup", (event) => this.up(event), { signal });
  }

  /**
   * @param {MouseEvent} event
   * @returns {Pixel}
   */
  at(event) {
    const box = this.view.plot.div.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** @param {PointerEvent} event */
  down(event) {
    const { view } = this;
    if (!view.state || /** @type {Element} */ (event.target).closest(".lv-card")) return;
    this.pressed = [event.clientX, event.clientY];
    view.toolbar.stopTurning();
    if (!view.toolbar.selecting) return;
    event.stopPropagation();
    event.preventDefault();
    view.stage.setPointerCapture?.(event.pointerId);
    this.outline.start(this.at(event), view.toolbar.selecting === "box");
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (this.outline.isOpen) this.outline.extend(this.at(event));
    else if (event.buttons) this.view.plot.moved(); // the camera may be moving
    else this.hover(event);
  }

  /** @param {PointerEvent} event */
  up(event) {
    const { view, pressed } = this;
    this.pressed = null;
    if (this.outline.isOpen) this.select();
    else if (pressed && Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) < STILL) {
      view.plot.moved();
      this.hover(event);
      if (view.state) view.pin(view.state.hovered);
    }
  }

  /** @param {MouseEvent} event */
  hover(event) {
    const { state, plot } = this.view;
    const screen = state && plot.where(state);
    if (!screen) return;
    const row = pick(screen, state.shown.allowed, this.at(event));
    if (row !== state.hovered) this.view.hover(row);
  }

  /** What was drawn around is selected; nothing inside: the selection ends. */
  select() {
    const { state, plot, toolbar } = this.view;
    const corners = this.outline.end();
    toolbar.endSelecting();
    plot.moved();
    const screen = state && plot.where(state);
    if (!screen || corners.length < 3) return;
    const rows = inside(screen, state.shown.allowed, corners);
    this.view.select(rows.length ? rows : null);
  }
}

/**
 * Arrow keys walk from neighbour to neighbour and back; Enter pins, Escape lets go.
 * @param {Controller} view
 * @param {string} key
 * @returns {boolean} whether the key meant something
 */
function act(view, key) {
  const state = /** @type {import("./state.js").State} */ (view.state);
  const here = state.current;
  if (here < 0) return false;
  if (key === "ArrowRight" || key === "ArrowDown") {
    const next = state.nextTo(here);
    if (next < 0) return false;
    state.trail.push(here);
    view.hover(next);
  } else if (key === "ArrowLeft" || key === "ArrowUp") {
    const back = state.trail.pop();
    if (back !== undefined) view.hover(back);
  } else if (key === "Enter") view.pin(here);
  else if (key === "Escape") {
    if (state.pinned >= 0) view.pin(state.pinned);
    view.hover(-1);
  } else return false;
  return true;
}

/** @param {Controller} view */
function watchSize({ stage, plot }) {
  let size = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  const sizes = new ResizeObserver(() => {
    const before = size;
    size = `${stage.clientWidth} ${stage.clientHeight}`;
    if (!plot.isDrawn || size === before) return; // the first drawing needs no second
    clearTimeout(waiting);
    waiting = setTimeout(() => plot.resize(), RESIZED);
  });
  sizes.observe(stage);
  return sizes;
}
