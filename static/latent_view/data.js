// What a view draws, fetched once per address for the whole page. Addresses hold a hash of the content.

const ARRAYS = {
  float32: Float32Array, int32: Int32Array, int16: Int16Array, uint16: Uint16Array, uint8: Uint8Array,
};
const ARRAYS_KEPT = 200;
const PICTURES_KEPT = 28; // 8 MB each: the sheets of 70,000 images and of two runs' reconstructions
const arrays = new Map(); // address -> Promise of a typed array, the one used last at the end
const pictures = new Map(); // address -> Promise of {width, grey}, likewise

// Streamlit may be served below a path; its own script tells where.
const script = document.querySelector('script[src*="static/js/"]');
const root = script ? script.src.split("static/js/")[0] : `${location.origin}/`;
export const address = (path) => new URL(path.replace(/^\//, ""), root).href;

async function bytes(path) {
  const answer = await fetch(address(path), { cache: "force-cache" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

/** What was loaded for a path, or is being loaded; of more than `limit` the one unused longest goes. */
function once(kept, limit, path, load) {
  const promise = kept.get(path) ?? load();
  if (!kept.has(path)) promise.catch(() => kept.delete(path)); // the next time may go better
  kept.delete(path);
  kept.set(path, promise);
  if (kept.size > limit) kept.delete(kept.keys().next().value);
  return promise;
}

/** The typed array behind a reference {url, dtype}. */
export function fetchArray(ref) {
  return once(arrays, ARRAYS_KEPT, ref.url, async () => {
    const buffer = await (await bytes(ref.url)).arrayBuffer();
    return new ARRAYS[ref.dtype](buffer);
  });
}

/** The picture at a path as one byte a pixel: a quarter of what the browser's own would take. */
export function fetchPicture(path) {
  return once(pictures, PICTURES_KEPT, path, async () => {
    const picture = await createImageBitmap(await (await bytes(path)).blob());
    const { width, height } = picture;
    const grey = new Uint8Array(width * height);
    const strip = Math.min(height, Math.max(1, Math.floor(2 ** 20 / width))); // 4 MB at a time
    const canvas = Object.assign(document.createElement("canvas"), { width, height: strip });
    const pen = canvas.getContext("2d", { willReadFrequently: true });
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

/** plotly.js, loaded once per page. */
export function loadPlotly(path) {
  window.latentViewPlotly ??= new Promise((resolve, reject) => {
    const tag = document.createElement("script");
    tag.src = address(path);
    tag.onload = () => (window.Plotly ? resolve(window.Plotly) : reject(new Error("no Plotly")));
    tag.onerror = () => {
      window.latentViewPlotly = undefined;
      reject(new Error("plotly.js did not load"));
    };
    document.head.append(tag);
  });
  return window.latentViewPlotly;
}
