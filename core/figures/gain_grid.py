"""What a term gains over none by two of its parameters: a small heat map with its numbers."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from core.figures.style import DIVERGING, empty_figure

HEIGHT = 230


def gain_grid(gains: pd.DataFrame, x: str, y: str, most: float) -> go.Figure:
    """`gain` by two columns, in colours that go from -`most` to `most`: blue is better than none.

    Args:
        gains: with `x`, `y` and `gain`, each pair once.
        x: column across.
        y: column down.
        most: the largest gain or loss of all that are compared.
    """
    table = gains.pivot_table(index=y, columns=x, values="gain")
    figure = empty_figure(HEIGHT)
    figure.add_heatmap(
        x=[f"{value:g}" for value in table.columns],
        y=[f"{value:g}" for value in table.index],
        z=table,
        texttemplate="%{z:+.2f}",
        textfont={"color": "rgb(20,20,20)"},
        colorscale=DIVERGING,
        zmin=-most,
        zmax=most,
        showscale=False,
        xgap=1,
        ygap=1,
        hovertemplate=f"{x} %{{x}}, {y} %{{y}}<br>%{{z:+.3f}}<extra></extra>",
    )
    figure.update_xaxes(type="category", title={"text": x})
    figure.update_yaxes(type="category", title={"text": y})
    return figure
