// @ts-check
// Places in latent space, on the map and on sliders. No page here: tests/js tests it.

/**
 * A plane of latent space (core/latents/planes.py): `origin + x * across + y * up`, two directions of length 1
 * at right angles. On a line `up` is all zeros.
 * @typedef {object} Plane
 * @property {number[]} origin
 * @property {number[]} across
 * @property {number[]} up
 * @property {number[]} xs of the columns of images, ascending
 * @property {number[]} ys of the rows of images, from the top down
 * @property {[string, string]} names of what runs across and up
 */

/**
 * A slider (core/latents/directions.py): the part of a latent along a vector of length 1, counted from `zero`.
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
 * A latent moved in the plane to (x, y); its part beside the plane stays.
 * @param {Plane} plane
 * @param {number[]} latent
 * @param {[x: number, y: number]} to
 */
export function movedTo(plane, latent, [x, y]) {
  const [a, b] = placeOf(plane, latent);
  return latent.map((v, i) => v + (x - a) * plane.across[i] + (y - b) * plane.up[i]);
}

/**
 * Where a latent is in the plane.
 * @param {Plane} plane
 * @param {ArrayLike<number>} latent
 * @returns {[x: number, y: number]}
 */
export function placeOf({ origin, across, up }, latent) {
  const rest = origin.map((v, i) => latent[i] - v);
  return [dot(across, rest), dot(up, rest)];
}

/**
 * Share 0 to 1 of the map's width at a coordinate: in the middle of its image at each of `grid`.
 * @param {number} value
 * @param {number[]} grid ascending or descending
 */
export function shareOf(value, grid) {
  const n = grid.length;
  if (n === 1) return 0.5;
  const sign = Math.sign(grid[n - 1] - grid[0]);
  let i = 0;
  while (i < n - 2 && sign * value > sign * grid[i + 1]) i++;
  const step = grid[i + 1] - grid[i];
  return (i + 0.5 + (step ? (value - grid[i]) / step : 0)) / n;
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
