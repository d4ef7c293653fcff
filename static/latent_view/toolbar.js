// @ts-check
// The buttons above a view: what they are called, which are pressed, and what they do.

const version = new URL(import.meta.url).search;
/** @type {[typeof import("./contours.js"), typeof import("./dom.js"), typeof import("./icons.js"), typeof import("./keys.js")]} */
const [{ hasContours }, { isCalm, make }, { icon }, { HELP }] =
  /** @type {any} */ (await Promise.all(["contours", "dom", "icons", "keys"].map((name) => import(`./${name}.js${version}`))));

/** @typedef {import("./controller.js").Controller} Controller */
/** @typedef {"reset" | "rotate" | "lasso" | "box" | "thumbnails" | "names" | "contours" | "shells" | "png" | "full" | "help"} Tool */

/** @type {[name: Tool, title: string][]} */
const TOOLS = [
  ["reset", "Reset the view"],
  ["rotate", "Turn slowly"],
  ["lasso", "Select by drawing around points"],
  ["box", "Select a rectangle"],
  ["thumbnails", "Images at the points (I)"],
  ["names", "Names of the groups at their medoids (N)"],
  ["contours", "Lines of equal density: 30, 60 and 90 % of the points lie within (C)"],
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
    } else if (name === "thumbnails" || name === "names" || name === "contours") {
      this.toggle(name);
    } else if (name === "png") {
      await this.save();
    } else if (name === "help") {
      view.setMessage(HELP); // for whom a tooltip does not open
    } else if (document.fullscreenElement) document.exitFullscreen();
    else view.root.requestFullscreen?.();
    this.update();
  }

  /** @param {"thumbnails" | "names" | "contours"} what is drawn over the points or not */
  toggle(what) {
    const { choices, overlay, state } = this.view;
    if (what === "contours") {
      if (!state || !hasContours(state)) return;
      choices.toggleContours();
      this.view.refresh();
    } else if (what === "names") choices.toggleNames(overlay.groups);
    else {
      choices.toggleThumbnails(overlay.isNear);
      const why = state?.pieces ? "No images for these points." : "Images are on their way …";
      if (!overlay.canShow) this.view.setMessage(why);
    }
    overlay.redraw();
    this.view.kept.reportChoices();
  }

  async save() {
    const { state, plot, overlay, choices } = this.view;
    if (!state) return;
    try {
      const href = await plot.picture(state, { shells: this.shells, contours: choices.now.contours }, overlay);
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
    const { choices, overlay, state } = this.view;
    const pressed = {
      thumbnails: choices.hasThumbnails(overlay.isNear), names: choices.hasNames(overlay.groups),
      contours: choices.now.contours, rotate: this.turning, lasso: this.selecting === "lasso", box: this.selecting === "box", shells: this.shells,
    };
    for (const [name, is] of /** @type {[Tool, boolean][]} */ (Object.entries(pressed))) {
      this.buttons.get(name)?.setAttribute("aria-pressed", String(is));
    }
    const rotate = this.buttons.get("rotate");
    if (rotate) rotate.hidden = state?.m !== 3 || isCalm();
    const [names, contours] = [this.buttons.get("names"), this.buttons.get("contours")];
    if (names) names.hidden = !overlay.groups;
    if (contours) contours.hidden = !state || !hasContours(state);
    this.view.stage.classList.toggle("lv-drawing", Boolean(this.selecting));
  }
}
