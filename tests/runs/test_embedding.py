"""An embedding from elsewhere has the scores of its points, whatever their number and place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from core.data.errors import DataError
from core.data.own.embeddings import FoundEmbedding
from core.runs import embedding as module
from core.runs.embedding import Embedding
from core.runs.examples import EXAMPLES, example

Y = np.arange(90) % 3
X = np.random.default_rng(0).normal(size=(90, 5)) + 9 * np.eye(5)[Y]
CLASSES = ("a", "b", "c")


def made(points: Any = X, labels: Any = Y, **more: Any) -> Embedding:
    return Embedding.of(FoundEmbedding(np.asarray(points), labels, CLASSES, **more), "mine")


def test_its_scores_are_those_of_its_points() -> None:
    found, scores = made().evaluated()
    assert found.n_clusters == 3
    assert scores.values["acc"] == 1.0
    assert scores.values["silhouette_labels"] == pytest.approx(silhouette_score(X, Y), abs=1e-5)
    assert "reconstruction_mse" not in scores.values
    assert made().evaluation.values == scores.values


def test_without_labels_ten_clusters_are_looked_for() -> None:
    own = made(labels=None)
    found, scores = own.evaluated()
    assert found.n_clusters == own.usual_clusters == 10
    assert scores.values["acc"] is None
    assert own.shown(found).labels is None


def test_large_offsets_are_moved_and_said() -> None:
    plain, moved = made(), made(X + 1.7e9)
    assert plain.remarks == ()
    assert "moved to about 0" in moved.remarks[0]
    for name, value in plain.evaluation.values.items():
        assert moved.evaluation.values[name] == pytest.approx(value, abs=1e-4), name


def test_of_many_points_some_are_scored_and_all_have_a_cluster(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_SCORED", 40)
    own = made()
    found, scores = own.evaluated()
    assert scores.n == len(own.scored) == 40
    assert made().scored.tolist() == own.scored.tolist()
    shown = own.shown(found)
    assert len(shown.clusters) == 90
    assert shown.clusters[own.scored].tolist() == found.labels.tolist()
    for label in range(3):
        assert len(set(shown.clusters[label == Y])) == 1


def test_its_table_says_what_is_known_of_each_point() -> None:
    own = made(names=np.array([f"p{i}" for i in range(90)]))
    table = own.table(own.shown(own.evaluated()[0]), np.array([4, 2]))
    assert list(table) == ["point", "name", "z1", "z2", "z3", "z4", "z5", "label", "cluster"]
    assert table["name"].tolist() == ["p4", "p2"]
    assert table["label"].tolist() == ["b", "c"]
    np.testing.assert_allclose(table["z5"], X[[4, 2], 4], rtol=1e-6)


def test_colour_images_become_grey_thumbnails() -> None:
    images = np.zeros((90, 3, 6, 8), np.uint8)
    images[:, 0] = 255
    own = made(images=images)
    assert own.images is not None
    assert own.images.shape == (90, 8, 8)
    assert set(own.images.ravel().tolist()) == {76}  # red as ITU-R 601 weighs it


@pytest.mark.parametrize(
    ("points", "said"),
    [
        pytest.param(np.zeros((1, 2)), "got 1 of 2", id="one point"),
        pytest.param(np.zeros((3, 5000)), "got 3 of 5,000", id="too many dimensions"),
        pytest.param(np.array([[0.0], [np.nan]]), "the first of them row 2", id="NaN"),
    ],
)
def test_what_cannot_be_one_is_a_sentence(points: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        made(points, None)


@pytest.mark.parametrize("key", EXAMPLES)
def test_examples_are_points_of_the_digits(key: str) -> None:
    own = example(key)
    assert len(own) == 1797
    assert own.images is not None
    assert own.images.shape == (1797, 8, 8)
    assert own.classes[3] == "digit 3"
