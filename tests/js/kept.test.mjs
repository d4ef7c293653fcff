import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load, viewData } from "./helpers.mjs";

const { Choices } = await load("choices");
const { Kept } = await load("kept");
const { State } = await load("state");
const chosen = { thumbnails: "near", names: "auto", contours: false };

/** A view without a page, a state of n points with what Python says, and what Python hears. */
function kept(changes = {}, n = 9) {
  const view = { choices: new Choices(), card: { show() {}, hide() {} }, state: null };
  const state = () => new State(viewData(n, { chosen, pinned: -1, ...changes }), new Float32Array(2 * n), new Int16Array(n), view.state);
  const one = Object.assign(new Kept(view), { heard: [] });
  one.answer = (name, value) => one.heard.push([name, value]);
  view.state = state();
  one.takeOver(view.state);
  /** Python says something else. */
  const say = (other) => {
    Object.assign(changes, other);
    view.state = state();
    one.takeOver(view.state);
    return view.state;
  };
  return { one, view, say };
}

describe("what Python keeps", () => {
  it("is taken over at first: a pin and what lies over the points", () => {
    const { view } = kept({ pinned: 4, chosen: { ...chosen, names: "off" } });
    assert.deepEqual([view.state.pinned, view.choices.now.names], [4, "off"]);
  });
  it("is taken over when it changes, as by a click elsewhere on the page", () => {
    const { say } = kept();
    assert.deepEqual([say({ pinned: 3 }).pinned, say({ pinned: -1 }).pinned], [3, -1]);
  });
  it("does not undo a newer click by repeating an older one", () => {
    const { one, view, say } = kept();
    for (const row of [3, 7]) {
      view.state.pinned = row;
      one.report(view.state, "pinned", [row]);
    }
    assert.deepEqual([say({ pinned: 3 }).pinned, say({ pinned: 7 }).pinned], [7, 7]);
  });
  it("of other images is no pin of these, and the same row of them is one", () => {
    const { say } = kept({ pinned: 4 });
    assert.equal(say({ images: "others", pinned: 4 }).pinned, 4);
    assert.equal(say({ images: "third", pinned: -1 }).pinned, -1);
  });
  it("that there is not is no pin", () => assert.equal(kept({ pinned: 99 }).view.state.pinned, -1));
  it("where it keeps nothing, the view goes on alone", () => {
    const { view, one } = kept({ chosen: null, pinned: null });
    view.choices.toggleContours();
    one.reportChoices();
    assert.deepEqual(one.heard, []);
    assert.equal(view.choices.now.contours, true);
  });
});

describe("what Python hears", () => {
  it("is never equal to an answer before: another view may have said something else meanwhile", () => {
    const { one, view } = kept();
    for (let i = 0; i < 3; i++) one.report(view.state, "pinned", null);
    one.reportChoices();
    one.reportChoices();
    assert.equal(new Set(one.heard.map((answer) => JSON.stringify(answer))).size, 5);
    assert.deepEqual([one.heard[0][1].images, one.heard[0][1].rows], ["mnist", null]);
  });
  it("of a selection is its rows and images, or nothing", () => {
    const { one, view } = kept();
    one.report(view.state, "selected", [1, 2]);
    one.report(view.state, "selected", null);
    assert.deepEqual(one.heard, [["selected", { images: "mnist", rows: [1, 2] }], ["selected", null]]);
  });
});
