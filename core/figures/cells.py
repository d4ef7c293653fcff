"""Cells of a heat map that can be clicked: the browser selects markers, not a heat map's own cells."""

from __future__ import annotations

import plotly.graph_objects as go


def with_cells(figure: go.Figure) -> go.Figure:
    """The figure of one heat map with an unseen marker on each of its cells.

    A selected marker's `customdata` is row and column.
    """
    table = figure.data[0]
    rows, columns = len(table.z), len(table.z[0]) if len(table.z) else 0
    places = [(row, column) for row in range(rows) for column in range(columns)]
    unseen = {"opacity": 0.0}
    return figure.add_trace(
        go.Scatter(
            x=[column for _, column in places],
            y=[row for row, _ in places],
            customdata=[list(place) for place in places],
            mode="markers",
            marker={"symbol": "square", "size": 26, "color": "rgba(0,0,0,0)"},
            selected={"marker": unseen},
            unselected={"marker": unseen},
            text=[str(table.text[row][column]) for row, column in places],
            hovertemplate="%{text} images<extra></extra>",
            showlegend=False,
        )
    )
