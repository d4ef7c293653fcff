"""Figures of what labels are good for: accuracy by neighbours asked, and by labels known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from core.figures.shared import LEGEND, band, clipped
from core.figures.style import add_sentence, class_colour, class_name, empty_figure
from core.metrics.label_efficiency import KNN, PIXELS, Efficiency
from core.metrics.neighbour_classifier import Curve, Regions

_Array = npt.NDArray[Any]

HEIGHT = 420
MAP_HEIGHT = 560
_DASHES = ("dash", "dot", "dashdot", "longdash")
_NEAR = 0.12  # of accuracy: lines farther below the curve would press it flat
_POINTS = 3_000  # that are drawn over a map
_BULK = (0.5, 99.5)  # percentiles of points that a map shows at first
_OPACITY = 0.45  # of regions: points are drawn over them


def k_curve(curve: Curve, baselines: Mapping[str, float], chosen: int | None = None) -> go.Figure:
    """Accuracy for every number of neighbours with its 95 % band; baselines are dashed levels.

    Args:
        curve: as `accuracy_by_k` gives it.
        baselines: accuracy by name, as "on pixels, k = 5".
        chosen: a k to be marked; None: the best one.
    """
    figure = empty_figure(HEIGHT, legend=LEGEND)
    colour = class_colour(0)
    figure.add_trace(band(curve.ks, curve.low, curve.high, colour))
    figure.add_trace(
        go.Scatter(
            x=curve.ks,
            y=curve.accuracy,
            mode="lines",
            name="neighbours in latent space",
            line={"color": colour, "width": 2},
            customdata=np.column_stack([curve.low, curve.high]),
            hovertemplate="k = %{x}<br>%{y:.3f}, 95 % from %{customdata[0]:.3f} to "
            "%{customdata[1]:.3f}<extra></extra>",
        )
    )
    k = chosen or curve.best
    at = float(curve.accuracy[k - 1])
    figure.add_trace(
        go.Scatter(
            x=[k],
            y=[at],
            mode="markers+text",
            text=[f"k = {k}: {at:.3f}"],
            textposition="top center",
            marker={"symbol": "circle-open", "size": 14, "line": {"width": 2}, "color": colour},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    ends = [int(curve.ks[0]), int(curve.ks[-1])]
    for i, (name, value) in enumerate(baselines.items()):
        figure.add_trace(
            go.Scatter(
                x=ends, y=[value, value], mode="lines", name=clipped(f"{name} {value:.3f}"),
                line={"dash": _DASHES[i % len(_DASHES)], "color": class_colour(i + 1), "width": 2},
                hovertemplate=f"{name}: {value:.3f}<extra></extra>",
            )
        )  # fmt: skip
    low, high = curve.low[curve.best - 1], curve.high[curve.best - 1]
    best = float(curve.accuracy.max())
    _title(figure, f"Best with k = {curve.best}: {best:.3f} (95 %: {low:.3f} to {high:.3f})")
    figure.update_xaxes(title={"text": "neighbours asked, k"})
    figure.update_yaxes(title={"text": f"accuracy of {curve.n:,} images"})
    figure.update_yaxes(range=_range(curve, list(baselines.values())))
    figure.update_layout(margin={"b": 90})
    return figure


def _range(curve: Curve, baselines: Sequence[float]) -> list[float]:
    """Of the axis: the curve and what is near it. What is far below is in the legend alone."""
    near = [value for value in baselines if value > curve.accuracy.min() - _NEAR]
    low, high = min([curve.low.min(), *near]), max([curve.high.max(), *near])
    room = 0.08 * max(high - low, 0.005)
    return [float(low - room), float(high + room)]


def efficiency_chart(found: Sequence[Efficiency]) -> go.Figure:
    """Accuracy against labelled images (logarithmic), a line for each method, with its spread.

    Bands go from the worst to the best draw of the labelled images.
    """
    figure = empty_figure(HEIGHT, legend=LEGEND)
    if not found:
        return add_sentence(figure, "No number of labels has been tried.")
    for i, method in enumerate(dict.fromkeys(e.method for e in found)):
        own = sorted((e for e in found if e.method == method), key=lambda e: e.labelled)
        x, colour = np.array([e.labelled for e in own]), class_colour(i)
        low, high = np.array([e.low for e in own]), np.array([e.high for e in own])
        figure.add_trace(band(x, low, high, colour))
        figure.add_trace(
            go.Scatter(
                x=x,
                y=[e.mean for e in own],
                name=method,
                mode="lines+markers",
                line={"color": colour, "width": 2},
                customdata=[[e.low, e.high, e.draws] for e in own],
                hovertemplate=f"{method}<br>%{{x:,}} labelled images: %{{y:.3f}}<br>from "
                "%{customdata[0]:.3f} to %{customdata[1]:.3f}, draws: %{customdata[2]}<extra></extra>",
            )
        )
    ticks = {e.labelled: f"{e.per_class:,}" if e.per_class else "all" for e in found}
    figure.update_xaxes(
        title={"text": "labelled images of each class"}, type="log",
        tickvals=list(ticks), ticktext=list(ticks.values()),
    )  # fmt: skip
    figure.update_yaxes(title={"text": "accuracy"})
    figure.update_layout(margin={"b": 90})
    _title(figure, _finding(found))
    return figure


def decision_map(
    regions: Regions,
    classes: Sequence[int],
    class_names: Sequence[str] = (),
    points: tuple[_Array, _Array] | None = None,
) -> go.Figure:
    """The class of each place of a flat latent space, in the classes' colours.

    Args:
        regions: as `decision_regions` gives them.
        classes: all that there are, in the order of the legend.
        class_names: by class.
        points: latents (n, 2) that are drawn over it, and their classes (n,).
    """
    figure = empty_figure(MAP_HEIGHT, legend={"itemsizing": "constant"})
    codes = {c: i for i, c in enumerate(classes)}
    names = [class_name(c, class_names) for c in classes]
    edges = np.linspace(0, 1, len(classes) + 1)
    scale = [
        [float(edge), class_colour(c)]
        for c, ends in zip(classes, pairwise(edges), strict=True)
        for edge in ends
    ]
    z = np.vectorize(codes.__getitem__, otypes=[np.int16])(regions.classes)
    figure.add_trace(
        go.Heatmap(
            x=regions.xs.astype(np.float32), y=regions.ys.astype(np.float32), z=z,
            zmin=-0.5, zmax=len(classes) - 0.5, colorscale=scale, opacity=_OPACITY,
            showscale=False, text=np.array(names, dtype=object)[z],
            hovertemplate="%{text}<extra></extra>",
        )
    )  # fmt: skip
    if points is not None and len(points[0]):
        _draw_points(figure, *points)
    for c, name in zip(classes, names, strict=True):
        look = {"color": class_colour(c), "size": 10, "symbol": "square"}
        figure.add_trace(go.Scatter(x=[None], y=[None], mode="markers", marker=look, name=name))
    figure.update_xaxes(title={"text": "z1"})
    figure.update_yaxes(title={"text": "z2"}, scaleanchor="x", scaleratio=1, constrain="domain")
    figure.update_xaxes(constrain="domain")
    return figure


def _draw_points(figure: go.Figure, latents: _Array, labels: _Array) -> None:
    """Some points over a map, in the colours of their classes; the map begins at most of them."""
    some = np.unique(np.linspace(0, len(latents) - 1, _POINTS).astype(np.int64))
    colours = [class_colour(int(c)) for c in labels[some]]
    figure.add_trace(
        go.Scatter(
            x=latents[some, 0].astype(np.float32), y=latents[some, 1].astype(np.float32),
            mode="markers", marker={"size": 4, "color": colours}, hoverinfo="skip",
            showlegend=False,
        )
    )  # fmt: skip
    for update, axis in ((figure.update_xaxes, 0), (figure.update_yaxes, 1)):
        low, high = np.percentile(latents[:, axis], _BULK)
        if high > low:
            update(range=[float(low), float(high)])


def _finding(found: Sequence[Efficiency]) -> str:
    """What the fewest labels give in latent space, and on pixels where that is known."""
    fewest = min(found, key=lambda e: e.labelled).labelled
    at = {e.method: e for e in found if e.labelled == fewest}
    if KNN not in at:
        return ""
    count = at[KNN].per_class
    labels = "all labels" if count is None else f"{count} label{'s' * (count > 1)} of each class"
    text = f"With {labels}: {at[KNN].mean:.2f} in latent space"
    return text + (f", {at[PIXELS].mean:.2f} on pixels" if PIXELS in at else "")


def _title(figure: go.Figure, text: str) -> None:
    figure.update_layout(title={"text": text, "font": {"size": 14}, "x": 0}, margin={"t": 48})
