"""Figures of many results at once: a trade-off, a heat map, parallel axes, small latent spaces.

As in `core.figures.groups`, `customdata` of a point begins with the ids of its rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from core.compare.comparisons import front
from core.figures.charts import GREY, SEQUENTIAL, blank, colour_of, say
from core.figures.groups import (
    LEGEND,
    MAX_GROUPS,
    MAX_NAMED,
    custom,
    diamonds,
    digits,
    height,
    ids_of,
    known_cited,
    label,
    name_rows,
    scatter,
    short,
    style,
)
from core.metrics.evaluation import METRICS

MAX_LINES = 1_000
_BAR = {"thickness": 14, "outlinewidth": 0}
# plotly's own first view of a space: from the corner (1, 1, 1), z upwards
_RIGHT = np.array([-1, 1, 0]) / np.sqrt(2)
_UP = np.array([-1, -1, 2]) / np.sqrt(6)
_NEAR = np.array([1, 1, 1]) / np.sqrt(3)
_FINE = 3  # subpixels a side
_DOT = 2.2  # radius of a point in pixels


# ------------------------------------------------------------------------------------- trade-off
def trade_off(rows: pd.DataFrame, x: str, y: str, cited: pd.DataFrame | None = None) -> go.Figure:
    """One score against another, a point for each row, and the front that none is better than.

    Args:
        rows: with `group`, `id`, `seed` and both scores.
        x: key of `METRICS`.
        y: key of `METRICS`.
        cited: `label` and both scores.
    """
    figure = blank(520, legend=LEGEND)
    known = rows.dropna(subset=[x, y])
    if not len(known):
        return say(figure, "None of these has both scores.")
    named = known["group"].nunique() <= MAX_NAMED
    for number, (group, part) in enumerate(known.groupby("group", sort=True)):
        figure.add_trace(
            scatter(len(known))(
                x=part[x].to_numpy(np.float32),
                y=part[y].to_numpy(np.float32),
                mode="markers",
                name=short(str(group)),
                showlegend=named,
                marker={**style(number), "size": 8, "opacity": 0.75},
                customdata=custom(part),
                hovertemplate=f"{group}, seed %{{customdata[1]}}<br>{METRICS[x].label} "
                f"%{{x:{digits(x)}}}<br>{METRICS[y].label} %{{y:{digits(y)}}}<extra></extra>",
            )
        )
    x_higher, y_higher = (METRICS[name].better == "higher" for name in (x, y))
    best = known[front(known[x], known[y], x_higher=x_higher, y_higher=y_higher)].sort_values(x)
    figure.add_trace(
        go.Scatter(
            x=best[x].to_numpy(np.float32),
            y=best[y].to_numpy(np.float32),
            mode="lines+markers",
            name="front: none is better in both",
            line={"color": GREY, "width": 2, "shape": "vh" if x_higher else "hv"},
            marker={"color": "rgba(0,0,0,0)", "size": 13, "line": {"color": GREY, "width": 2}},
            customdata=custom(best),
            hoverinfo="skip",
        )
    )
    others = known_cited(cited, x, y)
    if len(others):
        figure.add_trace(diamonds(others[x], others[y], others["label"]))
    figure.update_xaxes(title={"text": label(x)})
    figure.update_yaxes(title={"text": label(y)})
    return figure


# -------------------------------------------------------------------------------------- heat map
def heat(
    summary: pd.DataFrame, rows: pd.DataFrame, metric: str, cited: pd.DataFrame | None = None
) -> go.Figure:
    """Mean score by regularizer (down) and latent dimension (across); higher is brighter.

    Args:
        summary: `group`, `latent_dim`, `mean` and `n`.
        rows: with `group`, `latent_dim`, `id` and the metric.
        metric: key of `METRICS`.
        cited: `label`, `latent_dim` and the metric; rows of their own below.
    """
    known = summary.dropna(subset=["mean"])
    others = known_cited(cited, metric, "latent_dim").assign(n=0)
    others["group"] = others["label"].astype(str) + " (cited)"
    others["mean"] = others[metric]
    order = known.groupby("group")["mean"].mean().sort_values()
    if METRICS[metric].better == "lower":
        order = order[::-1]
    names = [*reversed(order.index.tolist()), *dict.fromkeys(others["group"])]
    names = names[:MAX_GROUPS]
    figure = blank(height(names))
    if not names:
        return say(figure, "None of these has that score.")
    columns = ["group", "latent_dim", "mean", "n"]
    cells = pd.concat([known[columns], others[columns]]) if len(others) else known[columns]
    cells = cells[cells["group"].isin(names)]
    dims = sorted(int(d) for d in cells["latent_dim"].unique())
    table = cells.pivot_table(index="group", columns="latent_dim", values="mean").reindex(
        index=names, columns=dims
    )
    figure.add_trace(
        go.Heatmap(
            z=table.to_numpy(np.float32),
            colorscale=SEQUENTIAL,
            reversescale=METRICS[metric].better == "lower",
            hoverinfo="skip",
            xgap=1,
            ygap=1,
            colorbar=_BAR | {"title": {"text": METRICS[metric].label, "side": "right"}},
        )
    )
    ids = rows.dropna(subset=[metric]).groupby(["group", "latent_dim"])["id"].agg(ids_of).to_dict()
    where = cells.assign(x=cells["latent_dim"].map(dims.index), y=cells["group"].map(names.index))
    # a heat map's cells can't be selected; these markers can
    figure.add_trace(
        go.Scatter(
            x=where["x"].tolist(),
            y=where["y"].tolist(),
            mode="markers+text",
            marker={"symbol": "square", "size": 24, "color": "rgba(0,0,0,0)"},
            text=[f"{mean:{digits(metric)}}" for mean in where["mean"]],
            textfont={"color": _ink(where["mean"], METRICS[metric].better), "size": 11},
            customdata=[
                [ids.get((g, d), ""), g, int(d), "cited" if n == 0 else f"{int(n)} rows"]
                for g, d, n in zip(where["group"], where["latent_dim"], where["n"], strict=True)
            ],
            hovertemplate="%{customdata[1]}<br>latent dimension %{customdata[2]}<br>mean %{text}, "
            "%{customdata[3]}<extra></extra>",
            showlegend=False,
        )
    )
    figure.update_xaxes(
        title={"text": label("latent_dim")}, tickvals=list(range(len(dims))), ticktext=dims,
        showgrid=False, zeroline=False,
    )  # fmt: skip
    name_rows(figure, names, edge=0.5)
    return figure


def _ink(values: pd.Series, better: str) -> list[str]:
    """Light text on the dark half of the scale, dark on the bright one."""
    shares = (values - values.min()) / ((values.max() - values.min()) or 1.0)
    bright = shares > 0.55 if better == "higher" else shares < 0.45
    return ["rgb(20,20,20)" if b else "white" for b in bright]


# ---------------------------------------------------------------------------------- parallel axes
def parallel(
    rows: pd.DataFrame, columns: Sequence[str], cited: pd.DataFrame | None = None
) -> go.Figure:
    """Every row as a line across axes of its scores and numbers, each from its least to its most.

    A box drawn on an axis selects the rows that pass through it.

    Args:
        rows: with `group`, `id`, `seed` and the columns; of more than `MAX_LINES` evenly some.
        columns: numbers, at least two; those that no row has are left out.
        cited: `label` and columns; drawn where it has two or more of them.
    """
    figure = blank(480, legend=LEGEND)
    columns = [name for name in columns if rows[name].notna().any()]
    if len(columns) < 2:
        return say(figure, "There is nothing to draw: choose two or more axes that have values.")
    known = rows.iloc[np.unique(np.linspace(0, len(rows) - 1, MAX_LINES).astype(int))]
    values = known[columns].to_numpy(np.float64)  # (m, d)
    others = (cited if cited is not None else known[:0]).reindex(columns=["label", *columns])
    others = others[others[columns].notna().sum(axis=1) > 1]
    published = others[columns].to_numpy(np.float64, na_value=np.nan)
    every = np.vstack([values, published])
    low, high = np.nanmin(every, axis=0), np.nanmax(every, axis=0)
    d = len(columns)

    def draw(own: npt.NDArray[np.floating], name: str, ids: Sequence[str], **look: Any) -> None:
        middle = np.where(np.isnan(own), np.nan, 0.5)
        y = np.full((len(own), d + 1), np.nan, np.float32)  # a gap after each row's line
        y[:, :d] = np.where(high > low, (own - low) / np.where(high > low, high - low, 1), middle)
        texts = np.full((len(own), d + 1, 2), "", dtype=object)
        texts[:, :, 0] = np.array(ids, dtype=object)[:, None]
        texts[:, :d, 1] = np.char.mod("%.4g", own)
        figure.add_trace(
            scatter(len(known) * d)(
                x=np.tile(np.arange(d + 1, dtype=np.float32), len(own)),
                y=y.ravel(),
                mode="lines+markers",
                name=short(name),
                connectgaps=False,
                customdata=texts.reshape(-1, 2),
                hovertemplate=f"{name}<br>%{{customdata[1]}}<extra></extra>",
                **look,
            )
        )

    places = pd.Series(np.arange(len(known)), known.index)
    for number, (group, part) in enumerate(places.groupby(known["group"], sort=True)):
        look = {"line": {"color": colour_of(number), "width": 1},
                "marker": {**style(number), "size": 5}, "opacity": 0.6,
                "showlegend": known["group"].nunique() <= MAX_NAMED}  # fmt: skip
        own = part.to_numpy()
        draw(values[own], str(group), known["id"].to_numpy(dtype=object)[own].tolist(), **look)
    for name, line in zip(others["label"], published, strict=True):
        marker = {"color": GREY, "symbol": "diamond-open", "size": 8}
        dots = {"color": GREY, "dash": "dot", "width": 2}
        draw(line[None], f"{name} (cited)", [""], line=dots, marker=marker)
    for i in range(d):
        figure.add_vline(x=i, line={"color": GREY, "width": 1}, layer="below")
        for y_end, value in ((-0.03, low[i]), (1.03, high[i])):
            figure.add_annotation(
                x=i, y=y_end, text=f"{value:.3g}", showarrow=False, font={"size": 11},
                yanchor="top" if y_end < 0 else "bottom",
            )  # fmt: skip
    figure.update_xaxes(
        tickvals=list(range(d)), ticktext=[short(label(name), 22) for name in columns],
        range=[-0.3, d - 0.7], side="top", showgrid=False, zeroline=False,
    )  # fmt: skip
    figure.update_yaxes(visible=False, range=[-0.12, 1.12])
    return figure


# ------------------------------------------------------------------------------- small latent spaces
def thumbnail(
    points: npt.NDArray[np.floating], labels: npt.NDArray[np.integer] | None, side: int = 180
) -> npt.NDArray[np.uint8]:
    """A latent space as a small picture, seen from the same place as any other.

    Args:
        points: (n, m), m of 1 to 3; a single dimension is drawn against random heights. NaN: left out.
        labels: (n,) classes for the colours, negative is noise; None: all grey.
        side: of the picture in pixels.

    Returns:
        (side, side, 4) red, green, blue and opacity; nothing behind the points.
    """
    X = np.asarray(points, dtype=np.float64)
    of = np.full(len(X), -1) if labels is None else np.asarray(labels)
    fine = np.isfinite(X).all(axis=1)
    X, of = X[fine], of[fine]
    picture = np.zeros((side * _FINE, side * _FINE, 4), dtype=np.float64)
    if not len(X):
        return picture[:side, :side].astype(np.uint8)
    if X.shape[1] == 1:
        X = np.hstack([X / (X.std() or 1.0), np.random.default_rng(0).uniform(-1, 1, (len(X), 1))])
    X = X - X.mean(axis=0)
    if X.shape[1] == 3:
        order = np.argsort(X @ _NEAR, kind="stable")  # the nearest are drawn last
        X, of = np.stack([X @ _RIGHT, X @ _UP], axis=1)[order], of[order]
    reach = float(np.quantile(np.abs(X), 0.995)) or 1.0
    place = (X * [1, -1] / reach * 0.92 + 1) / 2 * (side * _FINE - 1)
    colours = np.array([_channels(int(c)) for c in of])
    radius = round(_DOT * _FINE)
    for down in range(-radius, radius + 1):
        for across in range(-radius, radius + 1):
            if down**2 + across**2 > radius**2:
                continue
            x, y = (np.rint(place + np.array([across, down]))).astype(int).T
            seen = (x >= 0) & (x < side * _FINE) & (y >= 0) & (y < side * _FINE)
            picture[y[seen], x[seen]] = colours[seen]
    blocks = picture.reshape(side, _FINE, side, _FINE, 4)
    opacity = blocks[..., 3:].mean(axis=(1, 3))
    # colours of drawn subpixels alone, or edges would darken
    colour = blocks[..., :3].sum(axis=(1, 3)) / np.maximum(
        (blocks[..., 3:] > 0).sum(axis=(1, 3)), 1
    )
    return np.rint(np.concatenate([colour, opacity], axis=2)).astype(np.uint8)


def _channels(label_: int) -> list[int]:
    return [*(int(v) for v in colour_of(label_)[4:-1].split(",")), 255]
