import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { errors, load } from "./helpers.mjs";

const { limits } = await load("legend");
const { rectangle } = await load("outline");
const { isForDarkPage } = await load("theme");

describe("limits: the values between two sliders", () => {
  it("are all, with both at their stops", () => assert.equal(limits(errors, 0, 2), null));
  it("are whatever lies between, in either order", () => {
    assert.deepEqual(limits(errors, 0.5, 1.5), [0.5, 1.5]);
    assert.deepEqual(limits(errors, 1.5, 0.5), [0.5, 1.5]);
  });
  it("have no end at a stop: values beyond the scale belong to it", () => {
    assert.deepEqual(limits(errors, 1, 2), [1, Infinity]);
    assert.deepEqual(limits(errors, 1, 1.999), [1, Infinity], "a slider may stop a little before");
    assert.deepEqual(limits(errors, 0, 1), [-Infinity, 1]);
  });
});

describe("rectangle: between two corners", () => {
  it("has four corners", () => assert.deepEqual(rectangle([0, 1], [2, 3]), [[0, 1], [2, 1], [2, 3], [0, 3]]));
});

describe("isForDarkPage: light text", () => {
  it("is", () => assert.ok(isForDarkPage("rgb(250, 250, 250)")));
  it("dark text is not", () => assert.ok(!isForDarkPage("rgb(49, 51, 63)")));
  it("nor is no colour", () => assert.ok(!isForDarkPage("")));
});
