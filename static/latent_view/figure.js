// @ts-check
// The plot as plotly's traces and layout. Plotly draws; it knows nothing of hovering, selecting and images.

const version = new URL(import.meta.url).search;
/**
 * @type {[typeof import("./camera.js"), typeof import("./contours.js"), typeof import("./geometry.js"),
 *   typeof import("./theme.js")]}
 */
const [{ firstCamera }, { contoursOf, hasContours }, { convexHull, innermost }, { shade }] =
  /** @type {any} */ (await Promise.all(["camera", "contours", "geometry", "theme"].map((name) => import(`./${name}.js${version}`))));

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./types.js").Look} Look */
/** @typedef {import("./types.js").Field} Field */
/** @typedef {import("./types.js").Range} Range */
/** @typedef {import("./types.js").Values} Values */
/** @typedef {Record<string, any>} Trace as plotly wants it */

const FADED = 0.07;
const BELOW_LINES = 0.3; // opacity of points that contours lie upon
export const CONFIG = { displayModeBar: false, scrollZoom: true, responsive: false, doubleClick: "reset" };
export const RINGS = [2, 3]; // which traces they are

const CORE = 0.9; // share of a class that its shell is drawn around: one outlier must not make a hull
const FEW = 8; // points that need no shell
// plotly draws those of space as signs of a font, and not every font has its x
const SHAPES = { 2: ["circle", "square", "diamond", "cross", "x"], 3: ["circle", "square", "diamond", "cross", "diamond-open"] };
const MOST_SHAPES = 5; // classes
const GUEST = { 2: 18, 3: 13 }; // pixels across its diamond
const MANY = 20_000; // points whose shapes nobody sees, and that would take long

/**
 * The marker of a class by its place: where there are few classes, each has a shape beside its colour.
 * @param {Field} field
 * @param {number} place
 * @param {number} m axes
 */
export const shapeOf = ({ classes }, place, m) => (classes.length <= MOST_SHAPES ? SHAPES[m === 3 ? 3 : 2][place] : "circle");

/**
 * Traces of all that is drawn: the rest, the focus, a ring about the marked and the pinned point, shells, contours,
 * the guest.
 * @param {State} state
 * @param {Look} look
 * @returns {Trace[]}
 */
export function traces(state, look) {
  const { theme, shells, contours } = look;
  const size = 2.2 * markerSize(state) + 6;
  /** @type {(index: number, colour: string, size: number) => Trace} */
  const ring = (index, colour, size) => ({
    ...trace(state.m, rings(state), index),
    marker: { symbol: "circle-open", size, color: colour, line: { width: 2.5, color: colour } },
  });
  return [
    points(state, look, state.shown.rest, FADED),
    points(state, look, state.shown.focus, contours && hasContours(state) ? BELOW_LINES : 1),
    ring(0, theme.text, size),
    ring(1, theme.accent, size + 3),
    ...(shells && state.field.kind === "class" ? shellsOf(state, look) : []),
    ...(contours ? contoursOf(state, theme) : []),
    ...guestOf(state, look),
  ];
}

/**
 * Coordinates of the rings (of the marked point, of the pinned one), as `Plotly.restyle` takes them.
 * @param {State} state
 * @returns {Record<string, number[][]>}
 */
export function rings({ m, positions, marked, pinned }) {
  /** @type {(row: number, axis: number) => number[]} */
  const at = (row, axis) => (row < 0 ? [] : [positions[m * row + axis]]);
  return Object.fromEntries(axesOf(m).map((name, axis) => [name, [at(marked, axis), at(pinned, axis)]]));
}

/** @param {number} m */
const axesOf = (m) => ["x", "y", "z"].slice(0, m);

/** @param {State} state */
const markerSize = (state) => (state.replayed && state.data.replay ? state.data.replay.size : state.data.size);

/**
 * Markers without a legend or a hover of plotly's.
 * @param {number} m
 * @param {Record<string, ArrayLike<number>[]>} columns
 * @param {number} index of the columns' entries
 * @returns {Trace}
 */
function trace(m, columns, index) {
  return {
    type: m === 3 ? "scatter3d" : "scattergl", mode: "markers", hoverinfo: "skip", showlegend: false,
    ...Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[index]])),
  };
}

/**
 * @param {State} state
 * @param {Look} look
 * @param {number[]} all rows
 * @param {number} opacity
 */
function points(state, look, all, opacity) {
  const { m, positions, field, values } = state;
  const rows = quietFirst(field, values, all);
  const columns = axesOf(m).map((name, axis) => [name, [Float32Array.from(rows, (row) => positions[m * row + axis])]]);
  return {
    ...trace(m, Object.fromEntries(columns), 0),
    opacity,
    marker: { size: markerSize(state), line: { width: 0 }, showscale: false, ...colours(state, look, rows) },
  };
}

/**
 * Rows with those of quiet classes first: what is drawn later lies above.
 * @type {(field: Field, values: Values, rows: number[]) => number[]}
 */
function quietFirst(field, values, rows) {
  const quiet = new Set(field.classes.filter((c) => c.quiet).map((c) => c.id));
  if (!quiet.size) return rows;
  return [...rows.filter((row) => quiet.has(values[row])), ...rows.filter((row) => !quiet.has(values[row]))];
}

/**
 * @param {State} state
 * @param {Look} look
 * @param {number[]} rows
 */
