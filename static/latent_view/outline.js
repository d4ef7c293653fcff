// Drawing around points, freely or as a rectangle, in the plane and in space alike.

const { inside } = await import(`./screen.js${new URL(import.meta.url).search}`);

export function startOutline(view, event) {
  event.stopPropagation();
  event.preventDefault();
  view.stage.setPointerCapture?.(event.pointerId);
  view.outline = [inStage(view, event)];
  view.root.querySelector(".lv-lasso").removeAttribute("hidden");
}

function inStage(view, event) {
  const box = view.div.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

export function extendOutline(view, event) {
  const [x, y] = inStage(view, event);
  const [x0, y0] = view.outline[0];
  if (view.draws === "box") view.outline = [[x0, y0], [x, y0], [x, y], [x0, y]];
  else view.outline.push([x, y]);
  view.root.querySelector(".lv-lasso polygon").setAttribute("points", view.outline.join(" "));
}

export function endOutline(view) {
  const outline = view.outline;
  view.outline = null;
  const svg = view.root.querySelector(".lv-lasso");
  svg.setAttribute("hidden", "");
  svg.firstElementChild.setAttribute("points", "");
  view.screen = null;
  if (outline.length > 2) {
    const rows = inside(view.where(), view.allowed, outline);
    view.select(rows.length ? rows : null);
  }
  view.draws = null;
  view.showTools();
}
