// @ts-check
// The legend: classes to isolate, or a colour scale with two ends to move.

const version = new URL(import.meta.url).search;
/**
 * @type {[typeof import("./dom.js"), typeof import("./figure.js"), typeof import("./icons.js"),
 *   typeof import("./theme.js")]}
 */
const [{ find, make }, { shapeOf }, { marker }, { shade }] =
  /** @type {any} */ (await Promise.all(["dom", "figure", "icons", "theme"].map((name) => import(`./${name}.js${version}`))));

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./types.js").Field} Field */
/** @typedef {import("./types.js").Range} Range */

/**
 * What a visitor may ask for.
 * @typedef {object} Actions
 * @property {(id: number, add: boolean) => void} isolate a class
 * @property {(threshold: Range | null) => void} limit the values in focus; null: all
 * @property {() => void} toggleSelection select what is in focus, or clear the selection
 */

/**
 * Put the legend of a state's colours in place of what is there.
 * @param {HTMLElement} legend
 * @param {State} state
 * @param {{ isDark: boolean }} theme
 * @param {Actions} actions
 */
export function drawLegend(legend, { field, m }, theme, actions) {
  const title = make("span", { className: "lv-title", textContent: field.label });
  const entries = field.kind === "value" ? scale(field, actions) : field.classes.map((c, i) => classButton(c, marker(shapeOf(field, i, m), shade(c, theme)), actions));
  const select = make("button", { type: "button", className: "lv-select", hidden: true });
  select.onclick = () => actions.toggleSelection();
  // two in a row, where many are short
  legend.classList.toggle("lv-short", field.classes.length > 6 && field.classes.every(({ name }) => name.length < 4));
  legend.replaceChildren(title, ...entries, select);
}

/**
 * @param {import("./types.js").ClassOfPoints} c
 * @param {string} sign HTML
 * @param {Actions} actions
 */
function classButton({ id, name }, sign, actions) {
  const button = make("button", { type: "button", title: `Only ${name}; with Shift: this one too` });
  button.dataset.id = String(id);
  button.innerHTML = `${sign}<b></b><small></small>`;
  find(button, "b").textContent = name;
  button.onclick = (event) => actions.isolate(id, event.shiftKey);
  return button;
}

/**
 * The values between two sliders. A slider at its stop sets no limit: values beyond the scale belong to it.
 * @param {Field} field
 * @param {number} a
 * @param {number} b
 * @returns {Range | null} null: all values
 */
export function limits(field, a, b) {
  const low = Math.min(a, b) <= field.low ? -Infinity : Math.min(a, b);
  const high = Math.max(a, b) >= field.high - step(field) / 2 ? Infinity : Math.max(a, b);
  return low === -Infinity && high === Infinity ? null : [low, high];
}

/** @param {Field} field */
const step = (field) => (field.high - field.low) / 200;

/**
 * @param {Field} field
 * @param {Actions} actions
 */
function scale(field, actions) {
  const stops = field.scale.map(([at, colour]) => `${colour} ${100 * at}%`).join(",");
  const [low, high] = [make("output"), make("output")];
  const bar = make("div", { className: "lv-scale" });
  const colours = make("div");
  colours.style.background = `linear-gradient(90deg,${stops})`;
  bar.append(low, colours, high);
  const sliders = make("div", { className: "lv-sliders" });
  const [a, b] = ["from", "to"].map((name) => {
    const slider = make("input", { type: "range" }, { "aria-label": `show ${field.label} ${name}` });
    // the value last: it is held to the range that is set by then
    Object.assign(slider, { min: field.low, max: field.high, step: step(field), value: name === "from" ? field.low : field.high });
    const label = make("label", { textContent: name === "from" ? "show from" : "to" });
    label.append(slider);
    sliders.append(label);
    return slider;
  });
  const show = () => {
    low.textContent = a.valueAsNumber.toPrecision(2);
    high.textContent = b.valueAsNumber.toPrecision(2);
  };
  a.oninput = b.oninput = () => {
    show();
    actions.limit(limits(field, a.valueAsNumber, b.valueAsNumber));
  };
  show();
  return [bar, sliders];
}

/**
 * Bring counts and buttons up to date with a state.
 * @param {HTMLElement} legend
 * @param {State} state
 */
export function updateLegend(legend, state) {
  const { isolated, selection, shown } = state;
  const counts = state.counts();
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (legend.querySelectorAll("button[data-id]"))) {
    const id = Number(button.dataset.id);
    button.classList.toggle("lv-off", isolated.size > 0 && !isolated.has(id));
    button.setAttribute("aria-pressed", String(isolated.has(id)));
    find(button, "small").textContent = (counts.get(id) ?? 0).toLocaleString("en");
  }
  const select = find(legend, ".lv-select");
  select.hidden = !shown.rest.length && !selection;
  select.textContent = selection ? "Clear the selection" : `Select these ${shown.focus.length.toLocaleString("en")}`;
}
