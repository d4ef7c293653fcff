"""Figures of a training: its losses by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.style import CLASS_COLOURS, TEMPLATE, add_sentence, class_colour, empty_figure

History = Sequence[Mapping[str, Any]]
HEIGHT = 380


def loss_curves(history: History) -> go.Figure:
    """Reconstruction while training (solid) and held out (dashed); other terms in a row below.

    Args:
        history: records with `epoch`, `train` and `heldout`, each a value by name of a term.

    Returns:
        A figure whose rows have a logarithmic axis where all their values are positive; a single
        epoch is drawn as markers.
    """
    if not history:
        return add_sentence(empty_figure(HEIGHT), "No epoch has finished yet.")
    terms = list(dict.fromkeys(t for r in history for t in r["train"] if t != "reconstruction"))
    blue = {"color": CLASS_COLOURS[0], "width": 2}
    rows = {
        "squared error per pixel": [
            _curve(history, "train", "reconstruction", blue, "reconstruction, training"),
            _curve(history, "heldout", "reconstruction", blue | {"dash": "dash"},
                   "reconstruction, held out"),
        ],
        "other terms": [
            _curve(history, "train", term, {"color": class_colour(i), "width": 1}, term)
            for i, term in enumerate(terms, start=1)
        ],
    }  # fmt: skip
    count = 2 if terms else 1
    figure = make_subplots(count, 1, shared_xaxes=True, row_heights=[0.68, 0.32][:count],
                           vertical_spacing=0.06)  # fmt: skip
    figure.update_layout(template=TEMPLATE, height=HEIGHT)
    for row, (title, curves) in enumerate(list(rows.items())[:count], start=1):
        known = [curve for curve in curves if np.isfinite(curve.y).any()]
        figure.add_traces(known, rows=row, cols=1)
        is_log = bool(known) and min(np.nanmin(curve.y) for curve in known) > 0
        figure.update_yaxes(title={"text": title}, type="log" if is_log else "linear",
                            exponentformat="power", row=row, col=1)  # fmt: skip
    figure.update_xaxes(title={"text": "epoch"}, row=count, col=1)
    return figure


def _curve(history: History, part: str, term: str, line: dict[str, Any], name: str) -> go.Scatter:
    y = np.array([record[part].get(term, np.nan) for record in history], dtype=np.float64)
    symbol = "circle-open" if part == "heldout" else "circle"
    return go.Scatter(
        x=[int(record["epoch"]) for record in history],
        y=np.where(np.isfinite(y), y, np.nan),
        name=name,
        mode="markers" if len(history) == 1 else "lines",
        line=line,
        marker={"color": line["color"], "size": 8, "symbol": symbol},
    )
