// @ts-check
// The empty elements of a view. `view.css` says how they stand: side by side, or one below the other.

const version = new URL(import.meta.url).search;
/** @type {[typeof import("./dom.js"), typeof import("./keys.js")]} */
const [{ make }, { HELP }] =
  /** @type {any} */ (await Promise.all(["dom", "keys"].map((name) => import(`./${name}.js${version}`))));

let views = 0; // for names that are on a page once

/** The root of a view. */
export function skeleton() {
  const help = `lv-help-${++views}`;
  return make("div", { className: "lv", innerHTML: `
    <div class="lv-frame">
      <div class="lv-main">
        <div class="lv-stage" tabindex="0" role="application" aria-describedby="${help}">
          <div class="lv-plot"></div>
          <canvas class="lv-over" aria-hidden="true"></canvas>
          <svg class="lv-guest" hidden><path class="lv-threads"/><path class="lv-diamond"/></svg>
          <svg class="lv-lasso" hidden><polygon/></svg>
        </div>
        <div class="lv-status">
          <p class="lv-message" role="status">Loading the view …</p>
          <button type="button" class="lv-whole" hidden></button>
        </div>
        <div class="lv-below"></div>
      </div>
      <div class="lv-side">
        <div class="lv-tools" role="toolbar" aria-label="View"></div>
        <div class="lv-legend" role="group" aria-label="Legend"></div>
        <section class="lv-card" aria-label="Image"></section>
      </div>
      <p id="${help}" hidden>${HELP}</p>
    </div>` });
}
