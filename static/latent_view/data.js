// @ts-check
// What a view draws, fetched once per address for the whole page. Addresses hold a hash of the content.

/** @typedef {import("./types.js").Values} Values */
/** @typedef {{ width: number, grey: Uint8Array }} Picture one byte a pixel */

const ARRAYS = {
  float32: Float32Array, int32: Int32Array, int16: Int16Array, uint16: Uint16Array, uint8: Uint8Array,
};
const ARRAYS_KEPT = 200;
const AGAIN_AFTER = [200, 1000, 3000]; // milliseconds
const PICTURES_KEPT = 28; // 8 MB each: the sheets of 70,000 images and of two runs' reconstructions

// Streamlit may be served below a path, and serves this file at <that path>/app/static/latent_view/
const root = new URL("../../../", import.meta.url);

/**
 * The full address of a path that Python gave.
 * @param {string} path
 */
export const address = (path) => new URL(path.replace(/^\//, ""), root).href;

/**
 * Things that are loaded once by path; of more than `limit` the one unused longest goes.
 * @template T
 */
export class Kept {
  /** @param {number} limit */
  constructor(limit) {
    this.limit = limit;
    /** @type {Map<string, Promise<T>>} the one used last at the end */
    this.promises = new Map();
  }

  /**
   * What was loaded for a path, or is being loaded.
   * @param {string} path
   * @param {() => Promise<T>} load
   */
  get(path, load) {
    const { promises } = this;
    const promise = promises.get(path) ?? load();
    if (!promises.has(path)) promise.catch(() => promises.delete(path)); // the next time may go better
    promises.delete(path);
    promises.set(path, promise);
    if (promises.size > this.limit) promises.delete(/** @type {string} */ (promises.keys().next().value));
    return promise;
  }
}

/** @type {Kept<Values>} */
const arrays = new Kept(ARRAYS_KEPT);
/** @type {Kept<Picture>} */
const pictures = new Kept(PICTURES_KEPT);

/**
 * The answer for a path. While a page's script runs again the server may not have the file for a moment, and
 * a browser that may use what it kept would give that answer for ever: another try asks the server.
 * @param {string} path
 */
async function get(path) {
  let answer = await fetch(address(path), { cache: "force-cache" });
  for (const wait of AGAIN_AFTER) {
    if (answer.ok) return answer;
    await new Promise((resolve) => setTimeout(resolve, wait));
    answer = await fetch(address(path), { cache: "reload" });
  }
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

/**
 * The array behind a reference.
 * @param {import("./types.js").ArrayRef} ref
 * @returns {Promise<Values>}
 */
export function fetchArray(ref) {
  return arrays.get(ref.url, async () => new ARRAYS[ref.dtype](await (await get(ref.url)).arrayBuffer()));
}

/**
 * The picture at a path as one byte a pixel: a quarter of what the browser's own would take.
 * @param {string} path
 */
export function fetchPicture(path) {
  return pictures.get(path, async () => {
    const picture = await createImageBitmap(await (await get(path)).blob());
    const { width, height } = picture;
    const grey = new Uint8Array(width * height);
    const strip = Math.min(height, Math.max(1, Math.floor(2 ** 20 / width))); // 4 MB at a time
    const canvas = Object.assign(document.createElement("canvas"), { width, height: strip });
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    if (!pen) throw new Error("this browser has no canvas");
    for (let top = 0; top < height; top += strip) {
      pen.clearRect(0, 0, width, strip);
      pen.drawImage(picture, 0, -top);
      const { data } = pen.getImageData(0, 0, width, Math.min(strip, height - top));
      for (let from = 0, to = top * width; from < data.length; from += 4) grey[to++] = data[from];
    }
    picture.close();
    return { width, grey };
  });
}

/**
 * A build of plotly.js, loaded once per page.
 * @param {string} path
 * @returns {Promise<any>}
 */
export function loadPlotly(path) {
  const page = /** @type {any} */ (window);
  const builds = (page.latentViewPlotly ??= new Map());
  if (!builds.has(path)) {
    builds.set(path, new Promise((resolve, reject) => {
      const tag = document.createElement("script");
      tag.src = address(path);
      tag.onload = () => (page.Plotly ? resolve(page.Plotly) : reject(new Error("there is no Plotly")));
      tag.onerror = () => {
        builds.delete(path);
        reject(new Error("plotly.js did not load"));
      };
      document.head.append(tag);
    }));
  }
  return builds.get(path);
}
