"""A heat map: mean score by regularizer and latent dimension."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figures.shared import (
    MAX_GROUPS,
    column_label,
    height_of_rows,
    joined_ids,
    known_cited,
    name_rows,
    number_format,
)
from core.figures.style import SEQUENTIAL, add_sentence, empty_figure
from core.metrics.catalogue import METRICS

_CELL = ["group", "latent_dim", "mean", "n"]


def heat_map(
    summary: pd.DataFrame, rows: pd.DataFrame, metric: str, cited: pd.DataFrame | None = None
) -> go.Figure:
    """Mean score by regularizer (down) and latent dimension (across); better is brighter.

    Args:
        summary: `group`, `latent_dim`, `mean` and `n`.
        rows: with `group`, `latent_dim`, `id` and the metric.
        metric: key of `METRICS`.
        cited: `label`, `latent_dim` and the metric; rows of their own below.
    """
    known = summary.dropna(subset=["mean"])[_CELL]
    others = known_cited(cited, metric, "latent_dim").assign(n=0)
    others["group"], others["mean"] = others["label"].astype(str) + " (cited)", others[metric]
    lower = METRICS[metric].better == "lower"
    means = known.groupby("group")["mean"].mean().sort_values(ascending=lower)
    names = [*means.index, *dict.fromkeys(others["group"])][:MAX_GROUPS]
    figure = empty_figure(height_of_rows(names))
    if not names:
        return add_sentence(figure, "None of these has that score.")
    cells = pd.concat([known, others[_CELL]]) if len(others) else known
    cells = cells[cells["group"].isin(names)]
    dims = sorted(int(d) for d in cells["latent_dim"].unique())
    table = cells.pivot_table(index="group", columns="latent_dim", values="mean")
    figure.add_trace(
        go.Heatmap(
            z=table.reindex(index=names, columns=dims).to_numpy(np.float32),
            colorscale=SEQUENTIAL,
            reversescale=lower,
            hoverinfo="skip",
            xgap=1,
            ygap=1,
            colorbar={"title": {"text": METRICS[metric].label, "side": "right"}, "thickness": 14,
                      "outlinewidth": 0},
        )
    )  # fmt: skip
    ids = rows.dropna(subset=[metric]).groupby(["group", "latent_dim"])["id"].agg(joined_ids)
    place = cells.assign(x=cells["latent_dim"].map(dims.index), y=cells["group"].map(names.index))
    figure.add_trace(_numbers(place, ids, metric))
    figure.update_xaxes(
        title={"text": column_label("latent_dim")}, tickvals=list(range(len(dims))), ticktext=dims,
        showgrid=False, zeroline=False,
    )  # fmt: skip
    name_rows(figure, names, edge=0.5)
    return figure


def _numbers(cells: pd.DataFrame, ids: pd.Series, metric: str) -> go.Scatter:
    """The cells' means as text on markers: a heat map's own cells can't be selected."""
    return go.Scatter(
        x=cells["x"].tolist(),
        y=cells["y"].tolist(),
        mode="markers+text",
        marker={"symbol": "square", "size": 24, "color": "rgba(0,0,0,0)"},
        text=[f"{mean:{number_format(metric)}}" for mean in cells["mean"]],
        textfont={"color": _text_colours(cells["mean"], METRICS[metric].better), "size": 11},
        customdata=[
            [ids.get((group, dim), ""), group, int(dim), "cited" if n == 0 else f"{int(n)} rows"]
            for group, dim, n in zip(cells["group"], cells["latent_dim"], cells["n"], strict=True)
        ],
        hovertemplate="%{customdata[1]}<br>latent dimension %{customdata[2]}<br>mean %{text}, "
        "%{customdata[3]}<extra></extra>",
        showlegend=False,
    )


def _text_colours(values: pd.Series, better: str) -> list[str]:
    """Light text on the dark half of the scale, dark on the bright one."""
    shares = (values - values.min()) / ((values.max() - values.min()) or 1.0)
    bright = shares > 0.55 if better == "higher" else shares < 0.45
    return ["rgb(20,20,20)" if b else "white" for b in bright]
