"""A figure to be exported: on white paper, and as a page of its own that works offline."""

from __future__ import annotations

import json
import re
from typing import Any

import plotly.graph_objects as go

WIDTH = 900  # pixels of a picture
_HEIGHT = 560  # where the figure has none
SCALE = 2  # a PNG has that many pixels to one of these
# Public functions of plotly.js alone; braces with a name in them are filled in by plotly's writer.
_BUTTONS = """
const chart = document.getElementById("{plot_id}");
const row = document.createElement("p");
for (const format of ["png", "svg"]) {
  const button = document.createElement("button");
  button.textContent = `Save as ${format.toUpperCase()}`;
  button.onclick = () => Plotly.downloadImage(chart, { ...OPTIONS, format });
  row.append(button, " ");
}
document.body.append(row);
"""


def on_paper(figure: go.Figure, title: str = "") -> go.Figure:
    """A copy with a white background and, if there is one, a title; the figure itself stays as it is."""
    paper = go.Figure(figure)
    paper.update_layout(paper_bgcolor="white", plot_bgcolor="white")
    if title:
        paper.update_layout(title={"text": title}, margin={"t": 60})
    return paper


def file_name(text: str) -> str:
    """Text as the beginning of a file's name: letters, digits, and `-`, `_`, `.`, `+` within."""
    return re.sub(r"[^\w.+-]+", "-", text, flags=re.ASCII).strip("-.")[:150] or "chart"


def height_of(figure: go.Figure) -> int:
    """Pixels of a picture of a figure."""
    return int(figure.layout.height or _HEIGHT)


def picture_options(name: str) -> dict[str, Any]:
    """What plotly.js needs to know to save a picture."""
    return {"format": "png", "filename": file_name(name), "scale": SCALE}


def to_html(figure: go.Figure, title: str = "") -> bytes:
    """A page with the figure and plotly.js (some 5 MB), and buttons that save it as PNG and SVG."""
    chosen = {**picture_options(title), "width": WIDTH, "height": height_of(figure)}
    page = on_paper(figure, title).to_html(
        include_plotlyjs=True,
        config={
            "displaylogo": False,
            "responsive": True,
            "toImageButtonOptions": picture_options(title),
        },
        post_script=_BUTTONS.replace("OPTIONS", json.dumps(chosen)),
    )
    return str(page).encode()
