// @ts-check
// A canvas to draw a sign on, with mouse, pen or finger. Python (pages/parts/classify/pad.py) gets its ink a moment
// after each stroke.

const version = new URL(import.meta.url).search;
const FILES = ["./strokes.js", "../latent_view/theme.js"];
const style = import(`../latent_view/stylesheet.js${version}`).then(({ styled }) => styled("draw.css", import.meta.url));
/** @type {[typeof import("./strokes.js"), typeof import("../latent_view/theme.js")]} */
const [{ Drawing, curve, fromBase64, inked, inkOf, penWidth, pointIn, shades, toBase64 }, { watchTheme }] =
  /** @type {any} */ (await Promise.all([...FILES.map((name) => import(`${name}${version}`)), style]));

/**
 * What Python sends.
 * @typedef {object} Data
 * @property {string} key the canvas' place: what was drawn there comes back when one returns
 * @property {number} size side of the picture that is sent, in pixels
 * @property {string} ground names the image below the strokes; empty: none
 * @property {string} ink of that image, base64 of (side * side) bytes
 * @property {number} side of that image
 * @property {string} noun what is drawn, for people
 */
/** @typedef {(name: string, value: unknown) => void} Answer */

const WAIT = 150; // milliseconds after a stroke, in which the next one may begin

const BODY = `
<div class="draw-paper">
  <canvas role="img" tabindex="-1"></canvas><p class="draw-hint"></p>
</div>
<div class="draw-tools" role="group" aria-label="Drawing">
  <button type="button" class="draw-undo">Undo</button><button type="button" class="draw-wipe">Wipe</button>
</div>`;

/**
 * Drawings by the place of their canvas, for who leaves and comes back.
 * @type {Map<string, import("./strokes.js").Drawing>}
 */
const kept = ((/** @type {any} */ (window)).drawings ??= new Map());
/** Keys of canvases that Python has a drawing of: a new canvas in the same place must wipe it, too. */
const sent = new Set();
let number = 0; // of what was sent, so that two equal drawings are told apart

class Pad {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer = undefined;
  isDrawing = false;
  /** @type {Data | null} */
  data = null;
  gone = new AbortController();

  /** @param {Element} parent */
  constructor(parent) {
    this.root = Object.assign(document.createElement("div"), { className: "draw", innerHTML: BODY });
    parent.append(this.root);
    /** @type {(name: string) => any} */
    const find = (name) => this.root.querySelector(name);
    /** @type {HTMLCanvasElement} */
    this.canvas = find("canvas");
    /** @type {HTMLButtonElement} */
    this.undo = find(".draw-undo");
    /** @type {HTMLButtonElement} */
    this.wipe = find(".draw-wipe");
    /** @type {HTMLElement} */
    this.hint = find(".draw-hint");
    this.undo.onclick = () => this.change(() => this.drawing.undo());
    this.wipe.onclick = () => this.change(() => this.drawing.wipe());
    this.listen();
    watchTheme(this.root, () => this.paint(), this.gone.signal);
    new ResizeObserver(() => this.paint()).observe(this.canvas);
  }

  get drawing() {
    const key = this.data?.key ?? "";
    if (!kept.has(key)) kept.set(key, new Drawing());
    return /** @type {import("./strokes.js").Drawing} */ (kept.get(key));
  }

  listen() {
    const { canvas } = this;
    canvas.onpointerdown = (event) => {
      if (event.button !== 0 || this.isDrawing) return; // a second finger draws nothing
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      clearTimeout(this.timer);
      this.isDrawing = true;
      this.drawing.begin(this.at(event));
      this.paint();
    };
    canvas.onpointermove = (event) => {
      if (!this.isDrawing || !canvas.hasPointerCapture(event.pointerId)) return;
      const passed = event.getCoalescedEvents?.() ?? [];
      for (const one of passed.length ? passed : [event]) this.drawing.extend(this.at(one));
      this.paint();
    };
    canvas.onpointerup = canvas.onpointercancel = (event) => {
      if (!this.isDrawing || !canvas.hasPointerCapture(event.pointerId)) return;
      this.isDrawing = false;
      this.later();
    };
  }

