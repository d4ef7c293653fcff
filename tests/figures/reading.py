"""What tests of figures read from them, and the results that they draw."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go


def sentences(figure: go.Figure) -> list[str]:
    """Texts on a figure's paper."""
    return [annotation.text for annotation in figure.layout.annotations]


def trace_named(figure: go.Figure, name: str) -> go.Scatter:
    """The first trace whose name begins so."""
    return next(trace for trace in figure.data if trace.name and trace.name.startswith(name))


def selectable_ids(figure: go.Figure) -> set[str]:
    """Ids that can be selected in a figure, as the page reads them."""
    found: set[str] = set()
    for trace in figure.data:
        for custom in trace.customdata if trace.customdata is not None else []:
            found |= set(str(custom[0]).split())
    return found


def result_rows(**columns: object) -> pd.DataFrame:
    """Seeds of two groups, in two latent dimensions; columns in place of others or besides."""
    table = pd.DataFrame(
        [
            {"group": g, "latent_dim": d, "seed": s, "id": f"{i:010x}", "acc": a, "line": g,
             "x": float(d), "reconstruction_mse": 0.1 * d}
            for i, (g, d, s, a) in enumerate(
                [("none", 2, 0, 0.1), ("none", 2, 1, 0.2), ("none", 2, 2, 0.3), ("none", 3, 0, 0.4),
                 ("sine", 2, 0, 0.7), ("sine", 3, 0, 0.5), ("sine", 3, 1, 0.9)]
            )
        ]
    )  # fmt: skip
    return table.assign(**columns)


NO_SUMMARY = pd.DataFrame(
    {name: [] for name in ("group", "line", "x", "mean", "low", "high", "n", "latent_dim")}
)
