import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { load } from "./helpers.mjs";

const { Kept, address, fetchArray } = await load("data");
const realFetch = globalThis.fetch;

describe("address: a path that Python gave", () => {
  const root = new URL("../../", import.meta.url).href; // as Streamlit serves static/ below app/
  it("is found from where this file is served, whatever Streamlit is served below", () => {
    const served = new URL("../", root).href;
    assert.equal(address("media/a.bin"), `${served}media/a.bin`);
    assert.equal(address("/media/a.bin"), `${served}media/a.bin`);
  });
});

describe("fetchArray", () => {
  beforeEach(() => mock.method(globalThis, "setTimeout", queueMicrotask)); // nobody waits here
  afterEach(() => {
    mock.restoreAll();
    globalThis.fetch = realFetch;
  });
  const answer = (ok, bytes = new Uint8Array()) => async () => ({ ok, status: 404, arrayBuffer: async () => bytes.buffer });
  it("reads the bytes by their dtype, and fetches once", async () => {
    let asked = 0;
    const give = answer(true, new Uint8Array(Float32Array.of(1.5, -2).buffer));
    globalThis.fetch = (...args) => (asked++, give(...args));
    const ref = { url: "media/twice", dtype: "float32" };
    assert.deepEqual(await fetchArray(ref), Float32Array.of(1.5, -2));
    assert.equal(await fetchArray(ref), await fetchArray(ref));
    assert.equal(asked, 1);
  });
  it("asks the server again, past what the browser kept, for what is not there for a moment", async () => {
    const caches = [];
    globalThis.fetch = (_, { cache }) => answer(caches.push(cache) > 2, Uint8Array.of(3))();
    assert.deepEqual(await fetchArray({ url: "media/soon", dtype: "uint8" }), Uint8Array.of(3));
    assert.deepEqual(caches, ["force-cache", "reload", "reload"]);
  });
  it("says what is missing, and asks again the next time", async () => {
    globalThis.fetch = answer(false);
    const ref = { url: "media/later", dtype: "uint8" };
    await assert.rejects(fetchArray(ref), /media\/later: 404/);
    globalThis.fetch = answer(true, Uint8Array.of(7));
    assert.deepEqual(await fetchArray(ref), Uint8Array.of(7));
  });
});

describe("Kept: what was loaded", () => {
  it("forgets what was unused longest", async () => {
    const kept = new Kept(2);
    const loads = [];
    const get = (path) => kept.get(path, async () => (loads.push(path), path));
    for (const path of ["a", "b", "a", "c", "a", "b"]) assert.equal(await get(path), path);
    assert.deepEqual(loads, ["a", "b", "c", "b"]);
  });
});
