// @ts-check
// Pictures on buttons and in legends, drawn here: a font of icons would come late, and as words until then.

/** @type {Record<string, string>} lines in a square of 24 */
const LINES = {
  reset: "M4 4v6h6M4.5 10a8 8 0 1 1-.5 4",
  rotate: "M4 12a8 3.5 0 1 0 4-3M8 5v4h4",
  lasso: "M7 16c-5-3-5-9 2-11s13 3 10 8-8 4-12 3M7 16c1 2 0 4-2 5",
  box: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M11 4h2M11 20h2M4 11v2M20 11v2",
  shells: "M9 15m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0M17 7m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0",
  thumbnails: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7zM7 7v1M16 7v1M7 16v1M16 16v1",
  names: "M6 19l6-14 6 14M8.2 14h7.6",
  contours: "M12 4c5 0 8 3 8 7s-3 9-9 9-7-5-7-9 3-7 8-7zM12 9c2 0 3.5 1 3.5 3s-1.5 3.5-4 3.5-3-2-3-3.5 1.5-3 3.5-3z",
  png: "M12 4v11M7 10l5 5 5-5M4 20h16",
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  help: "M8.5 9a3.5 3.5 0 1 1 5 3.2c-1.2.6-1.5 1.3-1.5 2.3M12 19v.5",
  play: "M7 5l12 7-12 7z",
  pause: "M8 5v14M16 5v14",
  close: "M6 6l12 12M18 6L6 18",
};

/** @type {Record<string, string>} filled, in a square of 24; names as plotly's markers have them */
const SHAPES = {
  circle: "M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0z",
  square: "M4 4h16v16H4z",
  diamond: "M12 1l11 11-11 11L1 12z",
  cross: "M8.5 2h7v6.5H22v7h-6.5V22h-7v-6.5H2v-7h6.5z",
  "diamond-open": "M12 1l11 11-11 11L1 12zM12 6l-6 6 6 6 6-6z",
  x: "M6 1l6 6 6-6 5 5-6 6 6 6-5 5-6-6-6 6-5-5 6-6-6-6z",
};

/** @param {string} name of an icon, as HTML */
export const icon = (name) => `<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" fill="none"
  stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="${LINES[name]}"/></svg>`;

/**
 * The marker of a class, as HTML.
 * @param {string} shape
 * @param {string} colour
 */
export const marker = (shape, colour) => `<svg viewBox="0 0 24 24" width="12" height="12" aria-hidden="true"
  ><path fill-rule="evenodd" fill="${colour}" d="${SHAPES[shape]}"/></svg>`;
