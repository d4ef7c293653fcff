// Decodes latents that come as JSON on standard input; tests/models/test_decoder_layers.py compares with torch.

import { decode } from "../../static/decode/decoder.js";

let text = "";
for await (const piece of process.stdin) text += piece;
const images = JSON.parse(text).map(({ layers, weights, range, latents }) => {
  const numbers = Float32Array.from(weights);
  return latents.map((latent) => Array.from(decode(layers, numbers, range, latent)));
});
console.log(JSON.stringify(images));
