// @ts-check
// What keys mean on a view.

/**
 * @typedef {{ does: "walk" | "back" | "keep" | "leave" | "reset" | "thumbnails" | "names" | "contours" }
 *   | { does: "turn", right: number, up: number } | { does: "zoom", factor: number }} Meaning
 */

export const HELP =
  "Arrow keys: from an image to its nearest neighbours and back. Enter: keep it. Escape: let it go. " +
  "Shift and arrow keys: turn or move the view. + and −: zoom. 0: reset. " +
  "I: images at the points. N: names of the groups. C: contours.";

const ZOOM = 1.2;
/** @type {Record<string, "thumbnails" | "names" | "contours">} */
const SHOWN = { i: "thumbnails", n: "names", c: "contours" };
/** @type {Record<string, [right: number, up: number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * The meaning of a key; null: none, so the browser may have it.
 * @param {{ key: string, shiftKey?: boolean, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean }} event
 * @returns {Meaning | null}
 */
export function meaning({ key, shiftKey = false, ctrlKey = false, metaKey = false, altKey = false }) {
  if (ctrlKey || metaKey || altKey) return null; // Ctrl and + is the browser's own zoom
  const arrow = ARROWS[key];
  if (arrow && shiftKey) return { does: "turn", right: arrow[0], up: arrow[1] };
  if (arrow) return { does: key === "ArrowRight" || key === "ArrowDown" ? "walk" : "back" };
  if (key === "+" || key === "=") return { does: "zoom", factor: ZOOM };
  if (key === "-" || key === "−" || key === "_") return { does: "zoom", factor: 1 / ZOOM };
  if (key === "0" || key === "Home") return { does: "reset" };
  const shown = SHOWN[key.toLowerCase()];
  if (shown) return { does: shown };
  if (key === "Enter") return { does: "keep" };
  return key === "Escape" ? { does: "leave" } : null;
}
