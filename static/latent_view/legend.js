// @ts-check
// The legend: classes to isolate, or a colour scale with two ends to move.

const version = new URL(import.meta.url).search;
/** @type {typeof import("./dom.js")} */
const { find, make } = await import(`./dom.js${version}`);

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
 * Put the legend of a field in place of what is there.
 * @param {HTMLElement} legend
 * @param {Field} field
 * @param {Actions} actions
 */
export function drawLegend(legend, field, actions) {
  const title = make("span", { className: "lv-title", textContent: field.label });
  const entries = field.kind === "value" ? scale(field, actions) : field.classes.map((c) => classButton(c, actions));
  const select = make("button", { type: "button", className: "lv-select", hidden: true });
  select.onclick = () => actions.toggleSelection();
  legend.replaceChildren(title, ...entries, select);
}

/**
 * @param {import("./types.js").ClassOfPoints} c
 * @param {Actions} actions
 */
function classButton({ id, name, colour }, actions) {
  const button = make("button", { type: "button", title: `Only ${name}; with Shift: this one too` });
  button.dataset.id = String(id);
  button.innerHTML = "<i></i><b></b><small></small>";
  find(button, "i").style.background = colour;
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
    const slider = make("input", { type: "range" }, { "aria-label": `${field.label} ${name}` });
    // the value last: it is held to the range that is set by then
    Object.assign(slider, { min: field.low, max: field.high, step: step(field), value: name === "from" ? field.low : field.high });
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
  sliders.append(a, b);
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
