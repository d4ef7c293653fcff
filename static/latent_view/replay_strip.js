// @ts-check
// The strip below the plot: play, a slider, which step it is, and the scores over the training.

const version = new URL(import.meta.url).search;
/** @type {[typeof import("./dom.js"), typeof import("./icons.js"), typeof import("./replay.js")]} */
const [{ find, isCalm, make }, { icon }, { caption, polyline }] =
  /** @type {any} */ (await Promise.all(["dom", "icons", "replay"].map((name) => import(`./${name}.js${version}`))));

/** @typedef {import("./types.js").ReplayData} ReplayData */

const SECONDS = 8; // of the whole replay

export class ReplayStrip {
  /**
   * @param {HTMLElement} parent
   * @param {ReplayData} replay
   * @param {(time: number) => Promise<void>} show draws the points at a time
   */
  constructor(parent, replay, show) {
    this.replay = replay;
    this.show = show;
    this.last = replay.steps.length - 1;
    this.playing = 0; // when it was started; 0: it stands still
    this.element = make("div", { className: "lv-strip", innerHTML: `
      <button type="button" class="lv-icon" title="Play the training" aria-label="Play the training">${icon("play")}</button>
      <input type="range" min="0" max="${this.last}" step="0.01" value="${this.last}" aria-label="Time in the training">
      <output></output>
      <div class="lv-curves"></div>` });
    /** @type {HTMLButtonElement} */
    this.button = find(this.element, "button");
    /** @type {HTMLInputElement} */
    this.slider = find(this.element, "input");
    this.cursors = Object.entries(replay.curves).map(([name, values]) => this.drawCurve(name, values));
    this.button.onclick = () => (this.playing ? this.stop() : this.play());
    this.slider.oninput = () => {
      this.stop();
      this.go(this.time);
    };
    this.setTime(this.last);
    parent.append(this.element);
  }

  get time() {
    return this.slider.valueAsNumber;
  }

  get isAtEnd() {
    return this.time >= this.last;
  }

  /** @param {number} time */
  go(time) {
    this.setTime(time);
    return this.show(time);
  }

  /** @param {number} time */
  setTime(time) {
    this.slider.value = String(time);
    find(this.element, "output").textContent = caption(this.replay, time);
    for (const cursor of this.cursors) cursor.setAttribute("x", String((100 * time) / this.last - 0.4));
  }

  async play() {
    const started = (this.playing = performance.now());
    this.showButton("pause", "Pause");
    const from = this.isAtEnd ? 0 : this.time;
    const perSnapshot = (1000 * SECONDS) / (this.last + 1);
    for (;;) {
      const time = Math.min(from + (performance.now() - started) / perSnapshot, this.last);
      await this.go(isCalm() ? Math.floor(time) : time); // from snapshot to snapshot, or gliding
      if (this.playing !== started || time >= this.last || !this.element.isConnected) break;
      await new Promise(requestAnimationFrame);
    }
    if (this.playing === started) this.stop();
  }

  stop() {
    this.playing = 0;
    this.showButton("play", "Play the training");
  }

  /** @type {(name: string, title: string) => void} */
  showButton(name, title) {
    this.button.innerHTML = icon(name);
    this.button.title = title;
    this.button.setAttribute("aria-label", title);
  }

  /** New points are the end of the training: with the slider elsewhere, draw that time once more. */
  again() {
    return this.isAtEnd ? null : this.go(this.time);
  }

  remove() {
    this.stop();
    this.element.remove();
  }

  /**
   * @param {string} name
   * @param {(number | null)[]} values
   * @returns {SVGRectElement} where the replay is on the curve
   */
  drawCurve(name, values) {
    const figure = make("figure");
    figure.innerHTML = `<svg viewBox="0 0 100 30" preserveAspectRatio="none" role="img">
      <polyline points="${polyline(values)}"/><rect y="0" width="0.8" height="30"/></svg><figcaption></figcaption>`;
    find(figure, "svg").setAttribute("aria-label", `${name} over the training`);
    find(figure, "figcaption").textContent = name;
    find(this.element, ".lv-curves").append(figure);
    return find(figure, "rect");
  }
}
