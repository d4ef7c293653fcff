"""The post's question, answered from results: does its sine term help at any weight, wavelength, offset?

    python -m core sweep studies/sine-quick.toml      # the grid, two seeds of each choice
    python -m core sweep studies/sine-confirm.toml    # what looked best there, with ten other seeds
    python -m benchmarks.sine --json                  # the table, the verdicts and docs/sine.png

The figure is a heat map: label silhouette less that of `none`, by weight and wavelength. The verdicts
are of the second study alone: what was chosen as the best of a grid looks better there than it is.
Trains nothing; the picture needs Chromium.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from benchmarks.drawing import draw
from core.compare.sine_study import CONFIRM, GRID, gains, sine_rows
from core.compare.summary import summarise
from core.compare.verdicts import verdicts
from core.figures.html import on_paper
from core.figures.style import DIVERGING
from core.metrics.catalogue import METRICS

ROOT = Path(__file__).resolve().parents[1]
SHOWN = ("silhouette_labels", "acc", "knn_accuracy", "reconstruction_mse")
WIDTH, HEIGHT = 1000, 560


def heat(frame: pd.DataFrame, metric: str) -> go.Figure:
    """A panel per scale and offset: a score less that of `none`, by weight and wavelength."""
    means, none = gains(frame, metric)
    scales, offsets = ("relative", "absolute"), sorted(means["offset"].unique())
    units = {"relative": "wavelength in latent scales", "absolute": "wavelength in latent units"}
    figure = make_subplots(
        len(scales),
        len(offsets),
        subplot_titles=[f"{scale}, offset {o:g}" for scale in scales for o in offsets],
        vertical_spacing=0.2,
    )
    most = float(means["gain"].abs().max())
    for i, scale in enumerate(scales, start=1):
        for j, offset in enumerate(offsets, start=1):
            part = means[(means["scale"] == scale) & (means["offset"] == offset)]
            table = part.pivot(index="weight", columns="wavelength", values="gain")
            figure.add_heatmap(
                x=[f"{w:g}" for w in table.columns],
                y=[f"{w:g}" for w in table.index],
                z=table,
                texttemplate="%{z:+.2f}",
                coloraxis="coloraxis",
                row=i,
                col=j,
            )
            figure.update_xaxes(type="category", title=units[scale], row=i, col=j)
            figure.update_yaxes(type="category", title="weight" if j == 1 else "", row=i, col=j)
    figure.update_layout(
        coloraxis={"colorscale": DIVERGING, "cmid": 0, "cmin": -most, "cmax": most},
        coloraxis_colorbar_title="gain",
        width=WIDTH,
        height=HEIGHT,
        template="plotly_white",
    )
    return on_paper(
        figure, f"{METRICS[metric].label} less that of none ({none:.2f}), mean of the seeds"
    )


def table(frame: pd.DataFrame) -> list[str]:
    """Every choice of a study: mean and 95 % interval over its seeds, as Markdown."""
    names = [METRICS[name].label for name in SHOWN]
    lines = [f"| regularizer | seeds | {' | '.join(names)} |", "|---" * (len(SHOWN) + 2) + "|"]
    summaries = {n: summarise(frame, ["regularizer"], n).set_index("regularizer") for n in SHOWN}
    for regularizer in frame["regularizer"].unique():
        cells = [summaries[name].loc[regularizer] for name in SHOWN]
        shown = (f"{c['mean']:,.3g} ({c['low']:,.3g} to {c['high']:,.3g})" for c in cells)
        lines.append(f"| {regularizer} | {cells[0]['n']:.0f} | {' | '.join(shown)} |")
    return lines


def main() -> None:
    """Print the table and the verdicts; draw the grid."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    args = parser.parse_args()
    grid, again = sine_rows(GRID), sine_rows(CONFIRM)
    draw(heat(grid, "silhouette_labels"), ROOT / "docs" / "sine.png")
    print("\n".join(table(again)))
    found = verdicts(again, SHOWN)
    for verdict in found:
        print(f"{verdict.value}: {verdict.sentence}")
    if args.json:
        none = grid[grid["regularizer"] == "none"]
        better = grid[grid["regularizer"] != "none"].groupby("regularizer")[list(SHOWN)].mean()
        content: dict[str, Any] = {
            "settings": int(grid["regularizer"].nunique()),
            "none": {name: float(none[name].mean()) for name in SHOWN},
            "above_none": {
                name: int((better[name] > none[name].mean()).sum()) for name in SHOWN[:3]
            },
            "verdicts": {
                f"{v.value} {v.metric}": [v.word, v.difference, v.low, v.high, v.p_corrected]
                for v in found
            },
        }
        print(json.dumps(content))


if __name__ == "__main__":
    main()
