// @ts-check
// One view on a page: brings together what Python sends, what is drawn, and what the visitor does.

const version = new URL(import.meta.url).search;
/**
 * @type {[typeof import("./card.js"), typeof import("./choices.js"), typeof import("./data.js"), typeof import("./dom.js"),
 *   typeof import("./geometry.js"), typeof import("./gestures.js"),
 *   typeof import("./guest_mark.js"), typeof import("./kept.js"), typeof import("./legend.js"), typeof import("./links.js"), typeof import("./overlay.js"), typeof import("./pieces.js"), typeof import("./render.js"),
 *   typeof import("./replay.js"), typeof import("./replay_strip.js"), typeof import("./skeleton.js"), typeof import("./state.js"),
 *   typeof import("./theme.js"), typeof import("./toolbar.js")]}
 */
const [
  { Card }, { Choices }, { fetchArray, loadPlotly }, { find, isCalm }, { between, bulk }, { listen }, { GuestMark }, { Kept },
  { drawLegend, updateLegend }, { broadcast, follow }, { Overlay }, { loadRest }, { Plot }, { positionsAt }, { ReplayStrip },
  { skeleton }, { State },
  { readTheme, watchTheme }, { Toolbar },
] = /** @type {any} */ (await Promise.all(
  ["card", "choices", "data", "dom", "geometry", "gestures", "guest_mark", "kept", "legend", "links", "overlay", "pieces", "render", "replay",
    "replay_strip", "skeleton", "state", "theme", "toolbar"].map((name) => import(`./${name}.js${version}`)),
));

/** @typedef {import("./types.js").ViewData} ViewData */
/** @typedef {import("./types.js").PiecesData} PiecesData */
/** @typedef {import("./types.js").ReplayData} ReplayData */
/** @typedef {import("./types.js").Range} Range */
/** @typedef {import("./state.js").State} StateType */

const GLIDE = 700; // milliseconds
const NO_POINTING = "Points can't be pointed at with this version of plotly.js; the arrow keys reach them.";

export class Controller {
  /** @type {StateType | null} */
  state = null;
  /** @type {import("./replay_strip.js").ReplayStrip | null} */
  strip = null;
  /** @type {Promise<void>} ends when the last drawing that was asked for is done */
  waiting = Promise.resolve();
  isPending = false; // a drawing that has not begun
  isSeen = Promise.resolve(); // ends when the last data that came is on the screen
  updates = 0;
  choices = new Choices();
  kept = new Kept(this);
  gone = new AbortController(); // ends what listens beyond this view

  /**
   * @param {Element} parent
   * @param {(data: ViewData) => PiecesData | null} piecesOf what has come for a view so far
   */
  constructor(parent, piecesOf) {
    this.piecesOf = piecesOf;
    this.root = skeleton();
    parent.append(this.root);
    /** @type {HTMLButtonElement} */
    this.whole = find(this.root, ".lv-whole");
    this.whole.onclick = () => this.frameAll(!this.state?.isWhole);
    /** @type {HTMLElement} */
    this.stage = find(this.root, ".lv-stage");
    /** @type {HTMLElement} */
    this.legend = find(this.root, ".lv-legend");
    this.plot = new Plot(find(this.root, ".lv-plot"));
    this.guest = new GuestMark(find(this.root, ".lv-guest"), this.plot);
    this.overlay = new Overlay(find(this.root, ".lv-over"), this.plot, this.choices, () => this.toolbar.update());
    this.card = new Card(find(this.root, ".lv-card"), () => this.letGo());
    this.toolbar = new Toolbar(find(this.root, ".lv-tools"), this);
    listen(this, this.gone.signal);
    follow(this, this.gone.signal);
    watchTheme(this.root, () => this.recolour(), this.gone.signal);
  }

