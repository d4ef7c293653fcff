"""The dozen points of the Method page: what they show is true of our own scores."""

from __future__ import annotations

import numpy as np
import pytest

from core.metrics.situations import (
    HIGH,
    LOW,
    SHOWN,
    SITUATIONS,
    contents,
    disputed_pairs,
    examine,
    mean_distance,
    moved,
    nearest_points,
    own_and_next,
    wrong_points,
)


@pytest.mark.parametrize("name", SITUATIONS)
def test_each_has_a_dozen_points_and_every_score(name: str) -> None:
    situation = SITUATIONS[name]
    assert len(situation.places) == len(situation.labels) == 12
    assert situation.points.min() >= LOW
    assert situation.points.max() <= HIGH
    assert situation.against in SITUATIONS
    values = examine(situation.points, situation.labels).scores.values
    assert list(values) == [n for n in values if n in SHOWN]
    assert None not in values.values()


def test_a_silhouette_rises_while_agreement_falls() -> None:
    before, after = (examine(s.points, s.labels).scores.values
                     for s in (SITUATIONS["loose"], SITUATIONS["wrong"]))  # fmt: skip
    assert after["silhouette_clusters"] > before["silhouette_clusters"] + 0.3
    assert after["acc"] < before["acc"] - 0.4
    assert after["nmi"] < before["nmi"]
    assert after["ari"] < before["ari"]


def test_what_is_counted_gives_the_scores() -> None:
    situation = SITUATIONS["pieces"]
    seen = examine(situation.points, situation.labels)
    assert seen.scores.values["acc"] == 1 - len(wrong_points(seen)) / 12
    samples = []
    for point in range(12):
        own, other = own_and_next(seen, point, by_label=True)
        a, b = mean_distance(seen, point, own), mean_distance(seen, point, other)
        samples.append((b - a) / max(a, b))
    assert np.mean(samples) == pytest.approx(seen.scores.values["silhouette_labels"])
    votes = [np.bincount(seen.labels[nearest_points(seen, i)]).argmax() for i in range(12)]
    assert np.mean(votes == seen.labels) == seen.scores.values["knn_accuracy"]
    assert sum(sum(cell.values()) for cell in contents(seen)) == 12


def test_where_labels_are_clusters_nothing_is_in_dispute() -> None:
    situation = SITUATIONS["apart"]
    seen = examine(situation.points, situation.labels)
    assert not len(wrong_points(seen))
    assert not any(len(disputed_pairs(seen, i)) for i in range(12))


def test_a_moved_point_changes_the_scores_and_not_the_situation() -> None:
    situation = SITUATIONS["apart"]
    seen = examine(moved(situation, 0, 8.0, 2.0), situation.labels)
    assert seen.scores.values["acc"] == 11 / 12
    assert tuple(situation.points[0]) == situation.places[0]
