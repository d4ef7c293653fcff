// @ts-check
// Places in latent space, on the map and on sliders. No page here: tests/js tests it.

/**
 * A plane of latent space: `origin + x * across + y * up`. Without `up` it is a line.
 * @typedef {object} Plane
 * @property {number[]} origin
 * @property {number[]} across
 * @property {number[]} up empty for a line
 * @property {number[]} xs of the columns of images, ascending
 * @property {number[]} ys of the rows of images, ascending from the lowest
 */

/**
 * A slider: the latent's part along a unit vector, counted from `zero`.
 * @typedef {object} Direction
 * @property {string} name
 * @property {number[]} vector
 * @property {number} zero
 * @property {number} low of the data
 * @property {number[]} quartiles three
 * @property {number} high
 */

/** @type {(a: ArrayLike<number>, b: ArrayLike<number>) => number} */
const dot = (a, b) => Array.from(a).reduce((sum, v, i) => sum + v * b[i], 0);

/**
 * The latent at a place of the plane.
 * @param {Plane} plane
 * @param {number} x
 * @param {number} y
 */
export const latentAt = ({ origin, across, up }, x, y) => origin.map((v, i) => v + x * across[i] + (up.length ? y * up[i] : 0));

/**
 * Where a latent is in the plane, by least squares; `across` and `up` may be at any angle.
 * @param {Plane} plane
 * @param {ArrayLike<number>} latent
 * @returns {[x: number, y: number]}
 */
export function placeOf({ origin, across, up }, latent) {
  const rest = origin.map((v, i) => latent[i] - v);
  const [aa, ar] = [dot(across, across), dot(across, rest)];
  if (!up.length) return [ar / aa, 0];
  const [uu, au, ur] = [dot(up, up), dot(across, up), dot(up, rest)];
  const area = aa * uu - au * au;
  return [(ar * uu - ur * au) / area, (ur * aa - ar * au) / area];
}

/**
 * Share 0 to 1 of the map's width at a coordinate: in the middle of its image at each of `grid`.
 * @param {number} value
 * @param {number[]} grid ascending
 */
export function shareOf(value, grid) {
  const n = grid.length;
  if (n === 1) return 0.5;
  let i = 0;
  while (i < n - 2 && value > grid[i + 1]) i++;
  const step = grid[i + 1] - grid[i];
  return (i + 0.5 + (step > 0 ? (value - grid[i]) / step : 0)) / n;
}

/**
 * The coordinate at a share of the map's width; the inverse of `shareOf`.
 * @param {number} share
 * @param {number[]} grid
 */
export function coordinateAt(share, grid) {
  const n = grid.length;
  if (n === 1) return grid[0];
  const at = share * n - 0.5;
  const i = Math.min(Math.max(Math.floor(at), 0), n - 2);
  return grid[i] + (at - i) * (grid[i + 1] - grid[i]);
}

/**
 * What a slider shows for a latent.
 * @param {Direction} direction
 * @param {ArrayLike<number>} latent
 */
export const valueOf = ({ vector, zero }, latent) => dot(vector, latent) - zero;

/**
 * The latent once a slider stands at a value; its part along the others stays.
 * @param {Direction} direction
 * @param {number[]} latent
 * @param {number} value
 */
export function withValue(direction, latent, value) {
  const change = value - valueOf(direction, latent);
  return latent.map((v, i) => v + change * direction.vector[i]);
}

/**
 * The nearest of some latents: its row and its distance.
 * @param {ArrayLike<number>} latents of n rows, one after another
 * @param {ArrayLike<number>} latent
 * @returns {{ row: number, distance: number }}
 */
export function nearest(latents, latent) {
  const d = latent.length;
  let [row, least] = [-1, Infinity];
  for (let i = 0; i * d < latents.length; i++) {
    let sum = 0;
    for (let j = 0; j < d && sum < least; j++) sum += (latents[i * d + j] - latent[j]) ** 2;
    if (sum < least) [row, least] = [i, sum];
  }
  return { row, distance: Math.sqrt(least) };
}
