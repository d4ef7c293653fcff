"""Parallel axes: every result as a line across its scores and numbers.

Lines of our own and not `go.Parcoords`: that one has no hover, no click, no gap where a value is
missing, no legend, and no other look for cited lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from core.compare.words import with_minus
from core.figures.shared import (
    LEGEND,
    MAX_NAMED,
    clipped,
    column_label,
    group_marker,
    scatter_type,
)
from core.figures.style import GREY, add_sentence, empty_figure

Values = npt.NDArray[np.float64]

HEIGHT = 480
MAX_LINES = 1_000
_CITED = {"line": {"color": GREY, "dash": "dot", "width": 2},
          "marker": {"color": GREY, "symbol": "diamond-open", "size": 8}}  # fmt: skip


def parallel_axes(
    rows: pd.DataFrame, columns: Sequence[str], cited: pd.DataFrame | None = None
) -> go.Figure:
    """Every row as a line across axes of its scores and numbers, each from its least to its most.

    A box drawn on an axis selects the rows that pass through it.

    Args:
        rows: with `group`, `id`, `seed` and the columns; of more than `MAX_LINES` evenly some.
        columns: numbers, at least two; those that no row has are left out.
        cited: `label` and columns; drawn where it has two or more of them.
    """
    figure = empty_figure(HEIGHT, legend=LEGEND)
    columns = [name for name in columns if rows[name].notna().any()]
    if len(columns) < 2:
        return add_sentence(
            figure, "There is nothing to draw: choose two or more axes that have values."
        )
    known = rows.iloc[np.unique(np.linspace(0, len(rows) - 1, MAX_LINES).astype(int))]
    others = (cited if cited is not None else known[:0]).reindex(columns=["label", *columns])
    others = others[others[columns].notna().sum(axis=1) > 1]
    every = pd.concat([known, others])[columns].astype(float)
    low, high = every.min().to_numpy(), every.max().to_numpy()
    trace = scatter_type(len(known) * len(columns))
    for number, (group, part) in enumerate(known.groupby("group", sort=True)):
        marker = group_marker(number)
        look = {"line": {"color": marker["color"], "width": 1}, "marker": {**marker, "size": 5},
                "opacity": 0.6, "showlegend": known["group"].nunique() <= MAX_NAMED}  # fmt: skip
        values = part[columns].to_numpy(np.float64)
        figure.add_trace(trace(**_lines(values, low, high, part["id"], str(group)), **look))
    for name, line in zip(others["label"], others[columns].astype(float).to_numpy(), strict=True):
        figure.add_trace(trace(**_lines(line[None], low, high, [""], f"{name} (cited)"), **_CITED))
    _draw_axes(figure, columns, low, high)
    return figure


def _lines(
    values: Values, low: Values, high: Values, ids: Iterable[str], name: str
) -> dict[str, Any]:
    """A trace's positions and texts: rows (n, d) one after the other, with a gap after each.

    An axis on which all rows are equal has them in its middle.
    """
    n, d = values.shape
    middle = np.where(np.isnan(values), np.nan, 0.5)
    y = np.full((n, d + 1), np.nan, np.float32)
    y[:, :d] = np.where(high > low, (values - low) / np.where(high > low, high - low, 1), middle)
    texts = np.full((n, d + 1, 2), "", dtype=object)
    texts[:, :, 0] = np.array(list(ids), dtype=object)[:, None]
    texts[:, :d, 1] = np.char.mod("%.4g", values)
    return {
        "x": np.tile(np.arange(d + 1, dtype=np.float32), n),
        "y": y.ravel(),
        "mode": "lines+markers",
        "name": clipped(name),
        "connectgaps": False,
        "customdata": texts.reshape(-1, 2),
        "hovertemplate": f"{name}<br>%{{customdata[1]}}<extra></extra>",
    }


def _draw_axes(figure: go.Figure, columns: Sequence[str], low: Values, high: Values) -> None:
    """A line for each column, with its name above and its least and greatest value at the ends."""
    for i in range(len(columns)):
        figure.add_vline(x=i, line={"color": GREY, "width": 1}, layer="below")
        for y, value, anchor in ((-0.03, low[i], "top"), (1.03, high[i], "bottom")):
            figure.add_annotation(
                x=i,
                y=y,
                text=with_minus(f"{value:.3g}"),
                showarrow=False,
                font={"size": 11},
                yanchor=anchor,
            )
    figure.update_xaxes(
        tickvals=list(range(len(columns))), range=[-0.3, len(columns) - 0.7], side="top",
        # in short lines: turned, as plotly does with long ones, the first would be outside and left out
        ticktext=[_in_lines(clipped(column_label(name), 22)) for name in columns],
        ticklabeloverflow="allow", tickangle=0, showgrid=False, zeroline=False,
    )  # fmt: skip
    figure.update_yaxes(visible=False, range=[-0.12, 1.12])


def _in_lines(name: str) -> str:
    """A name in short lines; its arrow stays with its last word."""
    last = re.sub(" (?=[↑↓]$)", "\N{NO-BREAK SPACE}", name)
    return "<br>".join(wrap(last, 12))
