// What the tests here share: the view's files, and a view's data in small.

const folder = new URL("../../static/latent_view/", import.meta.url);

/** The module of that name. */
export const load = (name) => import(new URL(`${name}.js`, folder).href);

export const digits = {
  label: "digit", kind: "class", values: { url: "digits", dtype: "int16" }, low: 0, high: 1, scale: [],
  classes: [
    { id: 0, name: "0", shades: ["rgb(1,1,1)", "rgb(101,1,1)"], quiet: false },
    { id: 7, name: "7", shades: ["rgb(2,2,2)", "rgb(102,2,2)"], quiet: false },
  ],
};
export const errors = {
  label: "error", kind: "value", values: { url: "errors", dtype: "float32" }, low: 0, high: 2, classes: [],
  scale: [[0, "rgb(0,0,0)"], [1, "rgb(9,9,9)"]],
};

/** What Python sends of n points in the plane, or with three axes. */
export const viewData = (n, changes = {}) => ({
  kind: "view", key: "place", n, axes: ["z1", "z2"], camera: "place-z1-z2",
  points: { url: "points", dtype: "float32" }, message: "", fields: { digit: digits, error: errors }, colour: "digit",
  parts: [{ name: "held-out", start: 0 }], images: "mnist", latents: "run-1", alt: "", title: "", file: "run", note: "", guest: null, equal: true, heights: false,
  size: 6, link: "", plotly: "plotly.js", replay: null, chosen: null, pinned: null, ...changes,
});
