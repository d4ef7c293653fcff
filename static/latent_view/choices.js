// @ts-check
// What a visitor chose to see over the points: thumbnails, names, contours. Python may keep it in the address.

/**
 * @typedef {object} Chosen
 * @property {"near" | "on" | "off"} thumbnails images at the points; near: as soon as few points are in sight
 * @property {"auto" | "on" | "off"} names of the groups at their medoids; auto: where there are few groups
 * @property {boolean} contours lines of equal density, in the plane
 */

/** @type {Chosen} */
const FIRST = { thumbnails: "near", names: "auto", contours: false };
const FEW_GROUPS = 20;

export class Choices {
  /** @type {Chosen} */
  now = { ...FIRST };

  /**
   * Whether names are shown.
   * @param {number} groups that have a name
   */
  hasNames(groups) {
    return groups > 0 && (this.now.names === "on" || (this.now.names === "auto" && groups <= FEW_GROUPS));
  }

  /**
   * Whether thumbnails are shown.
   * @param {boolean} isNear so few points are in sight that they show by themselves
   */
  hasThumbnails(isNear) {
    return this.now.thumbnails === "on" || (this.now.thumbnails === "near" && isNear);
  }

  /** @param {boolean} isNear */
  toggleThumbnails(isNear) {
    const goesOn = !this.hasThumbnails(isNear);
    // switched off from afar they come back with the next look from near; switched off there, they stay off
    this.now.thumbnails = goesOn ? "on" : isNear ? "off" : "near";
  }

  /** @param {number} groups */
  toggleNames(groups) {
    const goesOn = !this.hasNames(groups);
    this.now.names = goesOn === (groups <= FEW_GROUPS) ? "auto" : goesOn ? "on" : "off";
  }

  toggleContours() {
    this.now.contours = !this.now.contours;
  }
}

/**
 * A value that the page and Python both change. Python answers late: an answer to what the page has changed
 * since is no news.
 */
export class Shared {
  /** @type {string | undefined} what Python said last */
  heard = undefined;
  /** @type {string[]} what the page said that Python has not repeated yet */
  said = [];

  /** @param {unknown} value that the page tells Python */
  say(value) {
    this.said.push(JSON.stringify(value));
  }

  /**
   * Whether a value that Python sends is one that the page has to take over.
   * @param {unknown} value
   */
  isNews(value) {
    const text = JSON.stringify(value);
    if (text === this.heard) return false;
    this.heard = text;
    const place = this.said.lastIndexOf(text);
    this.said = place < 0 ? [] : this.said.slice(place + 1);
    return place < 0;
  }
}
