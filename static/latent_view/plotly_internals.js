// @ts-check
// All that this view takes of plotly.js (written for 4.1) without a promise from it. Another plotly may lack
// it: then each function here gives null or does nothing. The view can still be seen, turned, filtered and
// walked through with the keys, and says that its points can't be pointed at.

/** @typedef {import("./screen.js").Lens} Lens */
/** @typedef {HTMLElement & { _fullLayout?: any }} Plot the element that plotly draws in */

/** @param {any} value */
const isMatrix = (value) => value?.length === 16;

/**
 * How points of space come to the screen.
 * @param {Plot} div
 * @returns {Lens | null}
 */
export function lens(div) {
  const scene = div._fullLayout?.scene?._scene;
  const camera = scene?.glplot?.cameraParams;
  const matrices = [camera?.projection, camera?.view, camera?.model];
  const scale = scene?.dataScale;
  if (!matrices.every(isMatrix) || scale?.length !== 3 || !scene.container?.getBoundingClientRect) return null;
  const own = div.getBoundingClientRect();
  const { left, top, width, height } = scene.container.getBoundingClientRect();
  return { matrices, scale, box: { left: left - own.left, top: top - own.top, width, height } };
}

/**
 * How coordinates of the plane come to the screen.
 * @param {Plot} div
 * @returns {{ x: (value: number) => number, y: (value: number) => number } | null}
 */
export function axes(div) {
  const { xaxis, yaxis } = div._fullLayout ?? {};
  const isKnown = [xaxis, yaxis].every((axis) => axis?.l2p instanceof Function && Number.isFinite(axis._offset));
  if (!isKnown) return null;
  return { x: (value) => xaxis._offset + xaxis.l2p(value), y: (value) => yaxis._offset + yaxis.l2p(value) };
}

/**
 * The part of the plot that points are drawn in, in pixels: in the plane, what the axes enclose.
 * @param {Plot} div
 * @param {number} m
 * @returns {import("./detail.js").Room | null}
 */
export function room(div, m) {
  if (m === 3) return lens(div)?.box ?? null;
  const { xaxis, yaxis } = div._fullLayout ?? {};
  const [left, top, width, height] = [xaxis?._offset, yaxis?._offset, xaxis?._length, yaxis?._length];
  return [left, top, width, height].every(Number.isFinite) ? { left, top, width, height } : null;
}

/**
 * Stop the camera where the pointer let go. plotly has written it down by then, but lets it glide on until
 * the next frame: a slow frame is a long way, and the next drawing would jump back from there.
 * @param {Plot} div
 */
export function stopCamera(div) {
  const camera = div._fullLayout?.scene?._scene?.camera?.view;
  if (camera?.idle instanceof Function && camera.lastT instanceof Function) camera.idle(camera.lastT());
}
