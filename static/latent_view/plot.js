// Traces and layout of a view. Plotly draws; it knows nothing of hovering, selecting and images.

const FADED = 0.07;
const EYE = { x: 0.95, y: 0.95, z: 0.62 };

export const markerSize = (n, m) =>
  (n <= 300 ? 8 : n <= 3000 ? 6 : n <= 20000 ? 4.5 : 3) * (m === 3 ? 0.62 : 1);

/** Lowest and highest of each coordinate over all arrays of positions, with some air. */
export function extent(sets, m) {
  const ranges = [];
  for (let axis = 0; axis < m; axis++) {
    let low = Infinity;
    let high = -Infinity;
    for (const positions of sets) {
      for (let i = axis; i < positions.length; i += m) {
        if (positions[i] < low) low = positions[i];
        if (positions[i] > high) high = positions[i];
      }
    }
    if (!(low <= high)) [low, high] = [-1, 1];
    const air = 0.04 * (high - low) || 1;
    ranges.push([low - air, high + air]);
  }
  return ranges;
}

/** Where a view begins. In the plane a few far points must not make the rest a dot: they are left
 * outside, and the view says how many. In space, where plotly cuts at the frame, all are inside. */
export function firstFrame(positions, m) {
  const all = extent([positions], m);
  if (m === 3) return all;
  return all.map(([low, high], axis) => {
    const sorted = positions.filter((v, i) => i % m === axis && Number.isFinite(v)).sort();
    if (sorted.length < 200) return [low, high];
    const a = sorted[Math.floor(0.005 * sorted.length)];
    const b = sorted[Math.ceil(0.995 * sorted.length) - 1];
    const air = 0.1 * (b - a);
    return b - a < 0.6 * (high - low) ? [a - air, b + air] : [low, high];
  });
}

/** How many points of the plane lie outside a frame. */
export function outside(positions, [x, y]) {
  let count = 0;
  for (let i = 0; i < positions.length; i += 2) {
    const [u, v] = [positions[i], positions[i + 1]];
    if (u < x[0] || u > x[1] || v < y[0] || v > y[1]) count++;
  }
  return count;
}

function colours(field, values, rows) {
  const picked = Float32Array.from(rows, (row) => values[row]);
  if (field.kind === "value") {
    return { color: picked, cmin: field.low, cmax: field.high, colorscale: field.scale };
  }
  const k = field.classes.length;
  const place = new Map(field.classes.map((c, i) => [c.id, i]));
  // one flat step per class: numbers travel to the GPU faster than ten thousand colour names
  const scale = field.classes.flatMap((c, i) => [[i / k, c.colour], [(i + 1) / k, c.colour]]);
  return {
    color: picked.map((id) => place.get(id) ?? 0), cmin: -0.5, cmax: k - 0.5, colorscale: scale,
  };
}

function cloud(view, rows, opacity) {
  const { m, positions } = view;
  const column = (axis) => Float32Array.from(rows, (row) => positions[m * row + axis]);
  return {
    type: m === 3 ? "scatter3d" : "scattergl",
    mode: "markers",
    hoverinfo: "skip",
    showlegend: false,
    x: column(0),
    y: column(1),
    ...(m === 3 ? { z: column(2) } : {}),
    opacity,
    marker: {
      size: markerSize(view.drawn, m),
      line: { width: 0 },
      showscale: false,
      ...colours(view.field, view.values, rows),
    },
  };
}

function ring(view, row, colour, size) {
  const { m, positions } = view;
  const at = (axis) => (row < 0 ? [] : [positions[m * row + axis]]);
  return {
    type: m === 3 ? "scatter3d" : "scattergl",
    mode: "markers",
    hoverinfo: "skip",
    showlegend: false,
    x: at(0),
    y: at(1),
    ...(m === 3 ? { z: at(2) } : {}),
    marker: { symbol: "circle-open", size, color: colour, line: { width: 2.5, color: colour } },
  };
}

/** Convex hull (indices) of points in the plane: Andrew's monotone chain. */
function chain(points) {
  const order = points.map((_, i) => i).sort((a, b) => points[a][0] - points[b][0] || points[a][1] - points[b][1]);
  const turn = (a, b, c) =>
    (points[b][0] - points[a][0]) * (points[c][1] - points[a][1]) -
    (points[b][1] - points[a][1]) * (points[c][0] - points[a][0]);
  const half = (rows) => {
    const out = [];
    for (const row of rows) {
      while (out.length > 1 && turn(out.at(-2), out.at(-1), row) <= 0) out.pop();
      out.push(row);
    }
    return out.slice(0, -1);
  };
  return [...half(order), ...half([...order].reverse())];
}

