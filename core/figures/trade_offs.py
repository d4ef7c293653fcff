"""One score against another, and the front that no result is better than."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.compare.trade_off import front
from core.figures.shared import (
    LEGEND,
    MAX_NAMED,
    cited_markers,
    clipped,
    column_label,
    group_marker,
    ids_and_seeds,
    known_cited,
    number_format,
    scatter_type,
)
from core.figures.style import GREY, add_sentence, empty_figure
from core.metrics.catalogue import METRICS

HEIGHT = 520


def trade_offs(rows: pd.DataFrame, x: str, y: str, cited: pd.DataFrame | None = None) -> go.Figure:
    """One score against another, a point for each row, and the front that none is better than.

    Args:
        rows: with `group`, `id`, `seed` and both scores.
        x: key of `METRICS`.
        y: key of `METRICS`.
        cited: `label` and both scores.
    """
    figure = empty_figure(HEIGHT, legend=LEGEND)
    known = rows.dropna(subset=[x, y])
    if not len(known):
        return add_sentence(figure, "None of these has both scores.")
    named = known["group"].nunique() <= MAX_NAMED
    for number, (group, part) in enumerate(known.groupby("group", sort=True)):
        figure.add_trace(
            scatter_type(len(known))(
                x=part[x].to_numpy(np.float32),
                y=part[y].to_numpy(np.float32),
                mode="markers",
                name=clipped(str(group)),
                showlegend=named,
                marker={**group_marker(number), "size": 8, "opacity": 0.75},
                customdata=ids_and_seeds(part),
                hovertemplate=f"{group}, seed %{{customdata[1]}}<br>{METRICS[x].label} "
                f"%{{x:{number_format(x)}}}<br>{METRICS[y].label} %{{y:{number_format(y)}}}"
                "<extra></extra>",
            )
        )
    figure.add_trace(_front(known, x, y))
    others = known_cited(cited, x, y)
    if len(others):
        figure.add_trace(cited_markers(others[x], others[y], others["label"]))
    figure.update_xaxes(title={"text": column_label(x)})
    figure.update_yaxes(title={"text": column_label(y)})
    return figure


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
