"""Verdicts that contradict each other, in sentences."""

from __future__ import annotations

import pytest

from core.compare.disagreements import disagreements
from tests.compare.made_verdict import verdict


def test_further_apart_but_wrong() -> None:
    found = disagreements(
        [verdict("silhouette_clusters"), verdict("acc", "weaker"), verdict("ari", "weaker")]
    )
    assert found == [
        "Sine (the post): cluster silhouette (+0.31) is stronger, but ACC (-0.31) and ARI (-0.31) are "
        "weaker: clusters are further apart, but match the labels less"
    ]


@pytest.mark.parametrize(
    ("up", "down", "meaning"),
    [
        ("nmi", "silhouette_labels", "clusters match the labels better, but are less far apart"),
        ("silhouette_clusters", "silhouette_labels", "scores of separation contradict each other"),
        ("homogeneity", "completeness", "scores of agreement with the labels contradict"),
        ("acc", "reconstruction_mse", "the clusters have a price"),
        ("silhouette_labels", "knn_accuracy", "the clusters have a price"),
    ],
)
def test_every_kind_of_contradiction(up: str, down: str, meaning: str) -> None:
    found = disagreements([verdict(up), verdict(down, "weaker")])
    assert len(found) == 1
    assert meaning in found[0]


def test_a_silhouette_that_comes_with_warnings() -> None:
    found = disagreements(
        [verdict("silhouette_labels", warnings=(("collapsed", 3),)), verdict("acc")]
    )
    assert len(found) == 1
    assert '"collapsed" in 3 of 10 seeds' in found[0]
    assert not disagreements([verdict("acc", warnings=(("collapsed", 3),))])


def test_nothing_is_said_where_nothing_disagrees() -> None:
    open_one = verdict("ari", "no evidence")
    assert disagreements([verdict("silhouette_labels"), verdict("acc"), open_one]) == []
    assert disagreements([verdict("silhouette_labels", "weaker"), verdict("acc", "weaker")]) == []
    assert disagreements([]) == []


def test_comparisons_are_not_mixed() -> None:
    there = (("digits", "0,2,4,6,8"), ("latent_dim", 2))
    assert disagreements([verdict("silhouette_labels"), verdict("acc", "weaker", at=there)]) == []