  /** @param {ViewData} data what Python asks for */
  async update(data) {
    const turn = ++this.updates;
    if (data.points === null) return this.clear(data.message);
    const arrays = Promise.all([fetchArray(data.points), fetchArray(data.fields[data.colour].values)]);
    arrays.catch(() => {}); // plotly may fail first, and that is the sentence to be read
    try {
      this.plot.plotly = await loadPlotly(data.plotly);
    } catch {
      return this.setMessage("plotly.js can't be loaded from this server, so there is nothing to draw with.");
    }
    const [points, values] = await arrays;
    if (turn !== this.updates) return; // a newer update has overtaken this one
    await this.show(new State(data, /** @type {Float32Array} */ (points), values, this.state));
  }

  /** @param {StateType} state in place of the one before */
  async show(state) {
    const before = this.state;
    const pieces = this.piecesOf(state.data);
    if (pieces) state.attach(pieces);
    this.state = state;
    if (before && before.data.images !== state.data.images) this.forget(before);
    this.kept.takeOver(state);
    this.stage.hidden = false;
    this.stage.setAttribute("aria-label", state.data.alt);
    this.setMessage("");
    drawLegend(this.legend, state, readTheme(this.root), this);
    this.toolbar.update();
    this.setReplay(state, before);
    if (before && state.movedFrom(before) && !isCalm()) await this.glide(state, before.positions.slice());
    if (this.state !== state) return; // a newer one has come meanwhile
    this.strip?.again() ?? this.refresh();
    loadRest(state, () => this.state === state);
  }

  /** @param {StateType} before its pin and selection mean nothing any more */
  forget(before) {
    if (before.pinned >= 0 && before.data.pinned === null) this.kept.report(before, "pinned", null);
    if (before.selection) this.kept.report(before, "selected", null);
    this.card.hide();
  }

  /** @param {string} message in place of a plot */
  clear(message) {
    if (this.state) this.forget(this.state);
    this.state = null;
    this.guest.show(null);
    this.overlay.show(null, readTheme(this.root));
    this.strip?.remove();
    this.strip = null;
    this.plot.clear();
    this.legend.replaceChildren();
    this.card.hide();
    this.stage.hidden = this.whole.hidden = true;
    this.setMessage(message);
  }

  /** @param {PiecesData} pieces what follows a view has come */
  attach(pieces) {
    const { state } = this;
    if (!state?.attach(pieces)) return;
    loadRest(state, () => this.state === state);
    if (this.card.row >= 0) this.card.show(state, this.card.row);
    this.overlay.show(state, readTheme(this.root));
    this.toolbar.update();
  }

  /** Draw what is now; calls while a drawing is under way become one drawing after it. */
  refresh() {
    if (this.isPending) return this.waiting;
    this.isPending = true;
    this.plot.cancelRings();
    this.waiting = this.waiting.then(() => {
      this.isPending = false;
      return this.draw();
    });
    return this.waiting;
  }

  async draw() {
    const { state, plot } = this;
    if (!this.root.isConnected || !state) return;
    state.partition();
    const theme = readTheme(this.root);
    try {
      await plot.draw(state, { theme, shells: this.toolbar.shells, contours: this.choices.now.contours });
    } catch (error) {
      this.setMessage(`This browser can't draw it (${/** @type {Error} */ (error).message}); WebGL may be switched off.`);
      return;
    }
    if (state !== this.state) return;
    this.guest.show(state);
    this.overlay.show(state, theme);
    this.toolbar.update();
    this.setMessage([state.describe(), plot.canPoint(state) ? "" : NO_POINTING].filter(Boolean).join(" "));
    updateLegend(this.legend, state);
    this.whole.hidden = !state.far || state.replayed !== null;
    this.whole.textContent = state.isWhole ? "Leave far points out" : "Show all";
  }

  /** The page has another theme. */
  recolour() {
    if (!this.state) return;
    drawLegend(this.legend, this.state, readTheme(this.root), this);
    this.refresh();
  }

  /** @param {boolean} isWhole frame all points, or the bulk of them */
  async frameAll(isWhole) {
    this.state?.frameAll(isWhole);
    await this.refresh();
    if (this.state) await this.plot.reset(this.state);
  }

