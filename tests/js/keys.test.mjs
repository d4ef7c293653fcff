import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load } from "./helpers.mjs";

const { HELP, meaning } = await load("keys");
const { firstCamera, moved, narrowed, nearer, turned } = await load("camera");
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);
const length = ({ x, y, z }) => Math.hypot(x, y, z);

describe("meaning: what a key does", () => {
  it("arrows walk from neighbour to neighbour and back", () => {
    assert.deepEqual(["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"].map((key) => meaning({ key }).does), ["walk", "walk", "back", "back"]);
  });
  it("arrows with Shift turn", () => {
    assert.deepEqual(meaning({ key: "ArrowLeft", shiftKey: true }), { does: "turn", right: -1, up: 0 });
    assert.deepEqual(meaning({ key: "ArrowUp", shiftKey: true }), { does: "turn", right: 0, up: 1 });
  });
  it("plus and minus zoom, with or without Shift", () => {
    assert.ok(["+", "="].every((key) => meaning({ key }).factor > 1));
    assert.ok(["-", "_", "−"].every((key) => meaning({ key }).factor < 1));
    near(meaning({ key: "+", shiftKey: true }).factor * meaning({ key: "-" }).factor, 1);
  });
  it("0 and Home reset, Enter keeps, Escape leaves", () => {
    assert.deepEqual(["0", "Home", "Enter", "Escape"].map((key) => meaning({ key }).does), ["reset", "reset", "keep", "leave"]);
  });
  it("I, N and C show images, names and contours, with or without Shift", () => {
    assert.deepEqual(["i", "N", "c"].map((key) => meaning({ key }).does), ["thumbnails", "names", "contours"]);
    assert.equal(meaning({ key: "c", ctrlKey: true }), null); // copies
  });
  it("none for other keys, and for those of the browser", () => {
    assert.deepEqual([{ key: "a" }, { key: "Tab" }, { key: "+", ctrlKey: true }, { key: "0", metaKey: true }].map(meaning), [null, null, null, null]);
  });
  it("the help names each", () => {
    assert.ok(["Arrow keys", "Enter", "Escape", "Shift", "+ and −", "0", "I:", "N:", "C:"].every((key) => HELP.includes(key)));
  });
});

describe("the camera", () => {
  it("turned by a quarter stands a quarter further, at the same height and distance", () => {
    const { eye } = turned({ ...firstCamera(), eye: { x: 2, y: 0, z: 1 } }, Math.PI / 2);
    [near(eye.x, 0), near(eye.y, 2), near(eye.z, 1)];
  });
  it("led up goes up, and never over the pole", () => {
    const first = firstCamera();
    assert.ok(turned(first, 0, 0.2).eye.z > first.eye.z);
    const steep = turned(first, 0, 9).eye;
    near(length(steep), length(first.eye));
    assert.ok(Math.hypot(steep.x, steep.y) > 0.05 && turned(first, 0, -9).eye.z < 0);
  });
  it("stands further away where the plot is narrow, so that the axes' names are seen", () => {
    near(length(firstCamera(0.7).eye), 2 * length(firstCamera().eye));
    near(length(firstCamera(3).eye), length(firstCamera().eye));
  });
  it("nearer by two is at half the distance", () => near(length(nearer(firstCamera(), 2).eye), length(firstCamera().eye) / 2));
  it("of a plane moves and narrows its ranges", () => {
    assert.deepEqual(moved([0, 10], 0.1), [1, 11]);
    assert.deepEqual(narrowed([0, 10], 2), [2.5, 7.5]);
  });
});
