// @ts-check
// Colours and font of the page, as Streamlit's style variables give them.

/**
 * Whether a text colour is meant for a dark page: light text is.
 * @param {string} colour as computed, `rgb(r, g, b)`
 */
export function isForDarkPage(colour) {
  const shades = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
  return shades.reduce((a, b) => a + b, 0) > 384;
}

/**
 * @param {Element} root
 * @returns {import("./types.js").Theme}
 */
export function readTheme(root) {
  const style = getComputedStyle(root);
  /** @type {(name: string, otherwise: string) => string} */
  const get = (name, otherwise) => style.getPropertyValue(`--st-${name}`).trim() || otherwise;
  return {
    text: get("text-color", "rgb(90,90,90)"),
    faint: "rgb(128,128,128)",
    accent: get("primary-color", "rgb(11,110,143)"),
    grid: isForDarkPage(style.color) ? "rgb(75,75,75)" : "rgb(215,215,215)", // WebGL axes know no transparency
    font: get("font", "sans-serif"),
  };
}
