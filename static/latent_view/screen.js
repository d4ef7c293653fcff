// @ts-check
// Where points are on the screen, in pixels from the plot's upper left corner. Picking and lasso use
// this, not plotly's own hover: it is exact in 2-D and 3-D alike, always gives the row of the data, and
// spares the GPU a second drawing of every point for every movement.

/** @typedef {import("./types.js").Pixel} Pixel */

/**
 * How a point of space comes to the screen.
 * @typedef {object} Lens
 * @property {ArrayLike<number>[]} matrices 4 x 4, column by column; the last is applied first
 * @property {ArrayLike<number>} scale of each axis, applied before all
 * @property {{ left: number, top: number, width: number, height: number }} box of the picture, in pixels
 */

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
function product(a, b) {
  const out = new Float64Array(16);
  for (let c = 0; c < 4; c++) {
    for (let r = 0; r < 4; r++) {
      for (let k = 0; k < 4; k++) out[4 * c + r] += a[4 * k + r] * b[4 * c + k];
    }
  }
  return out;
}

/**
 * Points of space on the screen: [x, y, depth] of each; NaN for what is behind the camera.
 * @param {Float32Array} positions (n * 3)
 * @param {Lens} lens
 */
export function fromSpace(positions, { matrices, scale, box }) {
  const out = new Float32Array(positions.length);
  const all = matrices.reduce(product);
  for (let i = 0; i < positions.length; i += 3) {
    const x = positions[i] * scale[0];
    const y = positions[i + 1] * scale[1];
    const z = positions[i + 2] * scale[2];
    const w = all[3] * x + all[7] * y + all[11] * z + all[15];
    if (!(w > 0)) {
      out.fill(NaN, i, i + 3);
      continue;
    }
    const u = (all[0] * x + all[4] * y + all[8] * z + all[12]) / w;
    const v = (all[1] * x + all[5] * y + all[9] * z + all[13]) / w;
    out[i] = box.left + (0.5 + 0.5 * u) * box.width;
    out[i + 1] = box.top + (0.5 - 0.5 * v) * box.height;
    out[i + 2] = (all[2] * x + all[6] * y + all[10] * z + all[14]) / w;
  }
  return out;
}

/**
 * Points of the plane on the screen: [x, y, 0] of each.
 * @param {Float32Array} positions (n * 2)
 * @param {{ x: (value: number) => number, y: (value: number) => number }} axes to pixels
 */
export function fromPlane(positions, axes) {
  const out = new Float32Array((3 * positions.length) / 2);
  for (let i = 0, to = 0; i < positions.length; i += 2, to += 3) {
    out[to] = axes.x(positions[i]);
    out[to + 1] = axes.y(positions[i + 1]);
  }
  return out;
}

/**
 * The row under the cursor, or -1: of those within `near` pixels the foremost, else the nearest.
 * @param {Float32Array} screen [x, y, depth] of each row
 * @param {Uint8Array} allowed by row
 * @param {Pixel} cursor
 */
export function pick(screen, allowed, [x, y], near = 4, far = 12) {
  let best = -1;
  let score = Infinity;
  for (let i = 0; i < allowed.length; i++) {
    if (!allowed[i]) continue;
    const d2 = (screen[3 * i] - x) ** 2 + (screen[3 * i + 1] - y) ** 2;
    if (!(d2 <= far * far)) continue; // NaN too
    // points of the plane have one depth: the nearest of them is meant
    const s = d2 <= near * near ? screen[3 * i + 2] - 1e3 + 1e-6 * d2 : d2;
    if (s < score) [best, score] = [i, s];
  }
  return best;
}

/**
 * Rows whose place on the screen lies inside a polygon (even-odd rule).
 * @param {Float32Array} screen [x, y, depth] of each row
 * @param {Uint8Array} allowed by row
 * @param {Pixel[]} polygon
 */
export function inside(screen, allowed, polygon) {
  const rows = [];
  for (let i = 0; i < allowed.length; i++) {
    if (!allowed[i]) continue;
    const x = screen[3 * i];
    const y = screen[3 * i + 1];
    let odd = false;
    for (let a = 0, b = polygon.length - 1; a < polygon.length; b = a++) {
      const [xa, ya] = polygon[a];
      const [xb, yb] = polygon[b];
      if (ya > y !== yb > y && x < ((xb - xa) * (y - ya)) / (yb - ya) + xa) odd = !odd;
    }
    if (odd) rows.push(i);
  }
  return rows;
}
