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
 * The colour of a class on a page.
 * @param {import("./types.js").ClassOfPoints} of
 * @param {{ isDark: boolean }} theme
 */
export const shade = ({ shades: [light, dark] }, { isDark }) => (isDark ? dark : light);

/**
 * Call when the page's text changes its colour, until the signal. `view.css` gives the root a transition of
 * that colour, of which a browser tells: other signs of a new theme it has not.
 * @param {Element} root
 * @param {() => void} call
 * @param {AbortSignal} signal
 */
export function watchTheme(root, call, signal) {
  root.addEventListener("transitionend", (event) => {
    const { target, propertyName } = /** @type {TransitionEvent} */ (event);
    if (target === root && propertyName === "color") call();
  }, { signal });
}

/**
 * @param {Element} root
 * @returns {import("./types.js").Theme}
 */
export function readTheme(root) {
  const style = getComputedStyle(root);
  /** @type {(name: string, otherwise: string) => string} */
  const get = (name, otherwise) => style.getPropertyValue(`--st-${name}`).trim() || otherwise;
  const isDark = isForDarkPage(style.color);
  return {
    isDark,
    text: get("text-color", "rgb(90,90,90)"),
    background: get("background-color", isDark ? "rgb(14,17,23)" : "rgb(255,255,255)"),
    faint: "rgb(128,128,128)",
    accent: get("primary-color", "rgb(11,110,143)"),
    grid: isDark ? "rgb(75,75,75)" : "rgb(215,215,215)", // WebGL axes know no transparency
    font: get("font", "sans-serif"),
  };
}
