// @ts-check
// The buttons above a view: what they are called, which are pressed, and what they do.

const version = new URL(import.meta.url).search;
/** @type {[typeof import("./dom.js"), typeof import("./icons.js"), typeof import("./keys.js")]} */
const [{ isCalm, make }, { icon }, { HELP }] =
  /** @type {any} */ (await Promise.all(["dom", "icons", "keys"].map((name) => import(`./${name}.js${version}`))));

/** @typedef {import("./controller.js").Controller} Controller */
/** @typedef {"reset" | "rotate" | "lasso" | "box" | "shells" | "png" | "full" | "help"} Tool */

/** @type {[name: Tool, title: string][]} */
const TOOLS = [
  ["reset", "Reset the view"],
  ["rotate", "Turn slowly"],
  ["lasso", "Select by drawing around points"],
  ["box", "Select a rectangle"],
  ["shells", "Shells around the inner nine tenths of each group"],
  ["png", "Save as PNG"],
  ["full", "Full screen"],
  ["help", HELP],
];
const STEP = 0.02; // radians between two frames of a slow turn

export class Toolbar {
  /**
   * @param {HTMLElement} bar
   * @param {Controller} view
   */
  constructor(bar, view) {
    this.view = view;
    /** @type {"lasso" | "box" | null} how the next drag selects */
    this.selecting = null;
    this.shells = false;
    this.turning = false;
    this.buttons = new Map(TOOLS.map(([name, title]) => {
      const label = name === "help" ? "Keys" : title;
      const button = make("button", { type: "button", className: "lv-icon", title, innerHTML: icon(name) }, { "aria-label": label });
      button.onclick = () => this.use(name);
      bar.append(button);
      return [name, button];
    }));
  }

  /** @param {Tool} name */
  async use(name) {
    const { view } = this;
    if (!view.state) return;
    if (name === "reset") await view.plot.reset(view.state);
    else if (name === "rotate") this.rotate();
    else if (name === "lasso" || name === "box") this.selecting = this.selecting === name ? null : name;
    else if (name === "shells") {
      this.shells = !this.shells;
      view.refresh();
    } else if (name === "png") {
      await this.save();
    } else if (name === "help") {
      view.setMessage(HELP); // for whom a tooltip does not open
    } else if (document.fullscreenElement) document.exitFullscreen();
    else view.root.requestFullscreen?.();
    this.update();
  }

  async save() {
    const { state, plot } = this.view;
    if (!state) return;
    try {
      const href = await plot.picture(state, this.shells);
      make("a", { href, download: `${state.data.file}.png` }).click();
    } catch {
      this.view.setMessage("The picture can't be drawn by this browser.");
    }
  }

  async rotate() {
    this.turning = !this.turning;
    while (this.turning && this.view.state?.m === 3 && this.view.root.isConnected) {
      await this.view.plot.turn(this.view.state, STEP);
      await new Promise(requestAnimationFrame);
    }
  }

  /** The visitor took hold of the plot. */
  stopTurning() {
    this.turning = false;
    this.update();
  }

  /** @returns {"lasso" | "box" | null} how the drag selected */
  endSelecting() {
    const how = this.selecting;
    this.selecting = null;
    this.update();
    return how;
  }

  update() {
    const pressed = {
      rotate: this.turning, lasso: this.selecting === "lasso", box: this.selecting === "box", shells: this.shells,
    };
    for (const [name, is] of /** @type {[Tool, boolean][]} */ (Object.entries(pressed))) {
      this.buttons.get(name)?.setAttribute("aria-pressed", String(is));
    }
    const rotate = this.buttons.get("rotate");
    if (rotate) rotate.hidden = this.view.state?.m !== 3 || isCalm();
    this.view.stage.classList.toggle("lv-drawing", Boolean(this.selecting));
  }
}
