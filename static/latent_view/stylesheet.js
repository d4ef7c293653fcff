// @ts-check
// Nothing is drawn before its style is there; if that can't be had, what is drawn is plain, and works.

/**
 * Have a stylesheet in the page, once.
 * @param {string} name of the file beside the module that asks
 * @param {string} module its address, `import.meta.url`; its version is the stylesheet's
 */
export async function styled(name, module) {
  const href = new URL(`${name}${new URL(module).search}`, module).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  document.head.append(style);
  await new Promise((done) => (style.onload = style.onerror = done));
}
