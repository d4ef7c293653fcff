// The legend: classes to isolate, or a colour scale with two ends to move.

export function drawLegend(view) {
  const legend = view.root.querySelector(".lv-legend");
  const { field } = view;
  legend.replaceChildren();
  const title = document.createElement("span");
  title.className = "lv-title";
  title.textContent = field.label;
  legend.append(title);
  if (field.kind === "value") return drawScale(view, legend);
  for (const c of field.classes) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.id = c.id;
    button.title = `Only ${c.name}; with Shift: this one too`;
    button.innerHTML = "<i></i><b></b><small></small>";
    button.querySelector("i").style.background = c.colour;
    button.querySelector("b").textContent = c.name;
    button.onclick = (event) => {
      const alone = view.isolated.size === 1 && view.isolated.has(c.id);
      if (event.shiftKey) view.isolated.has(c.id) ? view.isolated.delete(c.id) : view.isolated.add(c.id);
      else view.isolated = new Set(alone ? [] : [c.id]);
      view.refresh();
    };
    legend.append(button);
  }
  addUse(view, legend);
  return undefined;
}

function drawScale(view, legend) {
  const { field } = view;
  const bar = document.createElement("div");
  bar.className = "lv-scale";
  const stops = field.scale.map(([at, colour]) => `${colour} ${100 * at}%`).join(",");
  bar.innerHTML = `<output></output><div style="background:linear-gradient(90deg,${stops})"></div><output></output>`;
  const [low, high] = bar.querySelectorAll("output");
  const step = (field.high - field.low) / 200;
  const [a, b] = ["from", "to"].map((name, i) => {
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min: field.low, max: field.high, step, value: i ? field.high : field.low });
    slider.setAttribute("aria-label", `${field.label} ${name}`);
    return slider;
  });
  const show = () => {
    low.textContent = Number(a.value).toPrecision(2);
    high.textContent = Number(b.value).toPrecision(2);
  };
  for (const slider of [a, b]) {
    slider.oninput = () => {
      show();
      const ends = [Number(a.value), Number(b.value)].sort((x, y) => x - y);
      // an end at its stop sets no limit: values beyond the scale belong to it
      if (ends[0] <= field.low) ends[0] = -Infinity;
      if (ends[1] >= field.high - step / 2) ends[1] = Infinity;
      view.threshold = ends[0] === -Infinity && ends[1] === Infinity ? null : ends;
      view.refresh();
    };
  }
  show();
  const sliders = document.createElement("div");
  sliders.className = "lv-sliders";
  sliders.append(a, b);
  legend.append(bar, sliders);
  addUse(view, legend);
}

function addUse(view, legend) {
  const use = document.createElement("button");
  use.type = "button";
  use.className = "lv-use";
  use.onclick = () => view.select(view.selection ? null : view.focus.slice());
  legend.append(use);
}

export function countLegend(view) {
  const counts = new Map();
  for (const row of view.focus) counts.set(view.values[row], (counts.get(view.values[row]) ?? 0) + 1);
  for (const button of view.root.querySelectorAll(".lv-legend button[data-id]")) {
    const id = Number(button.dataset.id);
    button.classList.toggle("lv-off", view.isolated.size > 0 && !view.isolated.has(id));
    button.setAttribute("aria-pressed", view.isolated.has(id));
    button.querySelector("small").textContent = (counts.get(id) ?? 0).toLocaleString("en");
  }
  const use = view.root.querySelector(".lv-use");
  const some = view.rest.length > 0;
  use.hidden = !some && !view.selection;
  use.textContent = view.selection ? "Clear the selection" : `Select these ${view.focus.length.toLocaleString("en")}`;
}
