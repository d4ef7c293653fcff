"""The picture of a score draws what the score counts."""

from __future__ import annotations

import pytest

from core.figures.score_picture import score_picture
from core.metrics.situations import SHOWN, SITUATIONS, examine


@pytest.mark.parametrize(
    ("score", "drawn"),
    [
        ("silhouette_labels", {"a: to its own group", "b: to the next group"}),
        ("silhouette_clusters", {"a: to its own group", "b: to the next group"}),
        ("acc", {"wrong"}),
        ("nmi", {"wrong"}),
        ("ari", {"pairs in dispute"}),
        ("knn_accuracy", {"asked neighbours"}),
    ],
)
def test_what_counts_is_drawn(score: str, drawn: set[str]) -> None:
    assert score in SHOWN
    situation = SITUATIONS["wrong"]
    figure = score_picture(examine(situation.points, situation.labels), 0, score)
    names = [trace.name for trace in figure.data]
    assert set(names) - {"label A", "label B", "label C", "the point"} == drawn
    labels = [t for t in figure.data if t.name.startswith("label")]
    assert [len(t.x) for t in labels] == [4, 4, 4]
    assert len({symbol for t in labels for symbol in t.marker.symbol}) == 3
