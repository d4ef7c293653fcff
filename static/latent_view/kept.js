// @ts-check
// What of a visitor's choices Python hears of and may keep, in the address above all; and what it then says.

const version = new URL(import.meta.url).search;
/** @type {typeof import("./choices.js")} */
const { Shared } = await import(`./choices.js${version}`);

/** @typedef {import("./controller.js").Controller} Controller */
/** @typedef {import("./state.js").State} State */

export class Kept {
  chosen = new Shared();
  pinned = new Shared();
  images = "";
  stamp = 0;
  /** @type {(name: string, value: unknown) => void} Python hears of it */
  answer = () => {};

  /** @param {Controller} view */
  constructor(view) {
    this.view = view;
  }

  /** @param {State} state what Python says of it holds, where that is news */
  takeOver(state) {
    const { view } = this;
    const { chosen, images, pinned } = state.data;
    if (chosen && this.chosen.isNews(chosen)) view.choices.now = { ...chosen };
    if (images !== this.images) this.pinned = new Shared(); // the same row is another image now
    this.images = images;
    if (pinned === null || !this.pinned.isNews(pinned)) return;
    state.pinned = pinned < state.n ? pinned : -1;
    state.trail = [];
    if (state.onCard < 0) view.card.hide();
    else view.card.show(state, state.onCard);
  }

  /**
   * Python gets rows, and of which images they are: a row means nothing among others.
   * @param {State} state
   * @param {"pinned" | "selected"} name
   * @param {number[] | null} rows
   */
  report(state, name, rows) {
    if (name === "selected") return this.answer(name, rows && { images: state.data.images, rows });
    this.pinned.say(rows?.[0] ?? -1);
    this.answer(name, { images: state.data.images, rows, at: this.now() });
  }

  /**
   * A time that no answer had before: Streamlit passes on what differs from this view's last answer, but
   * another view may have said something else meanwhile.
   */
  now() {
    return (this.stamp = Math.max(Date.now(), this.stamp + 1));
  }

  /** What is drawn over the points has changed. */
  reportChoices() {
    this.chosen.say(this.view.choices.now);
    if (this.view.state?.data.chosen) this.answer("chosen", { ...this.view.choices.now, at: this.now() });
  }
}
