// @ts-check
// A training as numbers: where a sample of the points lay at each snapshot, and the scores then.

const version = new URL(import.meta.url).search;
/** @type {typeof import("./geometry.js")} */
const { between } = await import(`./geometry.js${version}`);

/** @typedef {import("./types.js").ReplayData} ReplayData */

/**
 * Positions (rows * m) of the sample at a time, on straight ways between snapshots.
 * @param {Float32Array} positions (snapshots * rows * m)
 * @param {number} snapshots
 * @param {number} time 0, the first snapshot, to snapshots - 1, the last
 */
export function positionsAt(positions, snapshots, time) {
  const size = positions.length / snapshots;
  const first = Math.min(Math.max(Math.floor(time), 0), snapshots - 1);
  /** @param {number} snapshot */
  const at = (snapshot) => positions.subarray(size * snapshot, size * snapshot + size);
  return first + 1 < snapshots ? between(at(first), at(first + 1), Math.max(time - first, 0)) : at(first).slice();
}

/**
 * Which step a time is nearest to, and the scores there. At rest there are none: the page shows those of all
 * images, and these, of a sample, would seem to contradict them.
 * @param {ReplayData} replay
 * @param {number} time
 */
export function caption({ steps, curves, images }, time) {
  const nearest = Math.round(time);
  const of = `k-means on ${images.toLocaleString("en")} images`;
  if (time >= steps.length - 1) return `Replay the training: ${of}`;
  const scores = Object.entries(curves).map(([name, values]) => {
    const value = values[nearest];
    return `${name} ${value === null ? "…" : Number(value.toPrecision(3))}`;
  });
  return [`step ${steps[nearest].toLocaleString("en")}`, ...scores, of].join(" · ");
}

/**
 * A curve as the corners of a polyline, 100 wide and 30 high; undefined values are left out.
 * @param {(number | null)[]} values
 */
export function polyline(values) {
  const known = /** @type {number[]} */ (values.filter((v) => v !== null));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const last = Math.max(values.length - 1, 1);
  /** @type {(value: number, i: number) => string} */
  const corner = (value, i) => `${(100 * i) / last},${28 - (26 * (value - low)) / (high - low || 1)}`;
  return values.flatMap((v, i) => (v === null ? [] : [corner(v, i)])).join(" ");
}
