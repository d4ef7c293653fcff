"""A button that copies the address of what is shown."""

from __future__ import annotations

import streamlit as st

_HTML = '<button type="button">Copy link</button><span role="status"></span>'
_CSS = """
:host, div { display: inline; }
button {
  font: inherit; font-size: 0.875rem; color: inherit; background: none; cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
  padding: 0.15rem 0.5rem; white-space: nowrap;
}
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); }
span { position: absolute; left: -999rem; }"""
_SCRIPT = """
export default function ({ parentElement }) {
  const button = parentElement.querySelector("button");
  const status = parentElement.querySelector("span");
  const say = (text) => {
    status.textContent = button.textContent = text;
    setTimeout(() => { button.textContent = "Copy link"; }, 2000);
  };
  button.onclick = () => {
    // without https a browser has no clipboard for pages: then the address bar has the link
    const copied = navigator.clipboard?.writeText(location.href) ?? Promise.reject();
    copied.then(() => say("Copied"), () => say("See the address bar"));
  };
}"""


def copy_link() -> None:
    """Draw it."""
    st.components.v2.component("copy_link", html=_HTML, css=_CSS, js=_SCRIPT)(
        key="copy_link", width="content", height="content"
    )
