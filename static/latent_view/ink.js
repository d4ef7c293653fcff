// @ts-check
// Colours as numbers: what the points of a state are coloured by, for whoever draws pixels.

const version = new URL(import.meta.url).search;
/** @type {typeof import("./theme.js")} */
const { shade } = await import(`./theme.js${version}`);

/** @typedef {[red: number, green: number, blue: number]} Rgb 0 to 255 */

const GREY = /** @type {Rgb} */ ([128, 128, 128]);

/**
 * The numbers of a colour that is written as rgb(r, g, b) or #rrggbb; grey for another.
 * @param {string} colour
 * @returns {Rgb}
 */
export function rgb(colour) {
  const [, hex] = colour.match(/^#([\da-f]{6})/i) ?? [];
  const found = hex ? [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16)) : (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
  return found.length === 3 ? /** @type {Rgb} */ (found) : GREY;
}

/**
 * A colour between two.
 * @param {Rgb} from
 * @param {Rgb} to
 * @param {number} share 0 to 1
 * @returns {Rgb}
 */
export const mixed = (from, to, share) => /** @type {Rgb} */ (from.map((value, i) => value + share * (to[i] - value)));

/**
 * The colour of a row: of its class, or of its value.
 * @param {import("./state.js").State} state
 * @param {{ isDark: boolean }} theme
 * @returns {(row: number) => Rgb}
 */
export function inkOf({ field, values }, theme) {
  if (field.kind === "class") {
    const inks = new Map(field.classes.map((c) => [c.id, rgb(shade(c, theme))]));
    return (row) => inks.get(values[row]) ?? GREY;
  }
  const stops = /** @type {[number, Rgb][]} */ (field.scale.map(([at, colour]) => [at, rgb(colour)]));
  return (row) => {
    const share = Math.min(Math.max((values[row] - field.low) / (field.high - field.low), 0), 1);
    const next = stops.findIndex(([at]) => at >= share);
    if (next < 0) return GREY; // NaN
    if (next === 0) return stops[0][1];
    const [[low, from], [high, to]] = [stops[next - 1], stops[next]];
    return mixed(from, to, (share - low) / (high - low || 1));
  };
}
