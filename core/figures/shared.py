"""What figures of results share: names and ticks, colours of groups, ids of rows, cited values.

`customdata` of a point begins with the ids of the rows that it stands for, joined by spaces: who selects
points can say which Runs these are. Cited values are drawn as open diamonds or dotted lines, in grey.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from core.figures.style import GREY, class_colour
from core.metrics.catalogue import METRICS
from core.setting.setting import FIELDS

MAX_GROUPS = 30  # of more a figure would be longer than anybody scrolls
MAX_NAMED = 12  # of more groups the legend would be larger than the chart: hovering names them
FEW_POINTS = 1_500  # of more points the browser's graphics card draws faster
LEGEND = {"orientation": "h", "yref": "container", "yanchor": "bottom", "y": 0, "x": 0,
          "itemsizing": "constant"}  # fmt: skip
_ROW = 30  # pixels of a group, at least
_LABEL, _LABEL_LETTERS = 15, 24  # pixels of a line of a label beside a point, and its letters
_LETTER = 7  # pixels of a letter of it
_TICK_LINES, _TICK_LETTERS = 4, 26
_TICK_LETTER = 5.2  # pixels of a letter at an axis, about; what is wider makes its own room
_Floats = npt.NDArray[np.floating[Any]]
_SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "star")


# --------------------------------------------------------------------------------------- names
def column_label(name: str) -> str:
    """A column's name for people; a score says which way is better."""
    if name in METRICS:
        return f"{METRICS[name].label} {'↑' if METRICS[name].better == 'higher' else '↓'}"
    if name in FIELDS:
        return FIELDS[name].label
    return name.replace(".", " ").replace("_", " ")


def number_format(metric: str) -> str:
    """How a score is written, as d3 and Python write it."""
    return ".4g" if metric == "reconstruction_mse" else ".3f"


def clipped(text: str, length: int = 44) -> str:
    """The beginning of a text that is longer than so many letters."""
    return text if len(text) <= length else text[: length - 1] + "…"


def wrapped(names: Sequence[str]) -> list[str]:
    """Names as texts of an axis: few lines, narrow enough for a telephone."""
    found = []
    for name in names:
        lines = textwrap.wrap(name, _TICK_LETTERS) or [""]
        more = "…" if len(lines) > _TICK_LINES else ""
        found.append("<br>".join(lines[:_TICK_LINES]) + more)
    return found


def height_of_rows(names: Sequence[str], least: int = 3) -> int:
    """Pixels of a figure with a row for each name, at least so many, and room for its lines."""
    lines = max((text.count("<br>") + 1 for text in wrapped(names)), default=1)
    return 110 + max(_ROW, 14 * lines + 4) * max(len(names), least)


def name_rows(figure: go.Figure, names: Sequence[str], edge: float = 0.4) -> None:
    """Put names at rows 0, 1, ... of the y axis, the first on top; `edge` is the room below the last.

    Room for them, a title and a legend below is left at once: plotly draws a figure again, which takes
    as long as the first time, when it finds that its margins must grow.
    """
    texts = wrapped(names)
    longest = max((len(line) for text in texts for line in text.split("<br>")), default=0)
    figure.update_layout(margin={"l": 16 + _TICK_LETTER * longest, "b": 88})
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=texts,
        tickfont={"size": 11},
        range=[len(names) - edge, edge - 1],
        showgrid=False,
        zeroline=False,
    )


