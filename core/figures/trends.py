"""A score along a number: a line for each group, some of them named at their ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.shared import (
    band,
    clipped,
    column_label,
    group_marker,
    ids_and_seeds,
    joined_ids,
    known_cited,
    label_ends,
    number_format,
    other_marker,
    scatter_type,
)
from core.figures.style import GREY, add_sentence, empty_figure

HEIGHT = 460
MAX_TICKS = 12
LOG_FROM = 20  # how many times the least value the greatest is, for a logarithmic axis


def trends(
    summary: pd.DataFrame,
    rows: pd.DataFrame,
    x: str,
    metric: str,
    named: Sequence[str],
    cited: pd.DataFrame | None = None,
) -> go.Figure:
    """A score against a number, a line for each of what is equal on it.

    Some lines have their name at their end, their 95 % band and every seed; the others are grey.

    Args:
        summary: `line`, `x`, `mean`, `low`, `high` and `n`; x NaN: a level that holds everywhere.
        rows: with `line`, `x`, `id`, `seed` and the metric.
        x: what `x` is, for its title.
        metric: key of `METRICS`.
        named: lines with a name.
        cited: `label` and the metric.
    """
    figure = empty_figure(HEIGHT, showlegend=False)
    known = summary.dropna(subset=["mean"])
    placed = known.dropna(subset=["x"])
    if not len(placed):
        return add_sentence(figure, "None of these has that score along that axis.")
    dots = rows.dropna(subset=["x", metric])
    lines = {str(line): part.sort_values("x") for line, part in placed.groupby("line", sort=True)}
    for line in sorted(lines, key=lambda name: name in named):  # named ones over the others
        marker = group_marker(list(named).index(line)) if line in named else other_marker()
        own = dots[dots["line"] == line]
        mean = _line(lines[line], own, x, metric, marker)
        if line not in named:
            figure.add_trace(mean.update(opacity=0.45, line={"width": 1}, marker={"size": 6}))
            continue
        if lines[line]["low"].notna().any():
            figure.add_trace(_band(lines[line], marker["color"]))
        figure.add_trace(mean)
        figure.add_trace(_dots(own, metric, len(dots), marker))
    for _, level in known[known["x"].isna()].iterrows():
        text = f"{level['line']} {level['mean']:{number_format(metric)}}"
        _level(figure, level["mean"], text, "dash")
    for _, row in known_cited(cited, metric).iterrows():
        _level(figure, row[metric], f"{row['label']} (cited)", "dot")
    is_log = _scale(figure, sorted(set(placed["x"].astype(float))))
    _names(figure, {line: lines[line] for line in named if line in lines}, named, placed, is_log)
    figure.update_xaxes(title={"text": column_label(x)})
    figure.update_yaxes(title={"text": column_label(metric)})
    return figure


def _names(
    figure: go.Figure,
    lines: dict[str, pd.DataFrame],
    named: Sequence[str],
    placed: pd.DataFrame,
    is_log: bool,
) -> None:
    """The name of each line at its end, where there is room for it."""
    ends = []
    for line, part in lines.items():
        x, y = float(part["x"].iloc[-1]), float(part["mean"].iloc[-1])
        colour = group_marker(list(named).index(line))["color"]
        ends.append((float(np.log10(x)) if is_log else x, y, line, colour))
    span = float(placed["mean"].max() - placed["mean"].min()) or 1.0
    label_ends(figure, ends, span * 1.2, HEIGHT)


def _band(part: pd.DataFrame, colour: str) -> go.Scatter:
    at = part["x"].to_numpy(np.float64)
    low, high = (part[end].fillna(part["mean"]).to_numpy(np.float64) for end in ("low", "high"))
    return band(at, low, high, colour)


def _line(
    part: pd.DataFrame, own: pd.DataFrame, x: str, metric: str, marker: dict[str, str]
) -> go.Scatter:
    """Means of one line; `own` are the rows that they are of."""
    line = str(part["line"].iloc[0])
    ids = own.groupby("x")["id"].agg(joined_ids)
    return go.Scatter(
        x=part["x"].to_numpy(np.float64),
        y=part["mean"].to_numpy(np.float64),
        mode="lines+markers",
        name=clipped(line),
        line={"color": marker["color"], "width": 2},
        marker={**marker, "size": 9},
        customdata=[[ids.get(v, ""), int(n)] for v, n in zip(part["x"], part["n"], strict=True)],
        hovertemplate=f"{line}<br>{column_label(x)} %{{x}}<br>mean %{{y:{number_format(metric)}}}, "
        "%{customdata[1]} rows<extra></extra>",
    )


def _dots(own: pd.DataFrame, metric: str, count: int, marker: dict[str, str]) -> go.Scatter:
    """Rows of one line; `count` are drawn of all lines."""
    line = str(own["line"].iloc[0]) if len(own) else ""
    return scatter_type(count)(
        x=own["x"].to_numpy(np.float64),
        y=own[metric].to_numpy(np.float32),
        mode="markers",
        marker={**marker, "size": 5, "opacity": 0.5},
        customdata=ids_and_seeds(own),
        showlegend=False,
        hovertemplate=f"{line}<br>%{{y:{number_format(metric)}}}, seed %{{customdata[1]}}"
        "<extra></extra>",
    )


def _level(figure: go.Figure, y: float, text: str, dash: str) -> None:
    """A level that holds for every x."""
    line = {"dash": dash, "color": GREY, "width": 1}
    note = {"text": clipped(text), "font": {"size": 11}, "xanchor": "right"}
    figure.add_hline(y=float(y), line=line, annotation=note, annotation_position="top right")


def _scale(figure: go.Figure, values: list[float]) -> bool:
    """Logarithmic where values (ascending, different) differ much; a tick at each of a few."""
    is_log = values[0] > 0 and values[-1] / values[0] > LOG_FROM
    figure.update_xaxes(type="log" if is_log else "linear")
    if len(values) <= MAX_TICKS:
        figure.update_xaxes(tickvals=values, ticktext=[f"{v:g}" for v in values])
    return is_log
