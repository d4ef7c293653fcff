"""The looks that all figures share: colours, marker sizes, the template.

A class has the same colour in every figure. Backgrounds are transparent and text and grid a middle
grey, so that a figure can be read on a light and on a dark page without knowing which it is on. The
latent view in the browser gets its values from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

# Found by numerical search: any two of these and the grey differ by at least 25 in CIELAB, also as
# seen without red or green cones (Machado et al. 2009), and all stand out from white (contrast 2)
# and from Streamlit's dark page (2.1).
CLASS_COLOURS = (
    "rgb(24,21,243)",  # blue
    "rgb(224,129,64)",  # orange
    "rgb(238,171,5)",  # gold
    "rgb(111,105,254)",  # periwinkle
    "rgb(132,47,68)",  # wine
    "rgb(113,74,8)",  # brown
    "rgb(156,193,140)",  # sage
    "rgb(125,6,167)",  # purple
    "rgb(210,153,239)",  # lilac
    "rgb(154,41,128)",  # magenta
)
NOISE_COLOUR = "rgb(140,140,140)"
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


def class_colour(label: int) -> str:
    """The colour of a class or cluster: ten, then the same ten again; grey for noise (negative)."""
    return NOISE_COLOUR if label < 0 else CLASS_COLOURS[label % len(CLASS_COLOURS)]


def class_name(label: int, names: Sequence[str] = ()) -> str:
    """A class's name, its number where it has none, `noise` for a negative one."""
    if label < 0:
        return "noise"
    return names[label] if label < len(names) else str(label)


def classes_in(labels: Any) -> list[int]:
    """The different classes (n,) in the order of legends: ascending, noise last."""
    return sorted({int(c) for c in labels}, key=lambda c: (c < 0, c))


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
