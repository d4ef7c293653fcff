"""Scores in words."""

from __future__ import annotations

import pytest

from core.metrics.evaluation import Evaluation
from core.metrics.in_words import in_a_sentence, structure


def evaluation(clusters: int, **values: float | None) -> Evaluation:
    return Evaluation("test", 100, "kmeans", clusters, 0, 5, values, dict.fromkeys(values, "why"))


@pytest.mark.parametrize(
    ("silhouette", "word"),
    [
        pytest.param(1.0, "strong structure", id="best"),
        pytest.param(0.71, "strong structure", id="least strong"),
        pytest.param(0.70, "clear structure", id="just below"),
        pytest.param(0.30, "weak structure", id="weak"),
        pytest.param(0.25, "hardly any structure", id="none"),
        pytest.param(-0.5, "hardly any structure", id="negative"),
    ],
)
def test_where_a_silhouette_stands(silhouette: float, word: str) -> None:
    assert structure(silhouette) == word


def test_a_sentence_sums_up() -> None:
    assert in_a_sentence(evaluation(5, silhouette_clusters=0.81, acc=0.9951)) == (
        "Five clusters stand far apart, and 99.5\u00a0% of the images are in the cluster of their digit."
    )
    assert in_a_sentence(evaluation(14, silhouette_clusters=0.1, acc=0.4), "class") == (
        "14 clusters run into each other, "
        "and 40.0\u00a0% of the images are in the cluster of their class."
    )


def test_what_is_unknown_is_not_said() -> None:
    assert in_a_sentence(evaluation(3, silhouette_clusters=0.3, acc=None)) == (
        "Three clusters touch each other."
    )
    assert in_a_sentence(evaluation(3, silhouette_clusters=None)) == "Three clusters were found."
    assert in_a_sentence(evaluation(1)) == "There is one cluster, so nothing is told apart."
    assert in_a_sentence(evaluation(0)) == "No cluster was found."