function colours({ m, field, values }, { theme }, rows) {
  const color = Float32Array.from(rows, (row) => values[row]);
  if (field.kind === "value") return { color, cmin: field.low, cmax: field.high, colorscale: field.scale };
  const k = field.classes.length;
  const place = new Map(field.classes.map((c, i) => [c.id, i]));
  // one flat step per class: numbers travel to the GPU faster than ten thousand colour names
  const colorscale = field.classes.flatMap((c, i) => [i / k, (i + 1) / k].map((at) => [at, shade(c, theme)]));
  const places = color.map((id) => place.get(id) ?? 0);
  const isOfShapes = k > 1 && k <= MOST_SHAPES && rows.length <= MANY;
  const symbol = isOfShapes ? Array.from(places, (i) => shapeOf(field, i, m)) : "circle";
  return { color: places, cmin: -0.5, cmax: k - 0.5, colorscale, symbol };
}

/**
 * A shell about the inner nine tenths of each class.
 * @param {State} state
 * @param {Look} look
 */
function shellsOf({ m, positions, field, values, shown }, { theme }) {
  return field.classes.flatMap((c) => {
    const [id, colour] = [c.id, shade(c, theme)];
    const rows = shown.focus.filter((row) => values[row] === id);
    if (rows.length < FEW) return [];
    const core = innermost(positions, m, rows, CORE).map((row) => Array.from(positions.subarray(m * row, m * row + m)));
    return [m === 3 ? shell(core, colour) : outline(core, colour)];
  });
}

/** @type {(points: number[][], color: string) => Trace} */
function shell(points, color) {
  const [x, y, z] = [0, 1, 2].map((axis) => points.map((p) => p[axis]));
  return { type: "mesh3d", x, y, z, alphahull: 0, opacity: 0.1, color, hoverinfo: "skip" };
}

/** @type {(points: number[][], color: string) => Trace} */
function outline(points, color) {
  const corners = convexHull(points);
  const closed = [...corners, corners[0]];
  return {
    type: "scatter", mode: "lines", hoverinfo: "skip", showlegend: false, fill: "toself", opacity: 0.25,
    x: closed.map((i) => points[i][0]), y: closed.map((i) => points[i][1]), line: { color, width: 1 },
  };
}

/**
 * The guest as a large diamond, with a line to each place that it is joined to.
 * @param {State} state
 * @param {Look} look
 * @returns {Trace[]}
 */
function guestOf({ m, data: { guest }, replayed }, { theme }) {
  if (!guest || replayed) return []; // where it lay at another time, nobody knows
  // its lines first: the last point, the diamond, lies above them
  const places = [...guest.joined.flatMap((place) => [guest.place, place, null]), guest.place];
  const columns = axesOf(m).map((name, axis) => [name, places.map((place) => place?.[axis] ?? null)]);
  const isDiamond = places.map((_, i) => i === places.length - 1);
  return [{
    type: m === 3 ? "scatter3d" : "scatter", mode: "lines+markers", hoverinfo: "skip", showlegend: false,
    ...Object.fromEntries(columns),
    line: { color: theme.accent, width: m === 3 ? 4 : 1.5 },
    marker: {
      symbol: "diamond", color: theme.accent, opacity: 1, size: isDiamond.map((is) => (is ? GUEST[m === 3 ? 3 : 2] : 0)),
      line: { color: theme.text, width: 1 },
    },
  }];
}

/**
 * Lengths of a box in which one unit is as long on every axis; its volume is 1. Plotly's own ("data") goes by
 * the points that are drawn: while a replay plays they fill a small part of the frame.
 * @param {Range[]} frame
 */
function sides(frame) {
  const widths = frame.map(([low, high]) => high - low);
  const mean = Math.cbrt(widths.reduce((a, b) => a * b));
  return Object.fromEntries(axesOf(3).map((name, axis) => [name, widths[axis] / mean]));
}

/**
 * Axes, frame and camera.
 * @param {State} state
 * @param {Look} look
 * @param {object} [camera] the very one that is there: another that is as good would be computed anew
 */
export function layout(state, { theme }, camera = firstCamera()) {
  const { data, frame } = state;
  /** @param {number} i */
  const axis = (i) => ({
    title: { text: data.axes[i], font: { size: 13, color: theme.text } },
    range: frame[i], color: theme.faint, gridcolor: theme.grid, zeroline: false, tickfont: { size: state.m === 3 ? 12 : 11 },
  });
  const common = {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, color: theme.text },
    hovermode: false, showlegend: false, autosize: true,
    uirevision: data.camera, // as long as this text stays, camera and zoom stay
  };
  if (state.m === 3) {
    /** @param {number} i */
    const side = (i) => ({ ...axis(i), showbackground: false, showspikes: false, linecolor: theme.grid, nticks: 6 });
    return {
      ...common,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      scene: {
        xaxis: side(0), yaxis: side(1), zaxis: side(2),
        ...(data.equal ? { aspectmode: "manual", aspectratio: sides(frame) } : { aspectmode: "cube" }),
        dragmode: "turntable", hovermode: false, camera, uirevision: data.camera,
      },
    };
  }
  const equal = data.equal ? { scaleanchor: "x", scaleratio: 1 } : {};
  const unnamed = data.heights ? { showticklabels: false, showgrid: false } : {};
  return {
    ...common,
    margin: { l: 48, r: 8, t: 8, b: 40 },
    dragmode: "pan",
    xaxis: { ...axis(0), automargin: true },
    yaxis: { ...axis(1), automargin: true, ...equal, ...unnamed },
  };
}
