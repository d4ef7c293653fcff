import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load } from "./helpers.mjs";

const { Choices, Shared } = await load("choices");

describe("thumbnails", () => {
  const after = (...nears) => {
    const choices = new Choices();
    nears.forEach((isNear) => choices.toggleThumbnails(isNear));
    return choices;
  };
  it("are off at first, and on where few points are in sight", () => {
    assert.deepEqual([false, true].map((isNear) => new Choices().hasThumbnails(isNear)), [false, true]);
  });
  it("switched on are on from far and near", () => {
    assert.deepEqual([false, true].map((isNear) => after(false).hasThumbnails(isNear)), [true, true]);
  });
  it("switched off from afar come back from near, as at first", () => {
    assert.equal(after(false, false).now.thumbnails, "near");
  });
  it("switched off from near stay off, until they are switched on", () => {
    assert.equal(after(true).hasThumbnails(true), false);
    assert.equal(after(true, true).hasThumbnails(true), true);
  });
});

describe("names", () => {
  const toggled = (groups) => {
    const choices = new Choices();
    choices.toggleNames(groups);
    return choices;
  };
  it("are on for up to twenty groups", () => {
    assert.deepEqual([0, 1, 20, 21].map((groups) => new Choices().hasNames(groups)), [false, true, true, false]);
  });
  it("of few groups can be switched off, of many on", () => {
    assert.equal(toggled(10).hasNames(10), false);
    assert.equal(toggled(50).hasNames(50), true);
  });
  it("switched twice are as at first", () => {
    const choices = toggled(50);
    choices.toggleNames(50);
    assert.equal(choices.now.names, "auto");
  });
});

describe("a value that the page and Python share", () => {
  it("is news where Python says something else than before", () => {
    const shared = new Shared();
    assert.deepEqual([-1, -1, 4, 4, -1].map((value) => shared.isNews(value)), [true, false, true, false, true]);
  });
  it("is none where Python repeats what the page said", () => {
    const shared = new Shared();
    shared.isNews(-1);
    shared.say(3);
    assert.equal(shared.isNews(3), false);
  });
  it("is none where Python repeats it late, when the page has said something else", () => {
    const shared = new Shared();
    shared.isNews(-1);
    [3, 7].forEach((value) => shared.say(value));
    assert.deepEqual([3, 7].map((value) => shared.isNews(value)), [false, false]);
  });
  it("is news again once Python has caught up", () => {
    const shared = new Shared();
    shared.isNews(-1);
    [3, 7].forEach((value) => shared.say(value));
    shared.isNews(7);
    assert.equal(shared.isNews(3), true);
  });
});
