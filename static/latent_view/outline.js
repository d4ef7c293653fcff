// @ts-check
// Drawing around points, freely or as a rectangle, in the plane and in space alike.

/** @typedef {import("./types.js").Pixel} Pixel */

/**
 * A rectangle between two corners.
 * @param {Pixel} a
 * @param {Pixel} c
 * @returns {Pixel[]}
 */
export const rectangle = ([x0, y0], [x1, y1]) => [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];

export class Outline {
  /** @param {SVGSVGElement} svg with a polygon */
  constructor(svg) {
    this.svg = svg;
    /** @type {Pixel[] | null} corners, while one is drawn */
    this.corners = null;
    this.isBox = false;
  }

  get isOpen() {
    return this.corners !== null;
  }

  /**
   * @param {Pixel} at
   * @param {boolean} isBox
   */
  start(at, isBox) {
    this.corners = [at];
    this.isBox = isBox;
    this.svg.removeAttribute("hidden");
  }

  /** @param {Pixel} at */
  extend(at) {
    if (!this.corners) return;
    if (this.isBox) this.corners = rectangle(this.corners[0], at);
    else this.corners.push(at);
    this.svg.firstElementChild?.setAttribute("points", this.corners.join(" "));
  }

  /** @returns {Pixel[]} the corners */
  end() {
    const { corners } = this;
    this.corners = null;
    this.svg.setAttribute("hidden", "");
    this.svg.firstElementChild?.setAttribute("points", "");
    return corners ?? [];
  }
}
