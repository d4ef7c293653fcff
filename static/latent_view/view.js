// @ts-check
// The latent view's door. Python says what to draw (pages/parts/latent_view/), the visitor hovers, pins and
// selects, and Python hears of it. Which file does what:
//
//   pure, tested by tests/js    state (data, choices, what is in focus), geometry (of the points), screen (their
//                               pixels), camera, figure (plotly's traces and layout), contours, picture (the
//                               same on paper), detail and names (which thumbnails and names there is room
//                               for), choices (of these), ink (colours as numbers), keys, replay; shapes in types
//   on the page                 render (plotly), overlay (thumbnails and names above it), tiles (coloured
//                               thumbnails), card, legend, toolbar, replay_strip, outline, guest_mark,
//                               skeleton, theme, icons, stylesheet, dom
//   what brings them together   controller (life cycle), kept (what Python hears of), gestures (pointer, keys),
//                               links (between views), data and pieces (fetching), plotly_internals (what
//                               plotly does not promise)

// Python asks for this module by an address with a version in it (a hash of all these files). The others
// are asked for by the same version, so that a browser never mixes those of two releases.
const version = new URL(import.meta.url).search;
// all at once: a browser that learned of each from the one before would wait for one after another
const FILES = [
  "controller", "data", "camera", "card", "choices", "contours", "detail", "dom", "figure", "geometry", "gestures", "guest_mark",
  "icons", "ink", "kept", "keys", "legend", "links", "names", "outline", "overlay", "picture", "pieces", "plotly_internals", "render", "replay", "replay_strip", "screen", "skeleton", "state",
  "theme", "tiles", "toolbar",
];
const style = import(`./stylesheet.js${version}`).then(({ styled }) => styled("view.css", import.meta.url));
/** @type {[typeof import("./controller.js"), typeof import("./data.js")]} */
const [{ Controller }, { loadPlotly }] =
  /** @type {any} */ (await Promise.all([...FILES.map((name) => import(`./${name}.js${version}`)), style]));

/** @typedef {import("./types.js").ViewData} ViewData */
/** @typedef {import("./types.js").PiecesData} PiecesData */
/** @typedef {import("./types.js").AskedData} AskedData */

/**
 * Views of the page by their place, and what has come for each place.
 * @type {{ views: Map<string, import("./controller.js").Controller>, pieces: Map<string, PiecesData> }}
 */
const page = (/** @type {any} */ (window).latentViews ??= { views: new Map(), pieces: new Map() });

export { loadPlotly }; // for whatever else on a page draws

/** @param {ViewData} data */
const piecesOf = (data) => page.pieces.get(data.key) ?? null;

/**
 * Streamlit calls this with each new state of a component; what is returned is called when it goes.
 * @param {{ data: ViewData | PiecesData | AskedData, parentElement: any, setStateValue: (name: string, value: unknown) => void }} component
 */
export default function render({ data, parentElement, setStateValue }) {
  if (data.kind === "pieces") {
    page.pieces.set(data.view, data);
    page.views.get(data.view)?.attach(data);
    return undefined;
  }
  if (data.kind === "asked") {
    Promise.all(data.views.map((key) => page.views.get(key)?.isSeen)).then(() => setStateValue("drawn", data.about));
    return undefined;
  }
  /** @type {import("./controller.js").Controller} */
  const view = (parentElement.latentView ??= new Controller(parentElement, piecesOf));
  view.kept.answer = setStateValue;
  page.views.set(data.key, view);
  view.isSeen = seen(view, data);
  return () => setTimeout(() => parentElement.isConnected || close(view));
}

/**
 * Ends when the browser shows the data, or a sentence that says why it can't.
 * @type {(view: import("./controller.js").Controller, data: ViewData) => Promise<void>}
 */
async function seen(view, data) {
  const frame = () => new Promise(requestAnimationFrame);
  await view.update(data).catch((error) => view.setMessage(`The view can't be drawn: ${error.message}.`));
  await view.waiting;
  await frame();
  await frame(); // what was drawn is on the screen now
}

/** @param {import("./controller.js").Controller} view */
function close(view) {
  view.close();
  for (const [key, other] of page.views) if (other === view) page.views.delete(key);
}
