"""A dozen points in the plane, and what a score counts among them."""

from __future__ import annotations

from collections.abc import Iterable

import plotly.graph_objects as go

from core.figures.style import GREY, MISTAKE_SHADES, class_shades, empty_figure
from core.latents.arrays import IntArray
from core.metrics.situations import (
    HIGH,
    LOW,
    Examined,
    disputed_pairs,
    nearest_points,
    own_and_next,
    wrong_points,
)

HEIGHT = 440
_SYMBOLS = ("circle", "square", "diamond", "cross", "x", "star")
_OWN, _NEXT = "rgb(31,138,86)", "rgb(202,80,0)"


def score_picture(seen: Examined, point: int, score: str) -> go.Figure:
    """Points in the colour of their label and the shape of their cluster, and what a score counts.

    Args:
        seen: the points.
        point: number of the one that is looked at, ringed.
        score: key of `METRICS`, one of `core.metrics.situations.SHOWN`.
    """
    figure = empty_figure(HEIGHT, legend={"orientation": "h", "y": -0.05, "yanchor": "top"})
    if score.startswith("silhouette"):
        own, other = own_and_next(seen, point, by_label=score.endswith("labels"))
        _lines(figure, seen, point, own, _OWN, "a: to its own group")
        _lines(figure, seen, point, other, _NEXT, "b: to the next group", dash="dot")
    elif score == "knn_accuracy":
        _lines(figure, seen, point, nearest_points(seen, point), _OWN, "asked neighbours")
    elif score == "ari":
        _lines(figure, seen, point, disputed_pairs(seen, point), _NEXT, "pairs in dispute", "dot")
    _points(figure, seen)
    _ring(figure, seen, [point], GREY, "the point", 24)
    if score in ("acc", "nmi"):
        _ring(figure, seen, wrong_points(seen).tolist(), MISTAKE_SHADES.light, "wrong", 20)
    axis = {"range": [LOW - 0.4, HIGH + 0.4], "showticklabels": False, "zeroline": False,
            "showgrid": False, "constrain": "domain"}  # fmt: skip
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis, scaleanchor="x", scaleratio=1)
    return figure


def _lines(
    figure: go.Figure, seen: Examined, point: int, others: IntArray, colour: str, name: str,
    dash: str = "solid",
) -> None:  # fmt: skip
    x, y = seen.points[point].tolist()
    xs: list[float | None] = []
    ys: list[float | None] = []
    for i in others.tolist():
        xs += [x, float(seen.points[i, 0]), None]
        ys += [y, float(seen.points[i, 1]), None]
    figure.add_scatter(x=xs, y=ys, mode="lines", name=name, hoverinfo="skip",
                       line={"color": colour, "width": 1.5, "dash": dash})  # fmt: skip


def _points(figure: go.Figure, seen: Examined) -> None:
    clusters = seen.clustering.labels.tolist()
    for label in sorted(set(seen.labels.tolist())):
        rows = [i for i, own in enumerate(seen.labels.tolist()) if own == label]
        figure.add_scatter(
            x=seen.points[rows, 0],
            y=seen.points[rows, 1],
            mode="markers+text",
            name=f"label {'ABC'[label]}",
            text=[str(i + 1) for i in rows],
            textposition=[_outwards(seen, i) for i in rows],
            marker={
                "color": class_shades(label).light,
                "size": 12,
                "symbol": [_SYMBOLS[clusters[i] % len(_SYMBOLS)] for i in rows],
            },
            hovertext=[f"point {i + 1}, cluster {clusters[i] + 1}" for i in rows],
            hoverinfo="text",
        )


def _outwards(seen: Examined, row: int) -> str:
    """Where a point's number is in nobody's way: on the side away from its cluster's middle."""
    clusters = seen.clustering.labels
    x, y = seen.points[row] - seen.points[clusters == clusters[row]].mean(axis=0)
    return f"{'top' if y >= 0 else 'bottom'} {'right' if x >= 0 else 'left'}"


def _ring(
    figure: go.Figure, seen: Examined, rows: Iterable[int], colour: str, name: str, size: int
) -> None:
    chosen = list(rows)
    figure.add_scatter(
        x=seen.points[chosen, 0], y=seen.points[chosen, 1], mode="markers", name=name,
        hoverinfo="skip",
        marker={"symbol": "circle-open", "size": size, "color": colour, "line": {"width": 2}},
    )  # fmt: skip
