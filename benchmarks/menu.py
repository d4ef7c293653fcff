"""The whole menu against none, from the results of `studies/menu.toml`: `python -m benchmarks.menu`.

Prints what the seeds say about each regularizer's label silhouette, best first, and draws it as a forest
plot to docs/menu.png. Trains nothing; the picture needs Chromium.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.drawing import draw
from core.compare.menu_study import menu_verdicts
from core.compare.verdict import labels
from core.figures.forest import forest
from core.figures.html import on_paper

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Print the verdicts and draw them."""
    found = list(menu_verdicts().values())
    names = labels(found)
    for verdict, name in zip(found, names, strict=True):
        print(f"{name}: {verdict.sentence}")
    figure = forest(found, names)
    figure.update_layout(width=900, template="plotly_white")
    title = "Label silhouette: difference from none over seeds, mean with 95 % interval"
    draw(on_paper(figure, title), ROOT / "docs" / "menu.png")


if __name__ == "__main__":
    main()
