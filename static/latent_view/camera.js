// @ts-check
// Where a view is looked at from: a camera in space, the ranges of the axes in the plane.

/** @typedef {import("./types.js").Range} Range */
/** @typedef {{ x: number, y: number, z: number }} Vector */
/** @typedef {{ eye: Vector, center: Vector, up: Vector }} Camera */

const POLE = 0.1; // radians between the steepest look and the upright axis

const ROOMY = 1.6; // a plot so wide for its height holds the names of the axes at the first distance

/**
 * Where the camera stands at first; a new object each time, as plotly keeps and may change what it gets.
 * @param {number} [aspect] width of the plot by its height
 * @returns {Camera}
 */
export function firstCamera(aspect = ROOMY) {
  const far = Math.min(Math.max(ROOMY / aspect, 1), 2);
  return { eye: { x: 1.2 * far, y: 1.2 * far, z: 0.75 * far }, center: { x: 0, y: 0, z: -0.13 }, up: { x: 0, y: 0, z: 1 } };
}

/**
 * The camera led about the upright axis, and up or down.
 * @param {Camera} camera
 * @param {number} around in radians
 * @param {number} [up] in radians
 * @returns {Camera}
 */
export function turned(camera, around, up = 0) {
  const { x, y, z } = camera.eye;
  const distance = Math.hypot(x, y, z);
  const angle = Math.atan2(y, x) + around;
  const steepest = Math.PI / 2 - POLE;
  const height = Math.min(Math.max(Math.asin(z / distance) + up, -steepest), steepest);
  const flat = distance * Math.cos(height);
  const eye = { x: flat * Math.cos(angle), y: flat * Math.sin(angle), z: distance * Math.sin(height) };
  return { ...camera, eye };
}

/**
 * The camera nearer by a factor.
 * @param {Camera} camera
 * @param {number} factor
 * @returns {Camera}
 */
export function nearer(camera, factor) {
  const { x, y, z } = camera.eye;
  return { ...camera, eye: { x: x / factor, y: y / factor, z: z / factor } };
}

/**
 * A range moved by a share of its width.
 * @param {Range} range
 * @param {number} share
 * @returns {Range}
 */
export const moved = ([low, high], share) => [low + share * (high - low), high + share * (high - low)];

/**
 * A range about the same middle, narrower by a factor.
 * @param {Range} range
 * @param {number} factor
 * @returns {Range}
 */
export function narrowed([low, high], factor) {
  const [middle, half] = [(low + high) / 2, (high - low) / 2 / factor];
  return [middle - half, middle + half];
}