  /** @param {PointerEvent} event */
  at({ clientX, clientY }) {
    return pointIn(this.canvas.getBoundingClientRect(), clientX, clientY);
  }

  /** @param {() => void} act on the drawing */
  change(act) {
    act();
    this.paint();
    this.later();
  }

  /** @type {(data: Data, answer: Answer) => void} */
  update(data, answer) {
    const isNew = this.data?.ground !== data.ground || this.data.key !== data.key;
    this.data = data;
    this.answer = answer;
    if (!isNew) return;
    this.canvas.setAttribute("aria-label", `Canvas to draw a ${data.noun} on with mouse, pen or finger`);
    this.hint.textContent = `Draw a ${data.noun} here`;
    this.paint();
    this.later();
  }

  /** Draw all there is; also after the theme or the size has changed. */
  paint() {
    const { canvas, drawing } = this;
    const side = Math.max(1, Math.round(canvas.clientWidth * (window.devicePixelRatio || 1)));
    if (canvas.width !== side) canvas.width = canvas.height = side;
    this.inkOn(canvas, getComputedStyle(this.root).color);
    this.hint.hidden = !drawing.isEmpty || Boolean(this.data?.ground);
    this.undo.disabled = this.wipe.disabled = drawing.isEmpty;
  }

  /** @type {(canvas: HTMLCanvasElement, colour: string) => CanvasRenderingContext2D} */
  inkOn(canvas, colour) {
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
    const side = canvas.width;
    pen.clearRect(0, 0, side, side);
    if (this.data?.ground) pen.drawImage(this.ground(this.data, colour), 0, 0, side, side);
    Object.assign(pen, { strokeStyle: colour, lineWidth: penWidth(side), lineCap: "round", lineJoin: "round" });
    for (const stroke of this.drawing.strokes) {
      pen.beginPath();
      for (const [kind, ...numbers] of curve(stroke, side)) {
        const [a, b, c, d] = numbers;
        if (kind === "M") pen.moveTo(a, b);
        else if (kind === "L") pen.lineTo(a, b);
        else pen.quadraticCurveTo(a, b, /** @type {number} */ (c), /** @type {number} */ (d));
      }
      pen.stroke();
    }
    return pen;
  }

  /** @type {(data: Data, colour: string) => HTMLCanvasElement} */
  ground({ ink, side }, colour) {
    const small = Object.assign(document.createElement("canvas"), { width: side, height: side });
    const pixels = new ImageData(inked(fromBase64(ink), shades(colour)), side, side);
    small.getContext("2d")?.putImageData(pixels, 0, 0);
    return small;
  }

  /** Send it, if no other stroke begins. */
  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), WAIT);
  }

  send() {
    const { data, drawing } = this;
    if (!data || this.isDrawing || !this.root.isConnected) return;
    if (drawing.isEmpty && !data.ground) {
      if (sent.delete(data.key)) this.answer?.("drawing", null);
      return;
    }
    const { size } = data;
    const page = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const { data: rgba } = this.inkOn(page, "rgb(0, 0, 0)").getImageData(0, 0, size, size);
    number += 1;
    sent.add(data.key);
    this.answer?.("drawing", { number, size, ink: toBase64(inkOf(rgba)) });
  }

  close() {
    this.gone.abort();
    clearTimeout(this.timer);
  }
}

/**
 * Streamlit calls this with each new state of a component; what is returned is called when it goes.
 * @param {{ data: Data, parentElement: any, setStateValue: Answer }} component
 */
export default function render({ data, parentElement, setStateValue }) {
  /** @type {Pad} */
  const pad = (parentElement.drawingPad ??= new Pad(parentElement));
  pad.update(data, setStateValue);
  return () => setTimeout(() => parentElement.isConnected || pad.close());
}
