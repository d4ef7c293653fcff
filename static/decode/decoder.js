// @ts-check
// A trained decoder in the browser: a latent becomes an image while the hand moves, with no way to the server.

/**
 * A layer as Python sends it (core/models/decoder_layers.py); `weight` and `bias` are places in one array.
 * @typedef {object} Layer
 * @property {"linear" | "transposed" | "silu" | "leaky"} kind
 * @property {number} inputs numbers, or channels
 * @property {number} outputs
 * @property {number} kernel side of a filter
 * @property {number} stride
 * @property {number} padding
 * @property {number} side of the images that come in
 * @property {number} slope of what is below zero
 * @property {number} weight where it begins
 * @property {number} bias
 */

/** @typedef {(values: Float32Array, layer: Layer, weights: Float32Array) => Float32Array} Step */

/** @type {Record<Layer["kind"], Step>} */
const STEPS = { linear, transposed, silu, leaky };

/**
 * The image of a latent, 0 to 1 a pixel, row by row.
 * @param {Layer[]} layers
 * @param {Float32Array} weights of all layers
 * @param {number} range what is white for the network
 * @param {ArrayLike<number>} latent
 */
export function decode(layers, weights, range, latent) {
  /** @type {Float32Array} */
  let values = Float32Array.from(latent);
  for (const layer of layers) values = STEPS[layer.kind](values, layer, weights);
  return values.map((v) => Math.min(Math.max(v / range, 0), 1));
}

/** @type {Step} */
function linear(values, { inputs, outputs, weight, bias }, weights) {
  const out = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    let sum = weights[bias + o];
    for (let i = 0, w = weight + o * inputs; i < inputs; i++) sum += weights[w + i] * values[i];
    out[o] = sum;
  }
  return out;
}

/**
 * Transposed convolution: each pixel that comes in adds a filter to what goes out.
 * @type {Step}
 */
function transposed(values, { inputs, outputs, kernel, stride, padding, side, weight, bias }, weights) {
  const wide = (side - 1) * stride - 2 * padding + kernel;
  const out = new Float32Array(outputs * wide * wide);
  for (let o = 0; o < outputs; o++) out.fill(weights[bias + o], o * wide * wide, (o + 1) * wide * wide);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++) {
      const filter = weight + (i * outputs + o) * kernel * kernel;
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          const value = values[(i * side + y) * side + x];
          for (let a = 0; a < kernel; a++) {
            const row = y * stride - padding + a;
            if (row < 0 || row >= wide) continue;
            for (let b = 0; b < kernel; b++) {
              const column = x * stride - padding + b;
              if (column < 0 || column >= wide) continue;
              out[(o * wide + row) * wide + column] += value * weights[filter + a * kernel + b];
            }
          }
        }
      }
    }
  }
  return out;
}

/** @type {Step} */
function silu(values) {
  return values.map((v) => v / (1 + Math.exp(-v)));
}

/** @type {Step} */
function leaky(values, { slope }) {
  return values.map((v) => (v < 0 ? slope * v : v));
}
