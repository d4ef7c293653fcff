// @ts-check
// Linked views of a page show each other's points.

/** @typedef {import("./controller.js").Controller} Controller */
/** @typedef {{ row: number, pinned?: number }} Pointed the row that is hovered and, where it changed, pinned */

const NAME = "latent-view";

/** @type {(from: Controller, pointed: Pointed) => void} */
export function broadcast(from, pointed) {
  const link = from.state?.data.link;
  if (link) document.dispatchEvent(new CustomEvent(NAME, { detail: { ...pointed, from, link } }));
}

/**
 * Follow what linked views point at, until the signal.
 * @param {Controller} view
 * @param {AbortSignal} signal
 */
export function follow(view, signal) {
  /** @param {any} event */
  const hear = ({ detail: { from, link, row, pinned } }) => {
    const { state } = view;
    if (from === view || !state?.data.link || link !== state.data.link) return;
    if (pinned !== undefined) state.pinned = pinned < state.n ? pinned : -1;
    view.mark(row < state.n ? row : -1);
  };
  document.addEventListener(NAME, hear, { signal });
}
