// @ts-check
// The shapes of what Python sends (pages/parts/latent_view/payload.py) and of what travels between the files
// here. Types alone: nothing imports this file while the app runs.

/** @typedef {Float32Array | Int32Array | Int16Array | Uint16Array | Uint8Array} Values one number a row */
/** @typedef {[low: number, high: number]} Range */
/** @typedef {[x: number, y: number]} Pixel from the upper left corner of the plot */

/**
 * Where an array is found, and how it is to be read.
 * @typedef {object} ArrayRef
 * @property {string} url its name holds a hash of the content
 * @property {"float32" | "int32" | "int16" | "uint16" | "uint8"} dtype
 */

/**
 * A class as legend and plot show it.
 * @typedef {object} ClassOfPoints
 * @property {number} id its value
 * @property {string} name
 * @property {[light: string, dark: string]} shades its colour on light and on dark pages
 * @property {boolean} quiet its points are drawn below all others
 */

/**
 * Something known of every point: a class (with its colours) or a number (with a colour scale).
 * @typedef {object} Field
 * @property {string} label for people
 * @property {"class" | "value"} kind
 * @property {ArrayRef} values one a row
 * @property {ClassOfPoints[]} classes empty for a number
 * @property {number} low end of the colour scale
 * @property {number} high end of the colour scale
 * @property {[share: number, colour: string][]} scale colours from 0 (low) to 1 (high)
 */

/** @typedef {{ name: string, start: number }} Part a split among the images ("point": none), and its first row */

/**
 * A training to be played.
 * @typedef {object} ReplayData
 * @property {ArrayRef} positions float32 (t * rows * m)
 * @property {ArrayRef} rows which points move, ascending
 * @property {number[]} steps optimizer steps done at each of the t snapshots
 * @property {Record<string, (number | null)[]>} curves scores at each snapshot; null where undefined
 * @property {number} images how many move
 * @property {number} size diameter of a marker in pixels while it plays
 */

/**
 * A point beside the view's own, marked large.
 * @typedef {object} Guest
 * @property {number[]} place (m)
 * @property {number[][]} joined (k * m) places that lines go to
 * @property {string} name for people
 */

/**
 * What a view shows.
 * @typedef {object} ViewData
 * @property {"view"} kind
 * @property {string} key its place on the page
 * @property {number} n points
 * @property {string[]} axes names of the m axes, 2 or 3
 * @property {string} camera while this text stays, camera and zoom stay
 * @property {ArrayRef | null} points float32 (n * m); null: there are none, and `message` says so
 * @property {string} message
 * @property {Record<string, Field>} fields
 * @property {string} colour name of the field that colours
 * @property {Part[]} parts in order
 * @property {string} images names the images; while it stays, so do pin and selection
 * @property {string} latents names their latents (the Run); while it stays, so do pictures and neighbours
 * @property {string} alt one sentence for who can't see it
 * @property {string} title stands above a saved picture
 * @property {string} file name of that picture, without ending
 * @property {string} note a sentence on the points; empty: none
 * @property {Guest | null} guest
 * @property {boolean} equal one unit is as long on every axis
 * @property {boolean} heights the second axis is random height, without meaning
 * @property {number} size diameter of a marker in pixels
 * @property {string} link views of one page with the same text show each other's points
 * @property {string} plotly address of plotly.js
 * @property {ReplayData | null} replay
 * @property {import("./choices.js").Chosen | null} chosen what is drawn over the points; null: Python doesn't keep it
 * @property {number | null} pinned row, -1: none; null: Python doesn't keep it
 */

/**
 * The pictures of the images: for each part, for each sheet, the path of the images and, where there are any,
 * of their reconstructions.
 * @typedef {object} Sprites
 * @property {number} size side of an image in pixels
 * @property {number} columns images in a row of a sheet
 * @property {number} per_sheet images on a sheet
 * @property {string[][][]} parts
 */

/**
 * What follows a view, once it is ready.
 * @typedef {object} PiecesData
 * @property {"pieces"} kind
 * @property {string} view key of the view
 * @property {string} latents as `ViewData.latents`
 * @property {Sprites | null} sprites
 * @property {ArrayRef | null} neighbours (n * k) rows of the nearest others, nearest first
 * @property {Record<string, Field>} fields more of them, for the card
 * @property {Record<string, { id: number, row: number, size: number }[]>} medoids of the groups of a field:
 *   which group, its most central point, and how many points it has
 */

/**
 * Python wants to hear when views are drawn.
 * @typedef {object} AskedData
 * @property {"asked"} kind
 * @property {string[]} views their keys
 * @property {string} about what the answer repeats
 */

/**
 * What a page's style gives a plot.
 * @typedef {object} Theme
 * @property {boolean} isDark
 * @property {string} text
 * @property {string} background
 * @property {string} faint
 * @property {string} accent
 * @property {string} grid
 * @property {string} font
 */

/** @typedef {{ theme: Theme, shells: boolean, contours: boolean }} Look */

export {};
