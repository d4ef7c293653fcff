// @ts-check
// What a visitor does with pointer and keys on a view, and what happens to its size.

const version = new URL(import.meta.url).search;
/**
 * @type {[typeof import("./dom.js"), typeof import("./keys.js"), typeof import("./outline.js"),
 *   typeof import("./screen.js")]}
 */
const [{ find }, { meaning }, { Outline }, { inside, pick }] =
  /** @type {any} */ (await Promise.all(["dom", "keys", "outline", "screen"].map((name) => import(`./${name}.js${version}`))));

/** @typedef {import("./controller.js").Controller} Controller */
/** @typedef {import("./types.js").Pixel} Pixel */

const STILL = 4; // pixels that a click may move
const TURN = 0.12; // radians, or part of a plane's width, that a key turns or moves
const RESIZED = 120; // milliseconds without a change of size until it is drawn anew

/**
 * Listen on a view's stage, until the signal.
 * @param {Controller} view
 * @param {AbortSignal} signal
 */
export function listen(view, signal) {
  new Pointer(view, signal);
  view.root.addEventListener("keydown", (event) => {
    const means = meaning(event);
    const isHere = event.target === view.stage || means?.does === "leave"; // Escape from anywhere in it
    if (view.state && means && isHere && act(view, means)) event.preventDefault();
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
    stage.addEventListener("pointerleave", (event) => this.outline.isOpen || event.buttons || view.hover(-1));
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
    if (!view.state) return;
    view.stage.focus({ preventScroll: true }); // so that Escape lets go of what a click keeps
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
    const at = this.at(event);
    const onImage = this.view.overlay.hit(at);
    const row = onImage >= 0 ? onImage : pick(screen, state.shown.allowed, at);
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
 * Do what a key means.
 * @param {Controller} view
 * @param {import("./keys.js").Meaning} means
 * @returns {boolean} whether there was something to do
 */
function act(view, means) {
  const state = /** @type {import("./state.js").State} */ (view.state);
  const here = state.current;
  if (means.does === "thumbnails" || means.does === "names" || means.does === "contours") {
    view.toolbar.use(means.does);
    return true;
  }
  if (means.does === "turn" || means.does === "zoom" || means.does === "reset") {
    view.toolbar.stopTurning();
    if (means.does === "turn") view.plot.turn(state, TURN * means.right, TURN * means.up);
    else if (means.does === "zoom") view.plot.zoom(state, means.factor);
    else view.plot.reset(state);
    return true;
  }
  if (here < 0) return false;
  if (means.does === "walk") {
    const next = state.nextTo(here);
    if (next < 0) return false;
    state.trail.push(here);
    view.hover(next);
  } else if (means.does === "back") {
    const back = state.trail.pop();
    if (back !== undefined) view.hover(back);
  } else if (means.does === "keep") view.pin(here);
  else view.letGo();
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
