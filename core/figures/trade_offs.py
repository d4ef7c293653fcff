"""One score against another, and the front that no result is better than."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.compare.trade_off import front
from core.figures.shared import (
    LEGEND,
    cited_markers,
    clipped,
    column_label,
    group_marker,
    ids_and_seeds,
    known_cited,
    label_ends,
    number_format,
    other_marker,
    scatter_type,
)
from core.figures.style import GREY, add_sentence, empty_figure
from core.metrics.catalogue import METRICS

HEIGHT = 520


def trade_offs(
    rows: pd.DataFrame,
    x: str,
    y: str,
    named: Sequence[str],
    cited: pd.DataFrame | None = None,
) -> go.Figure:
    """One score against another, a point for each row, and the front that none is better than.

    Args:
        rows: with `group`, `id`, `seed` and both scores.
        x: key of `METRICS`.
        y: key of `METRICS`.
        named: groups with a colour and a name beside them; the others are grey.
        cited: `label` and both scores.
    """
    figure = empty_figure(HEIGHT, legend=LEGEND)
    known = rows.dropna(subset=[x, y])
    if not len(known):
        return add_sentence(figure, "None of these has both scores.")
    groups = {str(group): part for group, part in known.groupby("group", sort=True)}
    ends = []
    for group in sorted(groups, key=lambda name: name in named):  # named ones over the others
        is_named, part = group in named, groups[group]
        marker = group_marker(list(named).index(group)) if is_named else other_marker()
        figure.add_trace(_points(part, group, (x, y), marker, len(known), is_named))
        if is_named:
            last = part.loc[part[x].idxmax()]
            ends.append((float(last[x]), float(last[y]), group, marker["color"]))
    figure.add_trace(_front(known, x, y))
    low, high = float(known[x].min()), float(known[x].max())
    edge = (high - low or 1.0) * 0.04
    figure.update_xaxes(range=[low - edge, high + edge])
    span = float(known[y].max() - known[y].min()) * 1.1 or 1.0
    label_ends(figure, ends, span, HEIGHT, at=high + edge)
    others = known_cited(cited, x, y)
    if len(others):
        figure.add_trace(cited_markers(others[x], others[y], others["label"]))
    figure.update_xaxes(title={"text": column_label(x)})
    figure.update_yaxes(title={"text": column_label(y)})
    return figure


def _points(
    part: pd.DataFrame,
    group: str,
    scores: tuple[str, str],
    marker: dict[str, str],
    count: int,
    is_named: bool,
) -> go.Scatter:
    """The rows of a group; `count` are drawn of all groups."""
    x, y = scores
    return scatter_type(count)(
        x=part[x].to_numpy(np.float32),
        y=part[y].to_numpy(np.float32),
        mode="markers",
        name=clipped(group),
        showlegend=False,
        marker={**marker, "size": 9 if is_named else 6, "opacity": 0.8 if is_named else 0.4},
        customdata=ids_and_seeds(part),
        hovertemplate=f"{group}, seed %{{customdata[1]}}<br>{METRICS[x].label} "
        f"%{{x:{number_format(x)}}}<br>{METRICS[y].label} %{{y:{number_format(y)}}}"
        "<extra></extra>",
    )


def _front(known: pd.DataFrame, x: str, y: str) -> go.Scatter:
    """A stair of the rows that no other is better than."""
    x_higher, y_higher = (METRICS[name].better == "higher" for name in (x, y))
    best = known[front(known[x], known[y], x_higher=x_higher, y_higher=y_higher)].sort_values(x)
    return go.Scatter(
        x=best[x].to_numpy(np.float32),
        y=best[y].to_numpy(np.float32),
        mode="lines+markers",
        name="front: none is better in both",
        line={"color": GREY, "width": 2, "shape": "vh" if x_higher else "hv"},
        marker={"color": "rgba(0,0,0,0)", "size": 13, "line": {"color": GREY, "width": 2}},
        customdata=ids_and_seeds(best),
        hoverinfo="skip",
    )
