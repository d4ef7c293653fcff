"""Figures of places in latent space: a plane's images over where the data is, gaps along a path."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.figures.images import Images, grey_levels, grid
from core.figures.style import GREY, class_colour, empty_figure
from core.latents.arrays import FloatArray
from core.latents.paths import Path
from core.latents.planes import InPlane, Plane

HEIGHT = 640
GAP_HEIGHT = 260
_BINS = 80  # of the density, across and up
_TICKS = 7
# Dark at both ends: the images' ink is white. The same on light and dark pages.
_DENSITY = [[0.0, "rgb(24,24,40)"], [1.0, "rgb(45,110,190)"]]


def manifold(plane: Plane, images: Images, data: InPlane) -> go.Figure:
    """Decoded images of a plane's grid as white ink over the density of the data.

    Tiles are all of one size, so axes are stretched where places are at quantiles; ticks say where
    one is.

    Args:
        plane: whose grid was decoded.
        images: (h * w, s, s), 0 to 1, in the order of `grid`.
        data: where latents of the data lie in that plane; those beyond the grid are left out.
    """
    w, h = len(plane.xs), len(plane.ys)
    figure = empty_figure(HEIGHT if h > 1 else 200, showlegend=False)
    x, y = _tiles(plane.xs, data.points[:, 0]), _tiles(plane.ys[::-1], data.points[:, 1])
    edges = [np.linspace(-0.5, n - 0.5, min(_BINS, 8 * n) + 1) for n in (w, h)]
    counts, _, _ = np.histogram2d(x, y if h > 1 else np.zeros_like(x), bins=edges)
    middles = [(some[1:] + some[:-1]) / 2 for some in edges]
    figure.add_trace(
        go.Heatmap(
            x=middles[0].astype(np.float32), y=middles[1].astype(np.float32),
            z=np.log1p(counts.T).astype(np.float32), colorscale=_DENSITY, showscale=False,
            zsmooth="best", hoverinfo="skip",
        )
    )  # fmt: skip
    figure.add_layout_image(
        source=_white_ink(images, w, h), xref="x", yref="y", x=-0.5, y=h - 0.5, sizex=w, sizey=h,
        sizing="stretch", layer="above",
    )  # fmt: skip
    _name_axis(figure.update_xaxes, plane.xs, plane.names[0], w)
    _name_axis(figure.update_yaxes, plane.ys[::-1], plane.names[1], h)
    figure.update_yaxes(scaleanchor="x", scaleratio=1)
    return figure


def gap_curve(path: Path) -> go.Figure:
    """Distance of each frame to the nearest image of the data.

    With a dashed line at the usual distance between nearest images, and a grey band up to where a gap
    begins.
    """
    figure = empty_figure(GAP_HEIGHT, showlegend=False)
    frames = np.arange(1, len(path) + 1)
    colour = class_colour(4)
    figure.add_hrect(y0=0, y1=path.usual.far, fillcolor=GREY, opacity=0.18, line={"width": 0})
    figure.add_hline(y=path.usual.median, line={"dash": "dash", "color": GREY, "width": 1})
    figure.add_trace(
        go.Scatter(
            x=frames,
            y=path.gaps.astype(np.float32),
            mode="lines+markers",
            line={"color": colour, "width": 2},
            hovertemplate="frame %{x}<br>%{y:.3g} from the nearest image<extra></extra>",
        )
    )
    figure.update_xaxes(title={"text": "frame"})
    figure.update_yaxes(title={"text": "distance to an image"}, rangemode="tozero")
    return figure


def _tiles(places: FloatArray, values: FloatArray) -> FloatArray:
    """Values (n,) counted in tiles: places (m,) ascending are 0 to m - 1; NaN beyond half a tile."""
    if len(places) == 1 or places[0] == places[-1]:
        return np.zeros(len(values))
    step = np.diff(places)
    low, high = places[0] - step[0] / 2, places[-1] + step[-1] / 2
    ends = np.concatenate([[low], places, [high]])
    numbers = np.concatenate([[-0.5], np.arange(len(places)), [len(places) - 0.5]])
    inside = np.interp(values, ends, numbers)
    return np.where((values < low) | (values > high), np.nan, inside)


def _white_ink(images: Images, columns: int, rows: int) -> str:
    """The tiles as white ink on nothing, as a data address."""
    from PIL import Image

    page = grid(grey_levels(images), columns, rows)
    file = io.BytesIO()
    Image.fromarray(np.stack([np.full_like(page, 255), page], axis=-1)).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _name_axis(update: Callable[..., Any], places: FloatArray, name: str, count: int) -> None:
    """Ticks at some of the tiles that say which place they are."""
    some = np.unique(np.linspace(0, count - 1, _TICKS).round().astype(int))
    texts = [f"{places[i]:.3g}" for i in some] if name else [""] * len(some)
    update(
        title={"text": name}, tickvals=some.tolist(), ticktext=texts, range=[-0.5, count - 0.5],
        showgrid=False, zeroline=False,
    )  # fmt: skip
