// The latent view: one controller per place on a page. Python says what to draw (see
// pages/parts/latent_view.py), the visitor hovers, pins and selects, and Python hears of it.

// Python asks for this module by an address with a version in it (a hash of all these files). The others
// are asked for by the same version, so that a browser never mixes those of two releases.
const version = new URL(import.meta.url).search;
const [
  { fillCard, makeCard, placeCard },
  { address, fetchArray, fetchPicture, loadPlotly },
  { countLegend, drawLegend },
  { CONFIG, HOME, extent, firstFrame, hold, layout, outside, traces },
  { at, loadReplay, makeStrip },
  { endOutline, extendOutline, startOutline },
  { pick, toScreen },
] = await Promise.all(
  ["card", "data", "legend", "plot", "replay", "outline", "screen"].map((name) => import(`./${name}.js${version}`)),
);

const GLIDE = 700; // milliseconds
const page = (window.latentViews ??= { views: new Map(), pieces: new Map() });

const style = Object.assign(document.createElement("link"), {
  rel: "stylesheet", href: address(`app/static/latent_view/view.css${version}`),
});
if (!document.querySelector(`link[href="${style.href}"]`)) document.head.append(style);

const TOOLS = [
  ["reset", "restart_alt", "Reset the view"],
  ["rotate", "360", "Turn slowly"],
  ["lasso", "lasso_select", "Select by drawing around points"],
  ["box", "select", "Select a rectangle"],
  ["hulls", "bubble_chart", "Shells around the inner nine tenths of each group"],
  ["png", "photo_camera", "Save as PNG"],
  ["full", "fullscreen", "Full screen"],
];

/** Fetch plotly.js before a view asks for it; if it can't be had, the view will say so. */
export const preload = (plotly) => loadPlotly(plotly).catch(() => {});
export { loadPlotly }; // for whatever else on a page draws

export default function render({ data, parentElement, setStateValue }) {
  if (data.kind === "pieces") {
    page.pieces.set(data.view, data);
    page.views.get(data.view)?.attach(data);
    return undefined;
  }
  const view = (parentElement.latentView ??= new View(parentElement));
  view.tell = setStateValue;
  page.views.set(data.key, view);
  view.update(data).catch((error) => view.say(`The view can't be drawn: ${error.message}.`));
  return () => setTimeout(() => parentElement.isConnected || view.close());
}

class View {
  constructor(parent) {
    this.root = document.createElement("div");
    this.root.className = "lv";
    this.root.innerHTML = `
      <div class="lv-tools" role="toolbar" aria-label="View"></div>
      <div class="lv-stage" tabindex="0"><div class="lv-plot"></div><svg class="lv-lasso" hidden><polygon/></svg></div>
      <p class="lv-say" role="status">Loading the view …</p><div class="lv-legend"></div><div class="lv-below"></div>`;
    parent.append(this.root);
    const find = (name) => this.root.querySelector(`.lv-${name}`);
    this.stage = find("stage");
    this.div = find("plot");
    this.card = makeCard(this.stage);
    this.loaded = new Map();
    Object.assign(this, { fields: {}, pinned: -1, marked: -1, hovered: -1, trail: [], isolated: new Set() });
    this.threshold = null;
    this.selection = null;
    this.waiting = Promise.resolve();
    this.makeTools(find("tools"));
    this.listen();
  }

