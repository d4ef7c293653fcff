// @ts-check
// Where an image lies on a sheet.

/**
 * The style of an element that shows one image of a sheet.
 * @param {string} url of the sheet
 * @param {number} columns images in a row of it
 * @param {number} place of the image on it, row by row
 * @param {number} side pixels of the element
 */
export const background = (url, columns, place, side) => ({
  backgroundImage: `url("${url}")`,
  backgroundSize: `${columns * side}px auto`,
  backgroundPosition: `${-(place % columns) * side}px ${-Math.floor(place / columns) * side}px`,
});
