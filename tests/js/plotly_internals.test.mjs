import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load } from "./helpers.mjs";

const { axes, lens, stopCamera } = await load("plotly_internals");
const box = (left, top, width, height) => ({ getBoundingClientRect: () => ({ left, top, width, height }) });
const matrix = new Float32Array(16);
const scene = () => ({
  glplot: { cameraParams: { projection: matrix, view: matrix, model: matrix } }, dataScale: [1, 2, 3], container: box(15, 25, 100, 50),
});
const plot = (own) => ({ ...box(10, 20, 120, 60), _fullLayout: { scene: { _scene: own } } });

describe("a plotly.js that has what the view needs", () => {
  it("says how space comes to the screen", () => {
    assert.deepEqual(lens(plot(scene())), {
      matrices: [matrix, matrix, matrix], scale: [1, 2, 3], box: { left: 5, top: 5, width: 100, height: 50 },
    });
  });
  it("says how the plane comes to the screen", () => {
    const axis = { _offset: 10, l2p: (v) => 2 * v };
    const { x, y } = axes({ _fullLayout: { xaxis: axis, yaxis: axis } });
    assert.deepEqual([x(3), y(4)], [16, 18]);
  });
  it("stops its camera", () => {
    const stopped = [];
    stopCamera(plot({ camera: { view: { lastT: () => 42, idle: (t) => stopped.push(t) } } }));
    assert.deepEqual(stopped, [42]);
  });
});

describe("a plotly.js that lacks something", () => {
  it("before the first drawing has no place for a point", () => {
    assert.deepEqual([lens({}), axes({}), stopCamera({})], [null, null, undefined]);
  });
  for (const name of ["glplot", "dataScale", "container"]) {
    it(`without ${name} has no place for a point in space`, () => assert.equal(lens(plot({ ...scene(), [name]: undefined })), null));
  }
  it("without l2p has no place for a point in the plane", () => {
    assert.equal(axes({ _fullLayout: { xaxis: { _offset: 1 }, yaxis: { _offset: 1 } } }), null);
  });
  it("without its camera is left alone", () => assert.equal(stopCamera(plot({ camera: { view: {} } })), undefined));
});
