"""A score along a number: a line with its band for each group."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.shared import (
    LEGEND,
    MAX_NAMED,
    clipped,
    column_label,
    group_marker,
    ids_and_seeds,
    joined_ids,
    known_cited,
    number_format,
    scatter_type,
)
from core.figures.style import GREY, add_sentence, empty_figure

HEIGHT = 460
MAX_BANDS = 8
MAX_TICKS = 12
LOG_FROM = 20  # how many times the least value the greatest is, for a logarithmic axis


def trends(
    summary: pd.DataFrame,
    rows: pd.DataFrame,
    x: str,
    metric: str,
    cited: pd.DataFrame | None = None,
) -> go.Figure:
    """A score against a number, a line for each of what is equal on it, with its 95 % band.

    Of more than `MAX_BANDS` lines the bands would hide each other: there are none.

    Args:
        summary: `line`, `x`, `mean`, `low`, `high` and `n`; x NaN: a level that holds everywhere.
        rows: with `line`, `x`, `id`, `seed` and the metric.
        x: what `x` is, for its title.
        metric: key of `METRICS`.
        cited: `label` and the metric.
    """
    figure = empty_figure(HEIGHT, legend=LEGEND)
    known = summary.dropna(subset=["mean"])
    placed = known.dropna(subset=["x"])
    if not len(placed):
        return add_sentence(figure, "None of these has that score along that axis.")
    dots = rows.dropna(subset=["x", metric])
    count = placed["line"].nunique()
    for number, (line, part) in enumerate(placed.groupby("line", sort=True)):
        part, own = part.sort_values("x"), dots[dots["line"] == line]
        marker = group_marker(number)
        traces = [_line(part, own, x, metric, marker), _dots(own, metric, len(dots), marker)]
        if count <= MAX_BANDS and part["low"].notna().any():
            traces.insert(0, _band(part, marker["color"]))
        for trace in traces:
            figure.add_trace(trace.update(legendgroup=str(line)))
    figure.update_traces(showlegend=count <= MAX_NAMED, selector={"mode": "lines+markers"})
    for _, level in known[known["x"].isna()].iterrows():
        text = f"{level['line']} {level['mean']:{number_format(metric)}}"
        _level(figure, level["mean"], text, "dash")
    for _, row in known_cited(cited, metric).iterrows():
        _level(figure, row[metric], f"{row['label']} (cited)", "dot")
    _scale(figure, sorted(set(placed["x"].astype(float))))
    figure.update_xaxes(title={"text": column_label(x)})
    figure.update_yaxes(title={"text": column_label(metric)})
    return figure


def _band(part: pd.DataFrame, colour: str) -> go.Scatter:
    at = part["x"].to_numpy(np.float64)
    low, high = (part[end].fillna(part["mean"]).to_numpy(np.float64) for end in ("low", "high"))
    return go.Scatter(
        x=np.concatenate([at, at[::-1]]),
        y=np.concatenate([high, low[::-1]]),
        fill="toself",
        fillcolor=colour.replace("rgb(", "rgba(").replace(")", ",0.16)"),
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
    )


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


def _scale(figure: go.Figure, values: list[float]) -> None:
    """Logarithmic where values (ascending, different) differ much; a tick at each of a few."""
    is_log = values[0] > 0 and values[-1] / values[0] > LOG_FROM
    figure.update_xaxes(type="log" if is_log else "linear")
    if len(values) <= MAX_TICKS:
        figure.update_xaxes(tickvals=values, ticktext=[f"{v:g}" for v in values])