/** A shell about the central nine tenths of each class: one outlier must not make a hull. */
function shells(view) {
  const { m, positions } = view;
  if (view.field.kind !== "class") return [];
  return view.field.classes.flatMap((c) => {
    const rows = view.focus.filter((row) => view.values[row] === c.id);
    if (rows.length < 8) return [];
    const middle = Array.from({ length: m }, (_, axis) => {
      const sorted = rows.map((row) => positions[m * row + axis]).sort((a, b) => a - b);
      return sorted[sorted.length >> 1];
    });
    const far = (row) => middle.reduce((s, v, axis) => s + (positions[m * row + axis] - v) ** 2, 0);
    const core = rows.sort((a, b) => far(a) - far(b)).slice(0, Math.ceil(0.9 * rows.length));
    const points = core.map((row) => Array.from(positions.subarray(m * row, m * row + m)));
    if (m === 3) {
      const [x, y, z] = [0, 1, 2].map((axis) => points.map((p) => p[axis]));
      return [{ type: "mesh3d", x, y, z, alphahull: 0, opacity: 0.1, color: c.colour, hoverinfo: "skip" }];
    }
    const hull = chain(points);
    hull.push(hull[0]);
    return [{
      type: "scatter", mode: "lines", hoverinfo: "skip", showlegend: false, fill: "toself", opacity: 0.25,
      x: hull.map((i) => points[i][0]), y: hull.map((i) => points[i][1]), line: { color: c.colour, width: 1 },
    }];
  });
}

export function traces(view) {
  const size = 2.2 * markerSize(view.drawn, view.m) + 6;
  return [
    cloud(view, view.rest, FADED),
    cloud(view, view.focus, 1),
    ring(view, view.marked, view.theme.text, size),
    ring(view, view.pinned, view.theme.accent, size + 3),
    ...(view.hulls ? shells(view) : []),
  ];
}

export function layout(view) {
  const { data, theme, ranges } = view;
  const axis = (i) => ({
    title: { text: data.axes[i], font: { size: 13, color: theme.text } },
    range: ranges[i],
    color: theme.faint,
    gridcolor: theme.grid,
    zeroline: false,
    tickfont: { size: 10 },
  });
  const common = {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, color: theme.text },
    hovermode: false,
    showlegend: false,
    // as long as this text stays, camera and zoom stay
    uirevision: data.place,
    autosize: true,
  };
  if (view.m === 3) {
    const side = (i) => ({ ...axis(i), showbackground: false, showspikes: false, linecolor: theme.grid, nticks: 6 });
    return {
      ...common,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      scene: {
        xaxis: side(0), yaxis: side(1), zaxis: side(2),
        aspectmode: data.equal ? "data" : "cube",
        dragmode: "turntable",
        hovermode: false,
        // the very camera that is there: another one that is as good would be computed anew
        camera: view.div.layout?.scene?.camera ?? { eye: EYE, center: { x: 0, y: 0, z: -0.08 } },
        uirevision: data.place,
      },
    };
  }
  return {
    ...common,
    margin: { l: 48, r: 8, t: 8, b: 40 },
    dragmode: "pan",
    xaxis: axis(0),
    yaxis: { ...axis(1), ...(data.equal ? { scaleanchor: "x", scaleratio: 1 } : {}), ...(data.plain ? { showticklabels: false, showgrid: false } : {}) },
  };
}

export const CONFIG = { displayModeBar: false, scrollZoom: true, responsive: false, doubleClick: "reset" };
export const HOME = { "scene.camera": { eye: EYE, center: { x: 0, y: 0, z: -0.08 }, up: { x: 0, y: 0, z: 1 } } };

/**
 * Stop the camera where the pointer let go. plotly has written it down by then, but lets it glide on until
 * the next frame: a slow frame is a long way, and the next drawing would jump back from there.
 */
export function hold(view) {
  const camera = view.div._fullLayout?.scene?._scene?.camera?.view;
  camera?.idle(camera.lastT()); // the same place, at rest
}