  /** @type {(state: StateType, from: Float32Array) => Promise<void>} */
  async glide(state, from) {
    const { final, frame } = state;
    const start = performance.now();
    state.frame = bulk([from, final], state.m);
    for (let share = 0; share < 1 && this.state === state;) {
      share = Math.min((performance.now() - start) / GLIDE, 1);
      state.positions = between(from, final, share * share * (3 - 2 * share));
      await this.refresh();
      await new Promise(requestAnimationFrame);
    }
    state.frame = frame;
    state.positions = final;
  }

  /**
   * Offer to play the training, if there is one; a strip that is there already stays.
   * @type {(state: StateType, before: StateType | null) => void}
   */
  setReplay(state, before) {
    const { replay } = state.data;
    if (before && state.hasReplayOf(before)) return;
    this.strip?.remove();
    const below = find(this.root, ".lv-below");
    this.strip = replay && new ReplayStrip(below, replay, (time) => this.showReplay(replay, time));
  }

  /** @type {(replay: ReplayData, time: number) => Promise<void>} */
  async showReplay(replay, time) {
    const arrays = await Promise.all([fetchArray(replay.rows), fetchArray(replay.positions)]).catch(() => null);
    const { state } = this;
    if (!state || state.data.replay?.positions.url !== replay.positions.url) return;
    if (!arrays) return this.setMessage("The replay can't be loaded.");
    const isEnd = time >= replay.steps.length - 1;
    if (isEnd && !state.replayed) return;
    const positions = /** @type {Float32Array} */ (arrays[1]);
    state.moveTo(arrays[0], isEnd ? null : positionsAt(positions, replay.steps.length, time));
    await this.refresh();
  }

  /** @param {number} row the pointer or the keys are there; -1: nowhere */
  hover(row) {
    if (!this.state) return;
    this.state.hovered = row;
    this.mark(row);
    broadcast(this, { row });
  }

  /** @param {number} row shown with its card and a ring; -1: none */
  mark(row) {
    const { state } = this;
    if (!state) return;
    const isNew = row !== state.marked;
    state.marked = row;
    if (state.onCard < 0) this.card.hide();
    else this.card.show(state, state.onCard);
    if (isNew) this.moveRings();
  }

  moveRings() {
    this.overlay.redraw();
    if (this.state && !this.isPending) this.plot.moveRings(this.state);
  }

  /** @param {number} row -1, or the one that is pinned: none is pinned any more */
  pin(row) {
    const { state } = this;
    if (!state) return;
    state.pinned = row === state.pinned ? -1 : row;
    state.trail = [];
    this.kept.report(state, "pinned", state.pinned < 0 ? null : [state.pinned]);
    this.mark(state.hovered);
    this.moveRings();
    broadcast(this, { row: state.hovered, pinned: state.pinned });
  }

  /** Of what is kept or pointed at. */
  letGo() {
    if (!this.state) return;
    if (this.state.pinned >= 0) this.pin(this.state.pinned);
    this.hover(-1);
  }

  /** @param {number[] | null} rows */
  select(rows) {
    if (!this.state) return;
    this.state.selection = rows;
    this.kept.report(this.state, "selected", rows);
    this.refresh();
  }

  /** Select what is in focus, or clear the selection. */
  toggleSelection() {
    if (this.state) this.select(this.state.selection ? null : this.state.shown.focus.slice());
  }

  /** @type {(id: number, add: boolean) => void} a class alone, or besides others */
  isolate(id, add) {
    this.state?.isolate(id, add);
    this.refresh();
  }

  /** @param {Range | null} threshold values in focus; null: all */
  limit(threshold) {
    if (this.state) this.state.threshold = threshold;
    this.refresh();
  }

  /** @param {string} text below the plot; empty: none */
  setMessage(text) {
    const message = find(this.root, ".lv-status .lv-message");
    message.textContent = text;
    message.hidden = !text;
  }

  close() {
    this.gone.abort();
    this.toolbar.turning = false;
    this.strip?.stop();
    this.guest.show(null);
    this.overlay.show(null, readTheme(this.root));
    this.plot.clear();
  }
}