  // ------------------------------------------------------------------------------ what to draw
  async update(data) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const before = this.data;
    if (data.points === null) return this.say(data.say);
    const field = data.fields[data.colour];
    const arrays = Promise.all([fetchArray(data.points), fetchArray(field.ref)]);
    try {
      this.plotly = await loadPlotly(data.plotly);
    } catch {
      return this.say("plotly.js can't be loaded from this server, so there is nothing to draw with.");
    }
    const [points, values] = await arrays;
    if (turn !== this.turn) return undefined; // a newer update has overtaken this one
    const pieces = page.pieces.get(data.key);
    this.pieces = pieces?.of === data.of ? pieces : null;
    this.data = data;
    this.m = data.axes.length;
    this.n = data.n;
    this.final = points;
    this.fields = { ...data.fields, ...this.pieces?.fields };
    this.loaded.set(data.colour, values);
    this.colour = data.colour;
    this.theme = this.readTheme();
    if (before && before.rows !== data.rows) this.forget();
    if (before?.of !== data.of) {
      this.loaded = new Map([[data.colour, values]]);
      this.neighbours = null;
    }
    if (before?.colour !== data.colour || JSON.stringify(before?.fields[data.colour]) !== JSON.stringify(field)) {
      this.isolated.clear();
      this.threshold = null;
    }
    this.ranges = firstFrame(points, this.m);
    this.stage.setAttribute("aria-label", data.alt);
    this.say("");
    drawLegend(this);
    this.setReplay(data);
    const glides = before && before.rows === data.rows && before.axes.length === this.m &&
      before.points.url !== data.points.url && this.positions?.length === points.length &&
      !matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (glides) await this.glide(this.positions.slice(), points, turn);
    this.positions = points;
    this.strip?.again();
    this.refresh();
    this.loadRest(data);
    return undefined;
  }

  forget() {
    if (this.pinned >= 0) this.answer("pinned", null);
    if (this.selection) this.answer("selected", null);
    Object.assign(this, { pinned: -1, marked: -1, hovered: -1, trail: [], selection: null });
    this.card.hidden = true;
  }

  /** Everything the card shows, after the plot is there. */
  async loadRest(data) {
    for (const [name, field] of Object.entries(this.fields)) {
      try {
        const values = await fetchArray(field.ref);
        if (this.data === data) this.loaded.set(name, values);
      } catch { /* the card leaves out what can't be had */ }
    }
    // the first card should not have to wait for its images
    const { pieces } = this;
    if (this.data === data && pieces?.neighbours) {
      this.neighbours = await fetchArray(pieces.neighbours).catch(() => null);
    }
    for (const sheet of pieces?.sprites?.parts.flat() ?? []) {
      if (this.data !== data || this.pieces !== pieces) return;
      await Promise.all(sheet.map(fetchPicture)).catch(() => {}); // one after another: not all is urgent
    }
  }

  attach(pieces) {
    if (!this.data || pieces.of !== this.data.of) return;
    this.pieces = pieces;
    this.fields = { ...this.data.fields, ...pieces.fields };
    this.loadRest(this.data);
    if (!this.card.hidden) fillCard(this, Number(this.card.dataset.row));
  }

  get field() {
    return this.data.fields[this.colour];
  }

  get values() {
    return this.loaded.get(this.colour);
  }

  /** Which rows are in focus: not hidden by legend, threshold or selection; and which are drawn at all. */
  sort() {
    const { m, n, positions, field, values } = this;
    const chosen = this.selection ? new Set(this.selection) : null;
    const among = this.replayRows;
    this.focus = [];
    this.rest = [];
    this.allowed = new Uint8Array(n);
    let absent = 0;
    for (let row = 0; row < n; row++) {
      if (among && !among.has(row)) continue;
      let finite = true;
      for (let axis = 0; axis < m; axis++) finite &&= Number.isFinite(positions[m * row + axis]);
      if (!finite) {
        absent++;
        continue;
      }
      const value = values[row];
      const isIn = field.kind === "class"
        ? !this.isolated.size || this.isolated.has(value)
        : !this.threshold || (value >= this.threshold[0] && value <= this.threshold[1]);
      const on = isIn && (!chosen || chosen.has(row));
      (on ? this.focus : this.rest).push(row);
      this.allowed[row] = on;
    }
    this.drawn = this.focus.length + this.rest.length;
    return absent;
  }

  /** Draw what is now; calls while a drawing is under way become one drawing after it. */
  refresh() {
    if (this.pending) return this.waiting;
    this.pending = true;
    clearTimeout(this.ringing); // rings are drawn with the rest
    this.waiting = this.waiting.then(async () => {
      this.pending = false;
      if (!this.root.isConnected || !this.positions) return;
      const absent = this.sort();
      try {
        await this.plotly.react(this.div, traces(this), layout(this), CONFIG);
        if (!this.holds) this.div.on("plotly_relayout", () => hold(this));
        this.holds = true;
      } catch (error) {
        this.say(`This browser can't draw it (${error.message}); WebGL may be switched off.`);
        return;
      }
      this.screen = null;
      this.describe(absent);
    });
    return this.waiting;
  }

  describe(absent) {
    const parts = [];
    if (this.drawn === 0) parts.push("There are no points to draw.");
    if (absent) parts.push(`${absent} of ${this.n} points are not drawn: their position is not a finite number.`);
    if (this.replayRows) parts.push(`Replay of ${this.replayRows.size.toLocaleString("en")} of ${this.n.toLocaleString("en")} images.`);
    const far = this.m === 2 ? outside(this.final, this.ranges) : 0;
    if (far && !this.replayRows) parts.push(`${far.toLocaleString("en")} lie outside the first frame: zoom out, or reset the view.`);
    if (this.rest.length) parts.push(`${this.focus.length.toLocaleString("en")} of ${this.drawn.toLocaleString("en")} in focus.`);
    this.say(parts.join(" "));
    countLegend(this);
  }

  async glide(from, to, turn) {
    this.ranges = extent([from, to], this.m);
    const start = performance.now();
    for (let share = 0; share < 1 && turn === this.turn;) {
      share = Math.min((performance.now() - start) / GLIDE, 1);
      const eased = share * share * (3 - 2 * share);
      this.positions = from.map((v, i) => v + eased * (to[i] - v));
      await this.refresh();
      await new Promise(requestAnimationFrame);
    }
    this.ranges = firstFrame(to, this.m);
  }

  // ------------------------------------------------------------------------------------ replay
  setReplay(data) {
    const key = data.replay ? `${data.replay.levels.url} ${data.n}` : null;
    if (key === this.replayKey) return;
    this.replayKey = key;
    this.strip?.stop();
    this.strip?.strip.remove();
    this.strip = null;
    this.replayRows = null;
    if (!key) return;
    const replay = { ...data.replay, t: data.replay.steps.length };
    let rows = null;
    this.strip = makeStrip(this.root.querySelector(".lv-below"), replay, async (time) => {
      if (!rows) await loadReplay(replay); // 180 kB that few ask for
      rows ??= new Set(replay.rows);
      const last = time >= replay.t - 1;
      this.replayRows = last ? null : rows;
      if (last && this.positions === this.final) return undefined;
      if (last) {
        this.positions = this.final;
      } else {
        const moved = at(replay, time, this.m);
        if (this.positions === this.final) this.positions = this.final.slice();
        replay.rows.forEach((row, i) => {
          for (let axis = 0; axis < this.m; axis++) this.positions[this.m * row + axis] = moved[this.m * i + axis];
        });
      }
      return this.refresh();
    });
  }

  // ------------------------------------------------------------------------------ the visitor
  makeTools(bar) {
    this.tools = {};
    for (const [name, icon, title] of TOOLS) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "lv-icon", title, textContent: icon });
      button.setAttribute("aria-label", title);
      button.onclick = () => this.use(name);
      this.tools[name] = button;
      bar.append(button);
    }
  }

  async use(name) {
    if (name === "reset") {
      if (this.m === 3) await this.plotly.relayout(this.div, HOME);
      else {
        const [x, y] = extent([this.final], this.m);
        await this.plotly.relayout(this.div, { "xaxis.range": x, "yaxis.range": y });
      }
      this.screen = null;
    } else if (name === "rotate") this.rotate();
    else if (name === "lasso" || name === "box") this.draws = this.draws === name ? null : name;
    else if (name === "hulls") {
      this.hulls = !this.hulls;
      this.refresh();
    } else if (name === "png") {
      const url = await this.plotly.toImage(this.div, { format: "png", scale: 2 });
      Object.assign(document.createElement("a"), { href: url, download: "latent-space.png" }).click();
    } else if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen?.();
    this.showTools();
  }

  showTools() {
    this.stage.classList.toggle("lv-drawing", Boolean(this.draws));
    for (const tool of ["lasso", "box"]) this.tools[tool].setAttribute("aria-pressed", this.draws === tool);
    this.tools.hulls.setAttribute("aria-pressed", Boolean(this.hulls));
  }

  async rotate() {
    this.turning = !this.turning;
    this.tools.rotate.setAttribute("aria-pressed", this.turning);
    while (this.turning && this.m === 3 && this.root.isConnected) {
      const camera = this.div._fullLayout.scene._scene.getCamera();
      const { x, y, z } = camera.eye;
      const [c, s] = [Math.cos(0.02), Math.sin(0.02)];
      await this.plotly.relayout(this.div, { "scene.camera": { ...camera, eye: { x: c * x - s * y, y: s * x + c * y, z } } });
      this.screen = null;
      await new Promise(requestAnimationFrame);
    }
  }

  listen() {
    const { stage } = this;
    this.gone = new AbortController(); // ends what listens beyond this element
    const { signal } = this.gone;
    let down = null;
    stage.addEventListener("pointerdown", (event) => {
      if (!this.positions || event.target.closest(".lv-card")) return;
      down = [event.clientX, event.clientY];
      this.turning = false;
      this.tools.rotate.setAttribute("aria-pressed", false);
      if (this.draws) startOutline(this, event);
    }, true);
    stage.addEventListener("pointermove", (event) => {
      if (this.outline) return extendOutline(this, event);
      if (!this.positions || event.buttons) this.screen = null; // the camera may be moving
      else this.hoverAt(event);
      return undefined;
    });
    stage.addEventListener("pointerleave", () => this.outline || this.hover(-1));
    stage.addEventListener("wheel", () => (this.screen = null), { passive: true });
    window.addEventListener("pointerup", (event) => {
      if (this.outline) endOutline(this);
      // not the target of this event: in the plane plotly lays a sheet over the page while a button is down
      else if (down && Math.hypot(event.clientX - down[0], event.clientY - down[1]) < 4) {
        this.screen = null;
        this.hoverAt(event);
        this.pin(this.hovered);
      }
      down = null;
    }, { signal });
    stage.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("latent-view", ({ detail }) => {
      if (detail.from === this || !this.data?.link || detail.link !== this.data.link) return;
      if (detail.pinned !== undefined) this.pinned = detail.pinned < this.n ? detail.pinned : -1;
      this.mark(detail.row < this.n ? detail.row : -1);
    }, { signal });
    let size = "";
    this.sizes = new ResizeObserver(() => {
      const now = `${stage.clientWidth} ${stage.clientHeight}`;
      if (!this.div._fullLayout || now === size) { // the first drawing needs no second
        size = now;
        return;
      }
      size = now;
      clearTimeout(this.resizing);
      this.resizing = setTimeout(() => {
        this.screen = null;
        if (this.div._fullLayout) this.plotly.Plots.resize(this.div);
      }, 120);
    });
    this.sizes.observe(stage);
  }

  where() {
    return (this.screen ??= toScreen(this.div, this.positions, this.n, this.m));
  }

  hoverAt(event) {
    if (!this.div._fullLayout || !this.allowed) return;
    const box = this.div.getBoundingClientRect();
    const row = pick(this.where(), this.allowed, event.clientX - box.left, event.clientY - box.top);
    if (row !== this.hovered) this.hover(row);
  }

  hover(row) {
    this.hovered = row;
    this.mark(row);
    this.broadcast({ row });
  }

  /** Show a row: its card, and a ring if it was reached from elsewhere. */
  mark(row) {
    const shown = row >= 0 ? row : this.pinned;
    if (shown < 0) this.card.hidden = true;
    else {
      this.cardDrawn = fillCard(this, shown);
      const screen = this.where();
      placeCard(this, screen[3 * shown], screen[3 * shown + 1]);
    }
    if (row === this.marked) return;
    this.marked = row;
    this.moveRings();
  }

  /** Only the rings: two points, where a whole drawing would be ten thousand. */
  moveRings() {
    if (!this.div._fullLayout || this.pending) return;
    const { m, positions } = this;
    const at = (row, axis) => (row < 0 ? [] : [positions[m * row + axis]]);
    const change = { x: [at(this.marked, 0), at(this.pinned, 0)], y: [at(this.marked, 1), at(this.pinned, 1)] };
    if (m === 3) change.z = [at(this.marked, 2), at(this.pinned, 2)];
    clearTimeout(this.ringing);
    // plotly goes through all points for it: among very many only once the pointer rests
    const wait = this.drawn > 20_000 ? 150 : 0;
    this.ringing = setTimeout(() => this.plotly.restyle(this.div, change, [2, 3]), wait);
  }

  pin(row) {
    this.pinned = row === this.pinned ? -1 : row;
    this.trail = [];
    this.answer("pinned", this.pinned < 0 ? null : [this.pinned]);
    this.mark(this.hovered);
    this.moveRings();
    this.broadcast({ row: this.hovered, pinned: this.pinned });
  }

  /** Tell Python of rows, and of which images they are: a row means nothing among others. */
  answer(name, rows) {
    this.tell(name, rows && { of: this.data.rows, rows });
  }

  broadcast(detail) {
    if (!this.data?.link) return;
    document.dispatchEvent(new CustomEvent("latent-view", { detail: { ...detail, from: this, link: this.data.link } }));
  }

  /** Arrow keys walk from neighbour to neighbour and back; Enter pins, Escape lets go. */
  key(event) {
    const here = this.marked >= 0 ? this.marked : this.pinned >= 0 ? this.pinned : this.focus?.[0] ?? -1;
    if (here < 0) return;
    if (event.key === "ArrowRight" || event.key === "ArrowDown") {
      const k = this.neighbours ? this.neighbours.length / this.n : 0;
      const near = this.neighbours ? Array.from(this.neighbours.subarray(k * here, k * here + k)) : [];
      const next = near.find((row) => this.allowed[row] && !this.trail.includes(row) && row !== here);
      if (next === undefined) return;
      this.trail.push(here);
      this.hover(next);
    } else if (event.key === "ArrowLeft" || event.key === "ArrowUp") {
      if (this.trail.length) this.hover(this.trail.pop());
    } else if (event.key === "Enter") this.pin(here);
    else if (event.key === "Escape") {
      if (this.pinned >= 0) this.pin(this.pinned);
      this.hover(-1);
    } else return;
    event.preventDefault();
  }

  // --------------------------------------------------------------------------------- selection
  select(rows) {
    this.selection = rows;
    this.answer("selected", rows);
    this.refresh();
  }

  // --------------------------------------------------------------------------------- the rest
  readTheme() {
    const style = getComputedStyle(this.root);
    const get = (name, otherwise) => style.getPropertyValue(`--st-${name}`).trim() || otherwise;
    const text = get("text-color", "rgb(90,90,90)");
    // light text: a dark page
    const shade = getComputedStyle(this.root).color.match(/[\d.]+/g).slice(0, 3).map(Number);
    const dark = shade.reduce((a, b) => a + b, 0) > 384;
    return {
      text,
      faint: "rgb(128,128,128)",
      accent: get("primary-color", "rgb(11,110,143)"),
      grid: dark ? "rgb(75,75,75)" : "rgb(215,215,215)", // WebGL axes know no transparency
      font: get("font", "sans-serif"),
    };
  }

  say(text) {
    const say = this.root.querySelector(".lv > .lv-say");
    say.textContent = text;
    say.hidden = !text;
  }

  close() {
    clearTimeout(this.ringing);
    this.gone.abort();
    this.sizes.disconnect();
    this.turning = false;
    this.strip?.stop();
    if (this.div._fullLayout) this.plotly.purge(this.div);
    for (const [key, view] of page.views) if (view === this) page.views.delete(key);
  }
}
