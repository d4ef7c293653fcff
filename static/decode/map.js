// @ts-check
// The map: decoded images in a grid, and the data where it lies in the same plane.

const version = new URL(import.meta.url).search;
/** @type {[typeof import("./places.js"), typeof import("../latent_view/theme.js")]} */
const [{ coordinateAt, placeOf, shareOf }, { shade }] =
  /** @type {any} */ (await Promise.all(["./places.js", "../latent_view/theme.js"].map((name) => import(`${name}${version}`))));

/** @typedef {import("./places.js").Plane} Plane */
/** @typedef {import("../latent_view/types.js").ClassOfPoints} ClassOfPoints */
/** @typedef {"images" | "both" | "data"} Shown */
/** @typedef {{ points: ArrayLike<number>, labels: ArrayLike<number>, classes: ClassOfPoints[] }} Cloud */

const MOST_POINTS = 5_000; // more only cover each other

/**
 * Draw the map.
 * @param {HTMLCanvasElement} canvas
 * @param {{ picture: CanvasImageSource | null, plane: Plane, cloud: Cloud, shown: Shown, isDark: boolean }} what
 */
export function drawMap(canvas, { picture, plane, cloud, shown, isDark }) {
  const pen = fitted(canvas);
  const { width, height } = canvas;
  pen.fillStyle = isDark ? "rgb(20,22,28)" : "rgb(255,255,255)";
  pen.fillRect(0, 0, width, height);
  if (picture && shown !== "data") {
    pen.imageSmoothingEnabled = false;
    pen.drawImage(picture, 0, 0, width, height);
  }
  if (shown !== "images") drawCloud(pen, { plane, cloud, isDark: isDark || shown === "both" });
}

/**
 * As many pixels as the screen has where the canvas is.
 * @param {HTMLCanvasElement} canvas
 */
function fitted(canvas) {
  const scale = Math.min(globalThis.devicePixelRatio || 1, 2);
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((v) => Math.max(1, Math.round(v * scale)));
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser has no canvas");
  return pen;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {{ plane: Plane, cloud: Cloud, isDark: boolean }} what
 */
function drawCloud(pen, { plane, cloud: { points, labels, classes }, isDark }) {
  const { width, height } = pen.canvas;
  const colours = new Map(classes.map((c) => [c.id, shade(c, { isDark })]));
  const n = points.length / 2;
  const every = Math.max(1, Math.ceil(n / MOST_POINTS));
  const size = width / 160;
  pen.globalAlpha = 0.7;
  for (let i = 0; i < n; i += every) {
    const [x, y] = [shareOf(points[2 * i], plane.xs), shareOf(points[2 * i + 1], plane.ys)];
    if (x < 0 || x > 1 || y < 0 || y > 1) continue;
    pen.fillStyle = colours.get(labels[i]) ?? "rgb(128,128,128)";
    pen.fillRect(x * width - size / 2, y * height - size / 2, size, size);
  }
  pen.globalAlpha = 1;
}

/**
 * Put the cross where a latent is in the plane; away where it is beside the map.
 * @param {HTMLElement} cross
 * @param {Plane} plane
 * @param {number[]} latent
 */
export function moveCross(cross, plane, latent) {
  const [x, y] = placeOf(plane, latent);
  const [left, top] = [shareOf(x, plane.xs), shareOf(y, plane.ys)];
  cross.hidden = left < 0 || left > 1 || top < 0 || top > 1;
  Object.assign(cross.style, { left: `${100 * left}%`, top: `${100 * top}%` });
}

/**
 * The place in the plane below the pointer.
 * @param {{ clientX: number, clientY: number }} event
 * @param {Element} element the map
 * @param {Plane} plane
 * @returns {[x: number, y: number]}
 */
export function placeBelow({ clientX, clientY }, element, plane) {
  const box = element.getBoundingClientRect();
  const [x, y] = [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  return [coordinateAt(clamped(x), plane.xs), coordinateAt(clamped(y), plane.ys)];
}

/** @param {number} share */
const clamped = (share) => Math.min(Math.max(share, 0), 1);
