// @ts-check
// Short forms of what is long in a browser.

/**
 * An element with properties and attributes.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Partial<HTMLElementTagNameMap[T]>} [properties]
 * @param {Record<string, string>} [attributes]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, properties = {}, attributes = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** Whether the visitor asked for no movement but what he makes himself. */
export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * The first element below another that fits a selector.
 * @param {Element} root
 * @param {string} selector
 * @returns {any} whatever kind of element the caller knows it to be
 * @throws {Error} when there is none
 */
export function find(root, selector) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`there is no ${selector}`);
  return found;
}
