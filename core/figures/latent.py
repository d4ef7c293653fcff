"""A latent space as a figure of its own, to be saved and turned without the app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from core.figures.style import (
    TEMPLATE,
    add_sentence,
    class_colour,
    class_name,
    classes_in,
    marker_size,
)
from core.latents.shown import ShownImages

FloatArray = npt.NDArray[np.floating[Any]]

HEIGHT = 800
RANDOM_HEIGHT = "random height, without meaning"


def on_random_heights(points: FloatArray) -> npt.NDArray[np.float32]:
    """Points (n, 1) of a single dimension as (n, 2), at heights from -1 to 1 that say nothing.

    The same number of points stands at the same heights each time. Others are given back.
    """
    points = points.astype(np.float32)
    if points.shape[1] != 1:
        return points
    heights = np.random.default_rng(0).uniform(-1, 1, points.shape).astype(np.float32)
    return np.hstack([points, heights])


def latent_space(
    shown: ShownImages,
    points: FloatArray,
    axes: Sequence[str],
    class_names: Sequence[str],
    *,
    equal_units: bool,
) -> go.Figure:
    """Images as points, coloured by digit, or by cluster where there are no labels.

    A class is a trace, so a click in the legend shows it alone. Points with a coordinate that is not
    finite are left out and counted in the figure.

    Args:
        shown: the images.
        points: (n, m) where they stand, m of 1 to 3; one dimension is drawn on random heights.
        axes: m names.
        class_names: by class.
        equal_units: one unit is as long on every axis, as it must be where distances matter.
    """
    # half a second to import, and only saving needs it
    import plotly.express as px

    is_finite = np.isfinite(points).all(axis=1)
    columns = dict(zip("xyz", [*axes, RANDOM_HEIGHT] if len(axes) == 1 else axes, strict=False))
    facts = shown.facts(class_names)
    table = facts.assign(**dict(zip(columns, on_random_heights(points).T, strict=True)))
    by = "cluster" if shown.labels is None else shown.noun
    ids = classes_in(shown.clusters if shown.labels is None else shown.labels)
    names = {c: class_name(c, () if by == "cluster" else class_names) for c in ids}
    draw, more = (
        (px.scatter_3d, {}) if len(columns) == 3 else (px.scatter, {"render_mode": "webgl"})
    )
    figure = draw(
        table[is_finite], **{axis: axis for axis in columns}, labels=columns, color=by,
        hover_data={**dict.fromkeys(facts, True), **dict.fromkeys(columns, False)},
        color_discrete_map={name: class_colour(c) for c, name in names.items()},
        category_orders={by: list(names.values())}, template=TEMPLATE, height=HEIGHT, **more,
    )  # fmt: skip
    figure.update_traces(marker={"size": marker_size(int(is_finite.sum()), len(axes))})
    figure.update_layout(
        legend={"itemsizing": "constant", "itemclick": "toggleothers", "itemdoubleclick": "toggle"}
    )
    if len(columns) == 3:
        figure.update_scenes(aspectmode="data" if equal_units else "cube")
    elif len(axes) == 1:
        figure.update_yaxes(showticklabels=False, showgrid=False)
    elif equal_units:
        figure.update_yaxes(scaleanchor="x", scaleratio=1)
    if not is_finite.any():
        add_sentence(figure, "There are no points to draw.")
    if not is_finite.all():
        add_sentence(figure, f"{int((~is_finite).sum())} points not drawn: not finite", y=1)
    return figure
