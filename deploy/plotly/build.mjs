// Builds static/vendor/plotly-points.min.js: plotly.js with the traces that the latent view draws, less than
// half of the whole, which a browser reads in half of the time. Needs Node; for another version of plotly:
//   npm install --save-dev plotly.js@VERSION && npm run build
// (VERSION is what `python -c "import plotly.offline as p; print(p.get_plotlyjs_version())"` prints.)

import { createRequire } from "node:module";
import { build } from "esbuild";

const require = createRequire(import.meta.url);
const { environmentPlugin } = require("esbuild-plugin-environment");
const { glsl } = require("esbuild-plugin-glsl");
const inlineCss = require("esbuild-plugin-inline-css");
const { version } = require("plotly.js/package.json");

const traces = ["scattergl", "scatter3d", "mesh3d"]; // scatter is in all builds
const contents = `
const Plotly = require("plotly.js/lib/core");
Plotly.register([${traces.map((name) => `require("plotly.js/lib/${name}")`).join(", ")}]);
module.exports = Plotly;`;

const banner = `/**
* plotly.js v${version} (${["scatter", ...traces].join(", ")})
* Copyright 2012-2026, Plotly, Inc.
* All rights reserved.
* Licensed under the MIT license
*/`;

// as plotly.js builds itself
await build({
  stdin: { contents, resolveDir: import.meta.dirname },
  outfile: "../../static/vendor/plotly-points.min.js",
  banner: { js: banner },
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "Plotly",
  target: "es2016",
  alias: { regl: "@plotly/regl", stream: "stream-browserify" },
  define: { global: "window", "define.amd": "false" },
  plugins: [inlineCss(), glsl({ minify: true }), environmentPlugin({ NODE_DEBUG: false })],
  logLevel: "info",
});
