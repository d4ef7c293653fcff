"""Figures of comparisons: rows and summaries in, plotly figures out. Nothing here knows a page.

`customdata` of a point begins with the ids of the rows that it stands for, joined by spaces: who selects
points can say which Runs these are. Cited values are drawn as open diamonds or dotted lines, in grey.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from core.figures.charts import DIGIT_COLOURS, GREY, blank, colour_of, say
from core.metrics.evaluation import METRICS
from core.setting.setting import FIELDS

MAX_GROUPS = 60
ROW = 30  # pixels of a group, at least
_LINES = 4
_TICK = 26  # letters in a line
FEW_POINTS = 1_500  # of more points the browser's graphics card draws faster
_SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "star")
_MEAN = DIGIT_COLOURS[1]
_SEED = "rgb(58,134,196)"  # to be seen on white and on black
LEGEND = {"orientation": "h", "yref": "container", "yanchor": "bottom", "y": 0, "x": 0,
          "itemsizing": "constant"}  # fmt: skip
MAX_NAMED = 12  # of more groups the legend would be larger than the chart: hovering names them
MAX_BANDS = 8


def label(name: str) -> str:
    """A column's name for people; a score says which way is better."""
    if name in METRICS:
        return f"{METRICS[name].label} {'↑' if METRICS[name].better == 'higher' else '↓'}"
    if name in FIELDS:
        return FIELDS[name].label
    return name.replace(".", " ").replace("_", " ")


def short(text: str, length: int = 44) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def ticks(names: Sequence[str]) -> list[str]:
    """Names as texts of an axis: few lines, narrow enough for a telephone."""
    found = []
    for name in names:
        lines = textwrap.wrap(name, _TICK) or [""]
        found.append("<br>".join(lines[:_LINES]) + ("…" if len(lines) > _LINES else ""))
    return found


def height(names: Sequence[str], least: int = 3) -> int:
    """Pixels of a figure with a row for each name, at least so many, and room for its lines."""
    lines = max((text.count("<br>") + 1 for text in ticks(names)), default=1)
    return 110 + max(ROW, 14 * lines + 4) * max(len(names), least)


def name_rows(figure: go.Figure, names: Sequence[str], edge: float = 0.4) -> None:
    """Put names at rows 0, 1, ... of the y axis, the first on top; `edge` is the room below the last."""
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=ticks(names),
        tickfont={"size": 11},
        range=[len(names) - edge, edge - 1],
        showgrid=False,
        zeroline=False,
    )


def bars(
    mean: Iterable[float | None],
    low: Iterable[float | None],
    high: Iterable[float | None],
    colour: str,
) -> dict[str, Any]:
    """`error_x` of means with the ends of their intervals; NaN or None where there is none."""
    middle, first, last = (np.array(list(ends), np.float64) for ends in (mean, low, high))
    return {
        "type": "data",
        "symmetric": False,
        "array": (last - middle).astype(np.float32),
        "arrayminus": (middle - first).astype(np.float32),
        "color": colour,
        "thickness": 2,
        "width": 5,
    }


