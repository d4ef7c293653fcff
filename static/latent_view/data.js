// What a view draws, fetched once per address for the whole page. Addresses hold a hash of the content.

const ARRAYS = {
  float32: Float32Array, int32: Int32Array, int16: Int16Array, uint16: Uint16Array, uint8: Uint8Array,
};
const arrays = new Map(); // address -> Promise of a typed array
const pictures = new Map(); // address -> Promise of an ImageBitmap

// Streamlit may be served below a path; its own script tells where.
const script = document.querySelector('script[src*="static/js/"]');
const root = script ? script.src.split("static/js/")[0] : `${location.origin}/`;
export const address = (path) => new URL(path.replace(/^\//, ""), root).href;

async function bytes(path) {
  const answer = await fetch(address(path), { cache: "force-cache" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

function once(kept, path, load) {
  if (!kept.has(path)) {
    const promise = load();
    promise.catch(() => kept.delete(path)); // the next time may go better
    kept.set(path, promise);
  }
  return kept.get(path);
}

/** The typed array behind a reference {url, dtype}. */
export function fetchArray(ref) {
  return once(arrays, ref.url, async () => {
    const buffer = await (await bytes(ref.url)).arrayBuffer();
    return new ARRAYS[ref.dtype](buffer);
  });
}

/** The decoded picture at a path. */
export function fetchPicture(path) {
  return once(pictures, path, async () => createImageBitmap(await (await bytes(path)).blob()));
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
