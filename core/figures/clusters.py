"""Figures of what a Run's scores rest on: silhouettes, classes in clusters, how many clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.cluster_looks import Look
from core.figures.style import (
    CLASS_COLOURS,
    GREY,
    TEMPLATE,
    add_sentence,
    class_name,
    class_shades,
    classes_in,
    empty_figure,
)

FloatArray = npt.NDArray[np.floating[Any]]
IntArray = npt.NDArray[np.integer[Any]]

HEIGHT = 420
K_HEIGHT = 380
MAX_QUANTILES = 400
_SHARES = [[0.0, "rgb(239,243,255)"], [0.5, "rgb(107,174,214)"], [1.0, "rgb(8,48,107)"]]


# --------------------------------------------------------------------------------- silhouettes
def silhouette_plot(
    samples: FloatArray,
    labels: IntArray,
    class_names: Sequence[str],
    mean: float | None = None,
    looks: Mapping[int, Look] | None = None,
) -> go.Figure:
    """Every point's silhouette, sorted within its class (Rousseeuw 1987).

    One filled shape per class, as high as the class is large; a class of more than 400 points is
    drawn by 400 quantiles. Points whose silhouette is NaN are left out.

    Args:
        samples: (n,) silhouettes, -1 to 1.
        labels: (n,) the classes or clusters that they were computed for.
        class_names: by class.
        mean: drawn as a dashed line; not drawn when None or NaN.
        looks: names and colours of clusters, in their order, in place of those of classes.
    """
    figure = empty_figure(HEIGHT, showlegend=False)
    valid = np.isfinite(samples)
    if not valid.any():
        return add_sentence(figure, "There are no silhouettes to draw.")
    middles, below, gap = [], 0.0, 0.02 * float(valid.sum())
    own_looks = {c: Look(class_name(c, class_names), class_shades(c)) for c in classes_in(labels)}
    looks, names = looks or own_looks, {}
    for c, look in looks.items():
        if not (valid & (labels == c)).any():
            continue
        names[c] = look.name
        own = samples[valid & (labels == c)]
        figure.add_trace(_silhouettes(own, below, look.name, look.shades.light))
        middles.append(below + len(own) / 2)
        below += len(own) + gap
    least = min(-0.2, float(samples[valid].min()))
    figure.update_xaxes(title={"text": "silhouette"}, range=[least, 1])
    figure.update_yaxes(
        tickvals=middles, ticktext=list(names.values()), showgrid=False,
        range=[below, -gap],  # the first class on top
    )  # fmt: skip
    if mean is not None and np.isfinite(mean):
        line = {"dash": "dash", "color": GREY, "width": 2}
        figure.add_vline(
            x=mean, line=line, annotation={"text": f"mean {mean:.3f}", "yanchor": "bottom"}
        )
    return figure


def _silhouettes(own: FloatArray, below: float, name: str, colour: str) -> go.Scatter:
    """The filled shape of one class, its lower edge at `below`."""
    count = min(len(own), MAX_QUANTILES)
    x = np.quantile(own, np.linspace(1, 0, count)).astype(np.float32)
    # A class of one point is an edge too: a line without width cannot be filled.
    x = np.repeat(x, 2) if count == 1 else x
    return go.Scatter(
        x=x,
        y=np.linspace(below, below + len(own), len(x)).astype(np.float32),
        fill="tozerox",
        mode="lines",
        line={"width": 1, "color": colour},
        fillcolor=colour,
        name=name,
        hovertemplate=f"{name}: {len(own)} points, mean {float(own.mean()):.3f}<br>"
        "here %{x:.3f}<extra></extra>",
    )


# ------------------------------------------------------------------------- classes in clusters
def confusion(
    counts: IntArray,
    row_names: Sequence[str],
    column_names: Sequence[str],
    across: str = "cluster",
    noun: str = "digit",
) -> go.Figure:
    """Digits against clusters: counts as text, coloured by the share of the digit (0 to 1).

    Args:
        counts: (rows, columns).
        row_names: the digits.
        column_names: the clusters, those matched to digits first and in the digits' order.
        across: what the columns are.
        noun: what a row is.
    """
    totals = counts.sum(axis=1, keepdims=True)
    share = (counts / np.maximum(totals, 1)).astype(np.float32)
    figure = empty_figure(HEIGHT)
    figure.add_trace(
        go.Heatmap(
            z=share,
            text=counts.tolist(),
            texttemplate="%{text}",
            customdata=[list(column_names)] * len(share),
            hovertemplate=f"%{{text}} of {noun} %{{y}}: %{{z:.1%}}<br>%{{customdata}}<extra></extra>",
            zmin=0,
            zmax=1,
            colorscale=_SHARES,
            xgap=1,
            ygap=1,
            colorbar={"title": {"text": f"share of {noun}", "side": "right"}, "thickness": 14},
        )
    )
    # Positions with texts for ticks: names that look like numbers would be taken for positions,
    # and two clusters of one name for one.
    for update, title, names in (
        (figure.update_xaxes, across, column_names),
        (figure.update_yaxes, noun, row_names),
    ):
        update(title={"text": title}, tickvals=list(range(len(names))), ticktext=list(names))
    figure.update_yaxes(autorange="reversed")
    return figure


# --------------------------------------------------------------------------- how many clusters
class KScore(Protocol):
    """What `choice_of_k` reads of a score, as `core.metrics.how_many.KScore` has it."""

    @property
    def k(self) -> int: ...
    @property
    def silhouette(self) -> float | None: ...
    @property
    def bic(self) -> float: ...


def choice_of_k(scores: Sequence[KScore]) -> go.Figure:
    """Silhouette (highest marked) and BIC (lowest marked) by the number of clusters tried."""
    if not scores:
        return add_sentence(empty_figure(K_HEIGHT), "No number of clusters has been tried yet.")
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08)
    figure.update_layout(template=TEMPLATE, height=K_HEIGHT, showlegend=False)
    ks = [score.k for score in scores]
    silhouettes = np.array([s.silhouette for s in scores], dtype=np.float64)  # None becomes NaN
    curves = (("silhouette", silhouettes, 1), ("BIC", np.array([s.bic for s in scores]), -1))
    for row, (title, y, sign) in enumerate(curves, start=1):
        line = {"color": CLASS_COLOURS[row - 1], "width": 2}
        curve = go.Scatter(x=ks, y=y, name=title, mode="lines+markers", line=line)
        figure.add_trace(curve, row=row, col=1)
        finite = np.where(np.isfinite(y), y, np.nan)
        if np.isfinite(y).any():
            best = int(np.nanargmax(sign * finite))
            figure.add_trace(_best(ks[best], y[best], title, sign), row=row, col=1)
        figure.update_yaxes(title={"text": title}, row=row, col=1)
    figure.update_xaxes(title={"text": "number of clusters k"}, row=2, col=1)
    return figure


class KAgreement(Protocol):
    """What `agreement_by_k` reads, as `core.metrics.stability.KAgreement` has it."""

    @property
    def k(self) -> int: ...
    @property
    def mean(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


def agreement_by_k(scores: Sequence[KAgreement], best: int) -> go.Figure:
    """How far random halves agree on each number of clusters, with the range; one k is marked."""
    ks = [score.k for score in scores]
    mean = np.array([score.mean for score in scores])
    figure = empty_figure(K_HEIGHT, showlegend=False)
    edges = [score.high for score in scores] + [score.low for score in reversed(scores)]
    figure.add_trace(
        go.Scatter(x=ks + ks[::-1], y=edges, fill="toself", mode="lines", line={"width": 0},
                   fillcolor=class_shades(0).light, opacity=0.35, hoverinfo="skip", name="range")
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(x=ks, y=mean, mode="lines+markers", name="agreement",
                   line={"color": CLASS_COLOURS[0], "width": 2},
                   hovertemplate="%{x} clusters: %{y:.3f}<extra></extra>")
    )  # fmt: skip
    figure.add_trace(_best(best, mean[ks.index(best)], "agreement", -1))  # named above the curve
    figure.update_xaxes(title={"text": "number of clusters k"})
    low = min(0.0, *(score.low for score in scores))
    figure.update_yaxes(title={"text": "agreement of halves"}, range=[low, 1.15])
    return figure


def _best(k: int, value: float, title: str, sign: int) -> go.Scatter:
    return go.Scatter(
        x=[k],
        y=[value],
        name=f"best {title}",
        mode="markers+text",
        text=[f"k = {k}"],
        textposition="bottom center" if sign > 0 else "top center",
        marker={"symbol": "circle-open", "size": 16, "line": {"width": 2}, "color": GREY},
    )
