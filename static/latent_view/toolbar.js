// @ts-check
// The buttons above a view: what they are called, which are pressed, and what they do.

const version = new URL(import.meta.url).search;
/** @type {typeof import("./dom.js")} */
const { make } = await import(`./dom.js${version}`);

/** @typedef {import("./controller.js").Controller} Controller */
/** @typedef {"reset" | "rotate" | "lasso" | "box" | "shells" | "png" | "full"} Tool */

/** @type {[name: Tool, icon: string, title: string][]} */
const TOOLS = [
  ["reset", "restart_alt", "Reset the view"],
  ["rotate", "360", "Turn slowly"],
  ["lasso", "lasso_select", "Select by drawing around points"],
  ["box", "select", "Select a rectangle"],
  ["shells", "bubble_chart", "Shells around the inner nine tenths of each group"],
  ["png", "photo_camera", "Save as PNG"],
  ["full", "fullscreen", "Full screen"],
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
    this.buttons = new Map(TOOLS.map(([name, icon, title]) => {
      const button = make("button", { type: "button", className: "lv-icon", title, textContent: icon }, { "aria-label": title });
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
      make("a", { href: await view.plot.picture(), download: "latent-space.png" }).click();
    } else if (document.fullscreenElement) document.exitFullscreen();
    else view.root.requestFullscreen?.();
    this.update();
  }

  async rotate() {
    this.turning = !this.turning;
    while (this.turning && this.view.state?.m === 3 && this.view.root.isConnected) {
      await this.view.plot.turn(STEP);
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
    this.view.stage.classList.toggle("lv-drawing", Boolean(this.selecting));
  }
}
