// Where points are on the screen, in pixels from the plot's upper left corner. Picking and lasso use
// this, not plotly's own hover: it is exact in 2-D and 3-D alike, always gives the row of the data, and
// spares the GPU a second drawing of every point for every movement.

function product(a, b) { // 4 x 4, column-major
  const out = new Float64Array(16);
  for (let c = 0; c < 4; c++) {
    for (let r = 0; r < 4; r++) {
      for (let k = 0; k < 4; k++) out[4 * c + r] += a[4 * k + r] * b[4 * c + k];
    }
  }
  return out;
}

/** Screen positions [x, y, depth] of n points with m coordinates each; depth 0 in 2-D. */
export function toScreen(div, positions, n, m) {
  const out = new Float32Array(3 * n);
  const layout = div._fullLayout;
  if (m === 3) {
    const scene = layout.scene._scene;
    const camera = scene.glplot.cameraParams;
    const all = product(product(camera.projection, camera.view), camera.model);
    const [sx, sy, sz] = scene.dataScale;
    const box = scene.container.getBoundingClientRect();
    const own = div.getBoundingClientRect();
    const [left, top] = [box.left - own.left, box.top - own.top];
    for (let i = 0; i < n; i++) {
      const x = positions[3 * i] * sx;
      const y = positions[3 * i + 1] * sy;
      const z = positions[3 * i + 2] * sz;
      const w = all[3] * x + all[7] * y + all[11] * z + all[15];
      const u = (all[0] * x + all[4] * y + all[8] * z + all[12]) / w;
      const v = (all[1] * x + all[5] * y + all[9] * z + all[13]) / w;
      out[3 * i] = left + (0.5 + 0.5 * u) * box.width;
      out[3 * i + 1] = top + (0.5 - 0.5 * v) * box.height;
      out[3 * i + 2] = (all[2] * x + all[6] * y + all[10] * z + all[14]) / w;
    }
    return out;
  }
  const { xaxis, yaxis } = layout;
  for (let i = 0; i < n; i++) {
    out[3 * i] = xaxis._offset + xaxis.l2p(positions[2 * i]);
    out[3 * i + 1] = yaxis._offset + yaxis.l2p(positions[2 * i + 1]);
  }
  return out;
}

/** The row under the cursor, or -1: of those within `near` pixels the foremost, else the nearest. */
export function pick(screen, allowed, x, y, near = 4, far = 12) {
  let best = -1;
  let score = Infinity;
  for (let i = 0; i < allowed.length; i++) {
    if (!allowed[i]) continue;
    const dx = screen[3 * i] - x;
    const dy = screen[3 * i + 1] - y;
    const d2 = dx * dx + dy * dy;
    if (!(d2 <= far * far)) continue; // NaN too
    const s = d2 <= near * near ? screen[3 * i + 2] - 1e3 : d2;
    if (s < score) [best, score] = [i, s];
  }
  return best;
}

/** Rows whose screen position lies inside a polygon [[x, y], ...] (even-odd rule). */
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
