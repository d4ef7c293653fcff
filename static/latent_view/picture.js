// @ts-check
// A view as a picture to be kept: on white, with what stands around it on the page.

const version = new URL(import.meta.url).search;
/** @type {typeof import("./figure.js")} */
const { layout, shapeOf, traces } = await import(`./figure.js${version}`);

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./figure.js").Trace} Trace */

export const PAPER = {
  text: "rgb(40,40,40)", background: "rgb(255,255,255)", faint: "rgb(110,110,110)", accent: "rgb(11,110,143)", grid: "rgb(215,215,215)",
  font: "sans-serif", isDark: false,
};
export const TITLE = 56; // pixels above the plot
const LEGEND = 170; // and beside it

/**
 * What `Plotly.toImage` draws.
 * @param {State} state
 * @param {object} seen how it is looked at
 * @param {boolean} seen.shells
 * @param {boolean} [seen.contours]
 * @param {object} [seen.camera] of a space
 * @param {import("./types.js").Range[]} [seen.ranges] of a plane
 * @param {{ l: number, r: number, t: number, b: number }} [seen.margin] about it, in pixels
 */
export function picture(state, { shells, contours = false, camera, ranges, margin: seen }) {
  const look = { theme: PAPER, shells, contours };
  const { xaxis, yaxis, margin: usual, ...rest } = /** @type {any} */ (layout(state, look, camera));
  const margin = seen ?? usual;
  const automargin = !seen; // the plot is as large as on the page: what lies over it fits
  const title = [state.data.title, `coloured by ${state.field.label}`].filter(Boolean).join(" · ");
  return {
    data: [...traces(state, look), ...legend(state)],
    layout: {
      ...rest,
      ...(xaxis && { xaxis: { ...xaxis, automargin, range: ranges?.[0] ?? xaxis.range } }),
      ...(yaxis && { yaxis: { ...yaxis, automargin, range: ranges?.[1] ?? yaxis.range } }),
      paper_bgcolor: "white", plot_bgcolor: "white", autosize: false, showlegend: true,
      title: { text: title, x: 0.02, xanchor: "left", font: { size: 15 } },
      margin: { ...margin, t: margin.t + TITLE, r: margin.r + LEGEND },
      legend: { title: { text: state.field.label }, itemsizing: "constant", x: 1.02, y: 1 },
    },
  };
}

/**
 * How large it is, beside a plot of a size.
 * @param {{ width: number, height: number }} plot
 */
export const sizeOf = ({ width, height }) => ({ width: width + LEGEND, height: height + TITLE });

/**
 * Traces without a point that make plotly draw the legend or the colour bar.
 * @param {State} state
 * @returns {Trace[]}
 */
function legend({ m, field }) {
  const nowhere = Object.fromEntries(["x", "y", "z"].slice(0, m).map((axis) => [axis, [null]]));
  const trace = { type: m === 3 ? "scatter3d" : "scatter", mode: "markers", ...nowhere };
  if (field.kind === "value") {
    const { low, high, scale, label } = field;
    const marker = { color: [low], cmin: low, cmax: high, colorscale: scale, showscale: true, colorbar: { title: { text: label } } };
    return [{ ...trace, marker, showlegend: false }];
  }
  return field.classes.map(({ name, shades: [light] }, i) => ({
    ...trace, name, showlegend: true, marker: { color: light, size: 8, symbol: shapeOf(field, i, m) },
  }));
}
