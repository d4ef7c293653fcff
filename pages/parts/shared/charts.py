"""A chart, and the ways to save it: PNG and SVG by the browser's plotly.js, HTML by the server.

The browser draws the pictures, so a server needs no browser of its own for it. What is saved is the
figure on white paper, whatever the page's theme.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.figures import html
from core.figures.style import for_dark_page
from pages.parts.latent_view.serving import module_import, plotly_js
from pages.parts.shared.sentences import fragment

_HTML = """
<div role="group" aria-label="Save as a picture">
  <button data-format="png">PNG</button>
  <button data-format="svg">SVG</button>
</div>
<p role="status"></p>"""
_CSS = """
div { display: flex; gap: 0.5rem; width: 100%; font-size: 0.875rem; }
button {
  flex: 1; padding: 0.5rem 0.75rem; font: inherit; color: inherit; background: none; cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
}
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); }
p { margin: 0; opacity: 0.75; }"""


def chart(figure: go.Figure, key: str, name: str, **arguments: Any) -> Any:
    """`st.plotly_chart` with a way to save it below.

    Args:
        figure: what to draw.
        key: its place on the page.
        name: title of the saved chart and, as far as it can be, name of its file.
        arguments: of `st.plotly_chart`.

    Returns:
        What `st.plotly_chart` gives.
    """
    drawn = st.plotly_chart(on_this_page(figure), key=key, config=config(name), **arguments)
    save(figure, key, name)
    return drawn


def on_this_page(figure: go.Figure) -> go.Figure:
    """The figure in the colours of the page's theme; light ones where the browser has not said which."""
    return for_dark_page(figure) if st.context.theme.type == "dark" else figure


def config(name: str) -> dict[str, Any]:
    """`config` of `st.plotly_chart`: the camera in the chart's corner saves a PNG of that name."""
    return {"displaylogo": False, "toImageButtonOptions": html.picture_options(name)}


@fragment()
def save(figure: go.Figure, key: str, name: str) -> None:
    """A small button that opens the ways to save a chart; nothing is made or sent before.

    They open in the page and float over nothing: what floats can end below a low screen's edge.
    """
    is_open = f"{key}_save_open"
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.button(
        "Save chart", icon=":material/download:", type="tertiary", key=f"{key}_save",
        on_click=_toggle, args=(is_open,),
    )  # fmt: skip
    if not st.session_state.get(is_open):
        return
    with row.container(width=200):
        _component()(key=f"{key}_pictures", data=_picture(figure, name))
    row.download_button(
        "HTML, works offline",
        lambda: html.to_html(figure, name),
        f"{html.file_name(name)}.html",
        "text/html",
        key=f"{key}_html",
        on_click="ignore",
    )


def _toggle(key: str) -> None:
    st.session_state[key] = not st.session_state.get(key)


def _picture(figure: go.Figure, name: str) -> dict[str, Any]:
    return {
        "figure": html.on_paper(figure, name).to_json(),
        "options": html.picture_options(name),
        "width": html.WIDTH,
        "height": html.height_of(figure),
        "plotly": plotly_js(),
    }


@cache
def _script() -> str:
    return f"""
export default function ({{ data, parentElement }}) {{
  const say = parentElement.querySelector("p");
  for (const button of parentElement.querySelectorAll("button")) button.onclick = async () => {{
    say.textContent = "";
    try {{
      const {{ loadPlotly }} = await {module_import()};
      const plotly = await loadPlotly(data.plotly);
      const {{ format }} = button.dataset;
      const {{ filename, scale }} = data.options;
      const figure = JSON.parse(data.figure);
      const size = {{ width: data.width, height: data.height }};
      Object.assign(figure.layout, size);
      const asked = {{ format, ...size, scale: format === "png" ? scale : 1 }};
      const href = await plotly.toImage(figure, asked);
      const download = `${{filename}}.${{format}}`;
      Object.assign(document.createElement("a"), {{ href, download }}).click();
    }} catch (error) {{
      say.textContent = "The picture can't be drawn by this browser.";
    }}
  }};
}}"""


def _component() -> Any:
    return st.components.v2.component("save_chart", html=_HTML, css=_CSS, js=_script())
