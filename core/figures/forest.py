"""Verdicts as a forest plot: each difference from the baseline with its interval and its seeds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.compare.verdict import NO_EVIDENCE, STRONGER, WEAKER, Verdict
from core.figures.shared import (
    LEGEND,
    MAX_GROUPS,
    height_of_rows,
    interval_bars,
    name_rows,
    number_format,
)
from core.figures.style import DIVERGING, GREY, add_sentence, empty_figure
from core.metrics.catalogue import METRICS

MAX_DOTS = 400
# by colour and by shape
_LOOKS = {
    STRONGER: (str(DIVERGING[2][1]), "triangle-up"),
    NO_EVIDENCE: (GREY, "circle"),
    WEAKER: (str(DIVERGING[0][1]), "triangle-down"),
}


def has_dots(verdicts: Sequence[Verdict]) -> bool:
    """Whether `forest` draws every seed: of more than `MAX_DOTS` they hide the intervals, slowly."""
    return sum(v.n for v in verdicts) <= MAX_DOTS


def forest(verdicts: Sequence[Verdict], names: Sequence[str]) -> go.Figure:
    """Mean differences with 95 % intervals, best first, and with few seeds each pair as a dot.

    Args:
        verdicts: of one score.
        names: of what each is about, for people.

    Returns:
        A figure of the best `MAX_GROUPS`; what no seed has of both is left out.
    """
    known = [(v, n) for v, n in zip(verdicts, names, strict=True) if v.difference is not None]
    if not known:
        return add_sentence(empty_figure(200), "No seed has that score of both.")
    metric = known[0][0].metric
    sign = -1 if METRICS[metric].better == "higher" else 1
    known.sort(key=lambda pair: sign * (pair[0].difference or 0.0))
    known = known[:MAX_GROUPS]
    shown = [name for _, name in known]
    figure = empty_figure(height_of_rows(shown, least=2), legend=LEGEND)
    figure.add_vline(x=0, line={"color": GREY, "width": 1, "dash": "dash"}, layer="below")
    if has_dots(verdicts):  # of all, as whoever describes the figure asks
        _dots(figure, known, metric)
    for word, (colour, symbol) in _LOOKS.items():
        rows = [(i, v) for i, (v, _) in enumerate(known) if v.word == word]
        if not rows:
            continue
        means = [v.difference for _, v in rows]
        figure.add_scatter(
            x=means,
            y=[i for i, _ in rows],
            mode="markers",
            name=word,
            marker={"color": colour, "symbol": symbol, "size": 11},
            error_x=interval_bars(
                means, [v.low for _, v in rows], [v.high for _, v in rows], colour
            ),
            text=[v.sentence for _, v in rows],
            hovertemplate="%{text}<extra></extra>",
        )
    # short enough for a telephone; what is different is the chart's title
    better = "worse ← difference → better" if sign < 0 else "better ← difference → worse"
    figure.update_xaxes(title={"text": better})
    name_rows(figure, shown)
    return figure


def _dots(figure: go.Figure, known: Sequence[tuple[Verdict, str]], metric: str) -> None:
    figure.add_scatter(
        x=[d for v, _ in known for d in v.differences],
        y=[
            row + spread
            for row, (v, _) in enumerate(known)
            for spread in np.linspace(-0.25, 0.25, v.n + 2)[1:-1].tolist()
        ],
        mode="markers",
        name="one seed",
        marker={"color": GREY, "size": 5, "opacity": 0.5},
        customdata=[seed for v, _ in known for seed in v.seeds],
        hovertemplate=f"%{{x:+{number_format(metric)}}}, seed %{{customdata}}<extra></extra>",
    )