# ---------------------------------------------------------------------------------------- marks
def group_marker(number: int) -> dict[str, str]:
    """Colour and symbol of a group; sixty differ."""
    return {
        "color": class_colour(number),
        "symbol": _SYMBOLS[number // 10 % len(_SYMBOLS)],
    }


def other_marker() -> dict[str, str]:
    """Colour and symbol of groups that are there for comparison and not named."""
    return {"color": GREY, "symbol": "circle"}


def label_ends(
    figure: go.Figure,
    ends: Sequence[tuple[float, float, str, str]],
    span: float,
    height: int,
    at: float | None = None,
) -> None:
    """Names beside points, in their colours, none over another, with room for them at the right.

    Args:
        figure: to draw them in.
        ends: x, y, name and colour.
        span: of the y axis, in its units.
        height: of the figure in pixels.
        at: x of the names, with a thin line to each point; None: beside the points.
    """
    texts = ["<br>".join(textwrap.wrap(name, _LABEL_LETTERS)[:2]) for _, _, name, _ in ends]
    lines = max((text.count("<br>") + 1 for text in texts), default=1)
    longest = max((len(line) for text in texts for line in text.split("<br>")), default=0)
    figure.update_layout(margin={"r": 12 + _LETTER * longest})
    gap = span * _LABEL * lines / max(height - 90, 1)
    places = apart([y for _, y, _, _ in ends], gap)
    for (x, end, _, colour), text, y in zip(ends, texts, places, strict=True):
        look = {"text": text, "xanchor": "left", "align": "left",
                "font": {"size": 12, "color": colour}}  # fmt: skip
        figure.add_annotation(x=x if at is None else at, y=y, showarrow=False, xshift=8, **look)
        if at is not None:
            line = {"color": colour, "width": 1}
            figure.add_shape(type="line", x0=x, y0=end, x1=at, y1=y, line=line, opacity=0.5)


def apart(values: Sequence[float], gap: float) -> list[float]:
    """Values moved as little as it takes until any two are at least so far apart, in their order."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    placed: list[list[int]] = []  # neighbours that were pushed together
    middles: list[float] = []

    def half(some: list[int]) -> float:
        return gap * (len(some) - 1) / 2

    for i in order:
        placed.append([i])
        middles.append(values[i])
        while len(placed) > 1 and (
            middles[-1] - half(placed[-1]) < middles[-2] + half(placed[-2]) + gap
        ):
            last = placed.pop()
            middles.pop()
            placed[-1] += last
            middles[-1] = sum(values[j] for j in placed[-1]) / len(placed[-1])
    found = list(values)
    for some, middle in zip(placed, middles, strict=True):
        for k, i in enumerate(some):
            found[i] = middle - half(some) + gap * k
    return found


def scatter_type(points: int) -> Any:
    """The trace to draw so many points with."""
    return go.Scatter if points <= FEW_POINTS else go.Scattergl


def interval_bars(
    mean: Iterable[float | None],
    low: Iterable[float | None],
    high: Iterable[float | None],
    colour: str,
) -> dict[str, Any]:
    """`error_x` of means with the ends of their intervals; NaN or None where there is none."""
    middle, first, last = (np.array(list(ends), np.float64) for ends in (mean, low, high))
    return {
        "type": "data",
        "symmetric": False,
        "array": (last - middle).astype(np.float32),
        "arrayminus": (middle - first).astype(np.float32),
        "color": colour,
        "thickness": 2,
        "width": 5,
    }


def band(x: npt.NDArray[Any], low: _Floats, high: _Floats, colour: str) -> go.Scatter:
    """From low (n,) to high (n,), in a colour that lets lines through."""
    return go.Scatter(
        x=np.concatenate([x, x[::-1]]),
        y=np.concatenate([high, low[::-1]]),
        fill="toself",
        fillcolor=colour.replace("rgb(", "rgba(").replace(")", ",0.16)"),
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
    )


# ------------------------------------------------------------------------------- ids and citations
def ids_and_seeds(rows: pd.DataFrame) -> npt.NDArray[Any]:
    """`customdata` (n, 2) of points that stand for one row each."""
    return rows[["id", "seed"]].to_numpy(dtype=object)


def joined_ids(ids: pd.Series) -> str:
    """The ids of a point that stands for several rows."""
    return " ".join(ids)


def known_cited(cited: pd.DataFrame | None, *columns: str) -> pd.DataFrame:
    """Cited rows that have all of these values."""
    if cited is None or not set(columns) <= set(cited):
        return pd.DataFrame({"label": [], **{name: [] for name in columns}})
    return cited.dropna(subset=list(columns))


def cited_markers(x: Iterable[Any], y: Iterable[Any], labels: Iterable[Any]) -> go.Scatter:
    """Cited values as open diamonds."""
    return go.Scatter(
        x=list(x),
        y=list(y),
        text=list(labels),
        mode="markers",
        name="cited, not measured here",
        marker={"color": GREY, "symbol": "diamond-open", "size": 10, "line": {"width": 2}},
        hovertemplate="%{text}, cited<br>%{x:.3f}<extra></extra>",
    )
