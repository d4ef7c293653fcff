// Training, replayed: positions of a sample of the points between moments of the training.

const { fetchArray } = await import(`./data.js${new URL(import.meta.url).search}`);

const SECONDS = 8; // of the whole replay

/** Put the arrays in place of their references. */
export async function loadReplay(replay) {
  const names = ["levels", "low", "unit", "rows"];
  const arrays = await Promise.all(names.map((name) => fetchArray(replay[name])));
  names.forEach((name, i) => (replay[name] = arrays[i]));
}

/** Positions [m' * p] of the sample at a time from 0 to t - 1, linear between moments. */
export function at(replay, time, p) {
  const n = replay.rows.length;
  const first = Math.min(Math.floor(time), replay.t - 1);
  const second = Math.min(first + 1, replay.t - 1);
  const share = time - first;
  const value = (frame, i) =>
    replay.levels[(frame * n) * p + i] * replay.unit[frame * p + (i % p)] + replay.low[frame * p + (i % p)];
  const out = new Float32Array(n * p);
  for (let i = 0; i < out.length; i++) {
    const a = value(first, i);
    out[i] = share ? a + share * (value(second, i) - a) : a;
  }
  return out;
}

/** The strip below the plot: play, a slider, what moment it is, and the scores on their way. */
export function makeStrip(parent, replay, show) {
  const strip = document.createElement("div");
  strip.className = "lv-strip";
  strip.innerHTML = `
    <button type="button" class="lv-icon" title="Play the training" aria-label="Play the training">play_arrow</button>
    <input type="range" min="0" max="${replay.t - 1}" step="0.01" value="${replay.t - 1}" aria-label="Moment of the training">
    <output></output>
    <div class="lv-curves"></div>`;
  parent.append(strip);
  const [button, slider, output] = ["button", "input", "output"].map((tag) => strip.querySelector(tag));
  const cursors = drawCurves(strip.querySelector(".lv-curves"), replay);
  let playing = 0;
  const say = (time) => {
    slider.value = time;
    const moment = Math.round(time);
    const scores = Object.entries(replay.curves).map(([name, values]) =>
      `${name} ${values[moment] === null ? "…" : Number(values[moment].toPrecision(3))}`);
    output.textContent = `step ${replay.steps[moment].toLocaleString("en")} · ${scores.join(" · ")}`;
    for (const cursor of cursors) cursor.setAttribute("x", (100 * time) / (replay.t - 1) - 0.4);
  };
  const go = (time) => {
    say(time);
    return show(time);
  };
  const stop = () => {
    playing = 0;
    button.textContent = "play_arrow";
  };
  button.onclick = async () => {
    if (playing) return stop();
    const token = (playing = performance.now());
    button.textContent = "pause";
    const from = Number(slider.value) >= replay.t - 1 ? 0 : Number(slider.value);
    const perMoment = (1000 * SECONDS) / replay.t;
    for (;;) {
      const time = Math.min(from + (performance.now() - token) / perMoment, replay.t - 1);
      await go(time);
      if (playing !== token || time >= replay.t - 1 || !strip.isConnected) break;
      await new Promise(requestAnimationFrame);
    }
    if (playing === token) stop();
    return undefined;
  };
  slider.oninput = () => {
    stop();
    go(Number(slider.value));
  };
  // new points are the end of the training: with the slider elsewhere, draw its moment once more
  const again = () => Number(slider.value) < replay.t - 1 && go(Number(slider.value));
  say(replay.t - 1);
  return { strip, stop, again };
}

function drawCurves(parent, replay) {
  return Object.entries(replay.curves).map(([name, values]) => {
    const known = values.filter((v) => v !== null);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const points = values
      .map((v, i) => (v === null ? "" : `${(100 * i) / (values.length - 1)},${28 - (26 * (v - low)) / (high - low || 1)}`))
      .join(" ");
    const figure = document.createElement("figure");
    figure.innerHTML = `<svg viewBox="0 0 100 30" preserveAspectRatio="none" role="img"><polyline points="${points}"/><rect y="0" width="0.8" height="30"/></svg><figcaption></figcaption>`;
    figure.querySelector("svg").setAttribute("aria-label", `${name} over the training`);
    figure.querySelector("figcaption").textContent = name;
    parent.append(figure);
    return figure.querySelector("rect");
  });
}
