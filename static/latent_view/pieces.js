// @ts-check
// What a view needs beyond its points, fetched once they are drawn.

const version = new URL(import.meta.url).search;
/** @type {typeof import("./data.js")} */
const { fetchArray, fetchPicture } = await import(`./data.js${version}`);

/** @param {import("./types.js").ArrayRef} ref */
const arrayOrNull = (ref) => fetchArray(ref).catch(() => null); // a card leaves out what can't be had

/**
 * Fetch all that cards and arrow keys show, and put it into the state.
 * @param {import("./state.js").State} state
 * @param {() => boolean} isCurrent whether the state is still the one that is drawn
 */
export async function loadRest(state, isCurrent) {
  const { pieces } = state;
  const isWanted = () => isCurrent() && state.pieces === pieces;
  for (const [name, field] of Object.entries(state.fields)) {
    const values = await arrayOrNull(field.values);
    if (values) state.loaded.set(name, values);
  }
  // the first card should not have to wait for its images
  if (pieces?.neighbours && isWanted()) state.neighbours = await arrayOrNull(pieces.neighbours);
  for (const sheet of pieces?.sprites?.parts.flat() ?? []) {
    if (!isWanted()) return;
    await Promise.all(sheet.map(fetchPicture)).catch(() => {}); // one after another: not all is urgent
  }
}
