"""The looks that all figures share: colours, marker sizes, the template.

A class has the same colour in every figure, in two shades: one for light pages and paper, one for dark
pages. Figures are made in the light ones; `for_dark_page` gives them the others. Backgrounds are
transparent and text and grid a middle grey, readable on both. The latent view in the browser gets its
values from here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go


class Shades(NamedTuple):
    """A colour as it is on a light page and on a dark one."""

    light: str
    dark: str


# Found by numerical search: any two of a palette and its grey differ by at least 20 in CIELAB, also as
# seen without red or green cones (Machado et al. 2009), and have a contrast of 3 or more to their page.
# Digits that lie beside each other in most latent spaces (4, 7 and 9) have hues far apart.
CLASS_COLOURS = (
    "rgb(0,168,105)",  # green
    "rgb(11,102,170)",  # steel blue
    "rgb(107,20,88)",  # plum
    "rgb(3,62,17)",  # dark green
    "rgb(17,65,217)",  # blue
    "rgb(222,89,245)",  # pink
    "rgb(111,89,10)",  # brown
    "rgb(214,127,0)",  # orange
    "rgb(255,44,72)",  # red
    "rgb(30,162,182)",  # teal
)
DARK_CLASS_COLOURS = (  # the same hues
    "rgb(1,255,124)",
    "rgb(15,173,253)",
    "rgb(184,146,197)",
    "rgb(200,234,179)",
    "rgb(27,98,255)",
    "rgb(208,4,188)",
    "rgb(166,103,10)",
    "rgb(255,198,0)",
    "rgb(229,5,79)",
    "rgb(10,252,255)",
)
NOISE_COLOUR, DARK_NOISE_COLOUR = "rgb(118,118,118)", "rgb(140,140,140)"
SPARE_COLOURS = (  # of clusters that stand for no digit, when all ten colours are in use
    Shades("rgb(60,60,60)", "rgb(215,215,215)"),
    Shades("rgb(150,150,150)", "rgb(110,110,110)"),
    Shades("rgb(90,90,90)", "rgb(180,180,180)"),
)
RIGHT_SHADES = Shades("rgb(190,190,190)", "rgb(85,85,85)")  # quiet: mistakes are looked for
MISTAKE_SHADES = Shades("rgb(200,20,20)", "rgb(255,110,90)")
GREY, _GRID = "rgb(122,122,122)", "rgba(128,128,128,0.25)"
# Explicit scales: readable without colour vision, and none of their ends is a page's background.
DIVERGING = [[0.0, "rgb(202,80,0)"], [0.5, "rgb(165,165,165)"], [1.0, "rgb(20,110,220)"]]
SEQUENTIAL = [[0.0, "rgb(70,60,150)"], [0.5, "rgb(225,80,110)"], [1.0, "rgb(245,190,60)"]]

# Pixels across a marker, up to so many points; in space, where points overlap more, a part of it.
MARKER_SIZES = ((300, 8.0), (3_000, 6.0), (20_000, 4.5))
LEAST_MARKER_SIZE = 3.0
MARKER_SHARE_IN_SPACE = 0.62

_AXIS = {"gridcolor": _GRID, "zerolinecolor": _GRID, "linecolor": _GRID, "automargin": True}
_SCENE_AXIS = {"gridcolor": _GRID, "zerolinecolor": _GRID, "showbackground": False}
# Our own and not plotly's default: that one is 7 kB in every figure, and importing streamlit
# changes which one it is.
TEMPLATE = go.layout.Template(
    layout={
        "font": {"color": GREY},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "scene": {f"{a}axis": _SCENE_AXIS for a in "xyz"},
        "margin": {"l": 8, "r": 8, "t": 24, "b": 8},
        "hovermode": "closest",
    }
)


def class_shades(label: int) -> Shades:
    """The colours of a class: ten, then the same ten again; grey for noise (negative)."""
    if label < 0:
        return Shades(NOISE_COLOUR, DARK_NOISE_COLOUR)
    place = label % len(CLASS_COLOURS)
    return Shades(CLASS_COLOURS[place], DARK_CLASS_COLOURS[place])


def class_colour(label: int) -> str:
    """The colour of a class on a light page."""
    return class_shades(label).light


def for_dark_page(figure: go.Figure) -> go.Figure:
    """The same figure with the colours of classes and clusters that stand out from a dark page."""
    return go.Figure(_darkened(figure.to_plotly_json()))


def _darkened(value: Any) -> Any:
    """What a figure holds with the shades of dark pages in place of those of light ones."""
    if isinstance(value, str):
        return _RGB.sub(lambda match: match[1] + _DARK.get(match[2], match[2]), value)
    if isinstance(value, dict):
        return {name: _darkened(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_darkened(part) for part in value]
    return value


_RGB = re.compile(r"(rgba?\()(\d+,\d+,\d+)")
_DARK = {  # "r,g,b" of rgb() and rgba()
    shades.light[4:-1]: shades.dark[4:-1]
    for shades in (*map(class_shades, range(-1, len(CLASS_COLOURS))), *SPARE_COLOURS)
}


def class_name(label: int, names: Sequence[str] = ()) -> str:
    """A class's name, its number where it has none, `noise` for a negative one."""
    if label < 0:
        return "noise"
    return names[label] if label < len(names) else str(label)


def classes_in(labels: Any) -> list[int]:
    """The different classes (n,) in the order of legends: ascending, noise last."""
    return sorted(np.unique(labels).astype(int).tolist(), key=lambda c: (c < 0, c))


def marker_size(points: int, dimensions: int) -> float:
    """Pixels across the marker of one of so many points, in 1 to 3 dimensions."""
    size = next((size for most, size in MARKER_SIZES if points <= most), LEAST_MARKER_SIZE)
    return size * (MARKER_SHARE_IN_SPACE if dimensions == 3 else 1.0)


def empty_figure(height: int, **layout: Any) -> go.Figure:
    """A figure in the style of all of them, with nothing in it; height in pixels."""
    return go.Figure(layout={"template": TEMPLATE, "height": height, **layout})


def add_sentence(figure: go.Figure, text: str, y: float = 0.5) -> go.Figure:
    """A sentence on the paper of a figure, 0 at its bottom and 1 at its top."""
    return figure.add_annotation(
        text=text, xref="paper", yref="paper", x=0.5, y=y, showarrow=False, yanchor="bottom"
    )