def style(number: int) -> dict[str, str]:
    return {"color": colour_of(number), "symbol": _SYMBOLS[number // 10 % len(_SYMBOLS)]}


def scatter(points: int) -> Any:
    return go.Scatter if points <= FEW_POINTS else go.Scattergl


def custom(rows: pd.DataFrame) -> npt.NDArray[Any]:
    return rows[["id", "seed"]].to_numpy(dtype=object)


def ids_of(parts: pd.Series) -> str:
    return " ".join(parts)


def digits(metric: str) -> str:
    return ".4g" if metric == "reconstruction_mse" else ".3f"


def known_cited(cited: pd.DataFrame | None, *columns: str) -> pd.DataFrame:
    """Cited rows that have all of these values."""
    if cited is None or not set(columns) <= set(cited):
        return pd.DataFrame({"label": [], **{name: [] for name in columns}})
    return cited.dropna(subset=list(columns))


# --------------------------------------------------------------------------------------- groups
def groups(
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
    figure = blank(height(names), legend=LEGEND)
    if not names:
        return say(figure, "None of these has that score.")
    place = {group: float(i) for i, group in enumerate(best["group"])}
    dots = rows[rows["group"].isin(place)].dropna(subset=[metric])
    rank = dots.groupby("group")["seed"].rank(method="first")
    size = dots["group"].map(dots.groupby("group").size())
    spread = ((rank - 0.5) / size - 0.5) * 0.5  # one above the other, or equal ones would hide
    figure.add_trace(
        scatter(len(dots))(
            x=dots[metric].to_numpy(np.float32),
            y=(dots["group"].map(place).astype(float) + spread).to_numpy(np.float32),
            mode="markers",
            name="one seed",
            marker={"color": _SEED, "size": 7, "opacity": 0.6},
            customdata=custom(dots),
            hovertemplate=f"{METRICS[metric].label} %{{x:{digits(metric)}}}<br>seed "
            "%{customdata[1]}<extra></extra>",
        )
    )
    ids = dots.groupby("group")["id"].agg(ids_of)
    figure.add_trace(
        go.Scatter(
            x=best["mean"].to_numpy(np.float32),
            y=best["group"].map(place).to_numpy(np.float32),
            mode="markers",
            name="mean, 95 % interval",
            marker={"color": _MEAN, "symbol": "diamond", "size": 9},
            error_x=bars(best["mean"], best["low"], best["high"], _MEAN),
            customdata=[
                [ids.get(g, ""), g, int(n), _interval(low, high, metric)]
                for g, n, low, high in zip(
                    best["group"], best["n"], best["low"], best["high"], strict=True
                )
            ],
            hovertemplate=f"%{{customdata[1]}}<br>mean {METRICS[metric].label} "
            f"%{{x:{digits(metric)}}}%{{customdata[3]}}<br>%{{customdata[2]}} rows<extra></extra>",
        )
    )
    if len(others):
        figure.add_trace(diamonds(others[metric], range(len(place), len(names)), others["label"]))
    figure.update_xaxes(title={"text": label(metric)})
    name_rows(figure, names)
    return figure


def _interval(low: float, high: float, metric: str) -> str:
    if not np.isfinite(low):
        return ""
    return f", 95 % {format(low, digits(metric))} to {format(high, digits(metric))}"


def diamonds(x: Any, y: Any, names: Any) -> go.Scatter:
    return go.Scatter(
        x=list(x),
        y=list(y),
        text=list(names),
        mode="markers",
        name="cited, not measured here",
        marker={"color": GREY, "symbol": "diamond-open", "size": 10, "line": {"width": 2}},
        hovertemplate="%{text}, cited<br>%{x:.3f}<extra></extra>",
    )


# --------------------------------------------------------------------------------------- trends
def trend(
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
    figure = blank(460, legend=LEGEND)
    known = summary.dropna(subset=["mean"])
    placed = known.dropna(subset=["x"])
    if not len(placed):
        return say(figure, "None of these has that score along that axis.")
    values = placed["x"].to_numpy(np.float64)
    log = values.min() > 0 and values.max() / values.min() > 20
    dots = rows.dropna(subset=["x", metric])
    lines = placed["line"].nunique()
    for number, (line, part) in enumerate(placed.groupby("line", sort=True)):
        part = part.sort_values("x")
        look = style(number)
        at = part["x"].to_numpy(np.float64)
        if lines <= MAX_BANDS and part["low"].notna().any():
            low, high = (part[e].fillna(part["mean"]).to_numpy(np.float64) for e in ("low", "high"))
            fill = look["color"].replace("rgb(", "rgba(").replace(")", ",0.16)")
            figure.add_trace(
                go.Scatter(
                    x=np.concatenate([at, at[::-1]]),
                    y=np.concatenate([high, low[::-1]]),
                    fill="toself",
                    fillcolor=fill,
                    line={"width": 0},
                    mode="lines",
                    hoverinfo="skip",
                    showlegend=False,
                    legendgroup=str(line),
                )
            )
        own = dots[dots["line"] == line]
        ids = own.groupby("x")["id"].agg(ids_of)
        figure.add_trace(
            go.Scatter(
                x=at,
                y=part["mean"].to_numpy(np.float64),
                mode="lines+markers",
                name=short(str(line)),
                legendgroup=str(line),
                showlegend=lines <= MAX_NAMED,
                line={"color": look["color"], "width": 2},
                marker={**look, "size": 9},
                customdata=[[ids.get(v, ""), int(n)] for v, n in zip(at, part["n"], strict=True)],
                hovertemplate=f"{line}<br>{label(x)} %{{x}}<br>mean %{{y:{digits(metric)}}}, "
                "%{customdata[1]} rows<extra></extra>",
            )
        )
        figure.add_trace(
            scatter(len(dots))(
                x=own["x"].to_numpy(np.float64),
                y=own[metric].to_numpy(np.float32),
                mode="markers",
                marker={**look, "size": 5, "opacity": 0.5},
                customdata=custom(own),
                showlegend=False,
                legendgroup=str(line),
                hovertemplate=f"{line}<br>%{{y:{digits(metric)}}}, seed %{{customdata[1]}}"
                "<extra></extra>",
            )
        )
    for _, level in known[known["x"].isna()].iterrows():
        _level(figure, level["mean"], f"{level['line']} {level['mean']:{digits(metric)}}", "dash")
    for _, row in known_cited(cited, metric).iterrows():
        _level(figure, row[metric], f"{row['label']} (cited)", "dot")
    figure.update_xaxes(title={"text": label(x)}, type="log" if log else "linear")
    if len(set(values.tolist())) <= 12:
        ticks = sorted(set(values.tolist()))
        figure.update_xaxes(tickvals=ticks, ticktext=[f"{v:g}" for v in ticks])
    figure.update_yaxes(title={"text": label(metric)})
    return figure


def _level(figure: go.Figure, y: float, text: str, dash: str) -> None:
    line = {"dash": dash, "color": GREY, "width": 1}
    note = {"text": short(text), "font": {"size": 11}, "xanchor": "right"}
    figure.add_hline(y=float(y), line=line, annotation=note, annotation_position="top right")
