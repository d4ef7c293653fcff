"""Groups of results: each group's mean with its interval, and every row as a dot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.shared import (
    LEGEND,
    MAX_GROUPS,
    cited_markers,
    column_label,
    height_of_rows,
    ids_and_seeds,
    interval_bars,
    joined_ids,
    known_cited,
    name_rows,
    number_format,
    scatter_type,
)
from core.figures.style import CLASS_COLOURS, add_sentence, empty_figure
from core.metrics.catalogue import METRICS

_MEAN = CLASS_COLOURS[1]
_SEED = "rgb(58,134,196)"  # to be seen on white and on black


def group_means(
    summary: pd.DataFrame, rows: pd.DataFrame, metric: str, cited: pd.DataFrame | None = None
) -> go.Figure:
    """Each group's mean with its interval, best first, and every row as a dot.

    Args:
        summary: `group`, `mean`, `low`, `high` (NaN where there is no interval) and `n`, a row a group.
        rows: of these groups, with `group`, `id`, `seed` and the metric.
        metric: key of `METRICS`.
        cited: `label` and the metric; drawn below.

    Returns:
        A figure of the best `MAX_GROUPS` groups.
    """
    known = summary.dropna(subset=["mean"])
    best = known.sort_values("mean", ascending=METRICS[metric].better == "lower", kind="stable")
    best = best.head(MAX_GROUPS)
    others = known_cited(cited, metric)
    names = [*best["group"], *(f"{name} (cited)" for name in others["label"])]
    figure = empty_figure(height_of_rows(names), legend=LEGEND)
    if not names:
        return add_sentence(figure, "None of these has that score.")
    place = {group: float(i) for i, group in enumerate(best["group"])}
    dots = rows[rows["group"].isin(place)].dropna(subset=[metric])
    figure.add_trace(_dots(dots, place, metric))
    figure.add_trace(_means(best, dots.groupby("group")["id"].agg(joined_ids), metric))
    if len(others):
        below = range(len(place), len(names))
        figure.add_trace(cited_markers(others[metric], below, others["label"]))
    figure.update_xaxes(title={"text": column_label(metric)})
    name_rows(figure, names)
    return figure


def _dots(dots: pd.DataFrame, place: dict[str, float], metric: str) -> go.Scatter:
    rank = dots.groupby("group")["seed"].rank(method="first")
    size = dots["group"].map(dots.groupby("group").size())
    spread = ((rank - 0.5) / size - 0.5) * 0.5  # one above the other, or equal ones would hide
    return scatter_type(len(dots))(
        x=dots[metric].to_numpy(np.float32),
        y=(dots["group"].map(place).astype(float) + spread).to_numpy(np.float32),
        mode="markers",
        name="one seed",
        marker={"color": _SEED, "size": 7, "opacity": 0.6},
        customdata=ids_and_seeds(dots),
        hovertemplate=f"{METRICS[metric].label} %{{x:{number_format(metric)}}}<br>seed "
        "%{customdata[1]}<extra></extra>",
    )


def _means(best: pd.DataFrame, ids: pd.Series, metric: str) -> go.Scatter:
    """Means (in the order of their rows) with intervals; `ids` by group."""
    form = number_format(metric)
    intervals = [
        f", 95 % {low:{form}} to {high:{form}}" if np.isfinite(low) else ""
        for low, high in zip(best["low"], best["high"], strict=True)
    ]
    return go.Scatter(
        x=best["mean"].to_numpy(np.float32),
        y=np.arange(len(best), dtype=np.float32),
        mode="markers",
        name="mean, 95 % interval",
        marker={"color": _MEAN, "symbol": "diamond", "size": 9},
        error_x=interval_bars(best["mean"], best["low"], best["high"], _MEAN),
        customdata=[
            [ids.get(group, ""), group, int(n), interval]
            for group, n, interval in zip(best["group"], best["n"], intervals, strict=True)
        ],
        hovertemplate=f"%{{customdata[1]}}<br>mean {METRICS[metric].label} "
        f"%{{x:{form}}}%{{customdata[3]}}<br>%{{customdata[2]}} rows<extra></extra>",
    )
