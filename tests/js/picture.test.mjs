import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load, viewData } from "./helpers.mjs";

const { picture, sizeOf } = await load("picture");
const { State } = await load("state");
const plane = (changes) => new State(viewData(2, { title: "MNIST · 2-D", ...changes }), Float32Array.of(0, 0, 1, 1), Int16Array.of(0, 7));

describe("picture: a view on paper", () => {
  it("has a title, a white background and axis names", () => {
    const { layout } = picture(plane(), { shells: false });
    assert.equal(layout.title.text, "MNIST · 2-D · coloured by digit");
    assert.deepEqual([layout.paper_bgcolor, layout.plot_bgcolor], ["white", "white"]);
    assert.deepEqual([layout.xaxis.title.text, layout.yaxis.title.text], ["z1", "z2"]);
  });
  it("has each class in its legend, in the colours of light pages", () => {
    const { data } = picture(plane(), { shells: false });
    assert.deepEqual(data.filter((t) => t.showlegend).map((t) => [t.name, t.marker.color]), [["0", "rgb(1,1,1)"], ["7", "rgb(2,2,2)"]]);
  });
  it("of a value has a colour bar", () => {
    const view = new State(viewData(1, { colour: "error" }), new Float32Array(2), Float32Array.of(1));
    assert.equal(picture(view, { shells: false }).data.filter((t) => t.marker?.showscale).length, 1);
  });
  it("shows what is seen", () => {
    assert.deepEqual(picture(plane(), { shells: false, ranges: [[1, 2], [3, 4]] }).layout.yaxis.range, [3, 4]);
    const space = new State(viewData(1, { axes: ["a", "b", "c"] }), new Float32Array(3), Int16Array.of(0));
    const camera = { eye: { x: 1, y: 2, z: 3 } };
    assert.equal(picture(space, { shells: false, camera }).layout.scene.camera, camera);
  });
  it("has room for title and legend beside a plot of the same size, so that thumbnails and names fit upon it", () => {
    const seen = { l: 61, r: 8, t: 9, b: 44 };
    const { margin, xaxis, yaxis } = picture(plane(), { shells: false, margin: seen }).layout;
    assert.deepEqual(margin, { l: 61, r: 178, t: 65, b: 44 });
    assert.deepEqual([xaxis.automargin, yaxis.automargin], [false, false]);
    assert.deepEqual(sizeOf({ width: 600, height: 400 }), { width: 770, height: 456 });
  });
});
