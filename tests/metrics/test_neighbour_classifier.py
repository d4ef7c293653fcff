"""The nearest-neighbour classifier for every k: against scikit-learn, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, confusion_matrix
from sklearn.neighbors import KNeighborsClassifier

from core.latents.arrays import Undefined
from core.metrics.neighbour_classifier import (
    accuracy_by_k,
    ask,
    confusion,
    decision_regions,
    predictions,
    share_intervals,
    votes,
    worst_mistakes,
)
from core.metrics.neighbourhood import knn_accuracy

RNG = np.random.default_rng(7)


def blobs(n: int, d: int, classes: tuple[int, ...] = (0, 2, 4, 7)) -> tuple[np.ndarray, np.ndarray]:
    labels = RNG.choice(classes, n)
    return RNG.normal(size=(n, d)) + 0.4 * labels[:, None], labels


@pytest.mark.parametrize("d", [1, 3, 20])
def test_every_k_is_as_scikit_learn_has_it(d: int) -> None:
    (X, y), (Q, truth) = blobs(400, d), blobs(150, d)
    asked = ask(X, y, Q, truth, 30)
    curve = accuracy_by_k(asked)
    assert curve.ks.tolist() == list(range(1, 31))
    assert curve.n == 150
    for k in curve.ks:
        expected = KNeighborsClassifier(k).fit(X, y).predict(Q)
        np.testing.assert_array_equal(predictions(asked, k), expected)
        assert curve.accuracy[k - 1] == accuracy_score(truth, expected)
        assert curve.accuracy[k - 1] == knn_accuracy(X, y, Q, truth, k)
        np.testing.assert_array_equal(
            confusion(asked, k), confusion_matrix(truth, expected, labels=asked.classes)
        )
    assert curve.accuracy[curve.best - 1] == curve.accuracy.max()


@pytest.mark.parametrize("n", [1, 10, 10_000])
def test_intervals_are_wilsons_as_scipy_has_them(n: int) -> None:
    counts = np.unique(np.linspace(0, n, 11).astype(int))
    found = np.column_stack(share_intervals(counts, n))
    expected = [binomtest(int(c), n).proportion_ci(0.95, method="wilson") for c in counts]
    np.testing.assert_allclose(found, [(e.low, e.high) for e in expected], atol=1e-12)


def test_of_equally_many_votes_the_smallest_class_wins() -> None:
    X, y = np.array([[0.0], [1], [2], [3]]), np.array([5, 3, 5, 3])
    asked = ask(X, y, np.array([[0.1]]), np.array([3]), 4)
    assert [int(predictions(asked, k)[0]) for k in (1, 2, 3, 4)] == [5, 3, 5, 3]
    assert accuracy_by_k(asked).accuracy.tolist() == [0, 1, 0, 1]
    assert votes(asked, 3).tolist() == [[1, 2]]


def test_a_class_that_no_neighbour_has_is_a_row_of_the_table() -> None:
    asked = ask(np.zeros((3, 1)), np.array([1, 1, 1]), np.zeros((2, 1)), np.array([1, 9]), 2)
    assert asked.classes.tolist() == [1, 9]
    assert confusion(asked, 2).tolist() == [[1, 0], [1, 0]]


def test_worst_mistakes_have_most_votes_and_the_nearest_misleading_neighbour() -> None:
    X = np.array([[0.0], [0.1], [0.2], [10], [10.1], [10.2]])
    y = np.array([0, 0, 0, 1, 1, 0])
    Q, truth = np.array([[0.05], [10.05], [0.3], [10.1]]), np.array([1, 0, 1, 1])
    found = worst_mistakes(ask(X, y, Q, truth, 3), 3)
    assert [m.row for m in found] == [0, 2, 1]  # 3 votes at 0.05 and at 0.1, then 2 votes
    assert (found[0].truth, found[0].predicted, found[0].share) == (1, 0, 1)
    assert found[0].distance == pytest.approx(0.05)
    assert sorted(found[0].misleading) == [0, 1, 2]
    assert (found[2].predicted, found[2].share) == (1, pytest.approx(2 / 3))
    assert sorted(found[2].misleading) == [3, 4]
    assert len(worst_mistakes(ask(X, y, Q, truth, 3), 3, count=1)) == 1
    assert worst_mistakes(ask(X, y, X, y, 1), 1) == []


def test_regions_are_the_classes_of_their_places() -> None:
    X, y = blobs(200, 2)
    regions = decision_regions(X, y, 5, 30)
    places = np.array([[x, z] for z in regions.ys for x in regions.xs])
    expected = KNeighborsClassifier(5).fit(X, y).predict(places)
    np.testing.assert_array_equal(regions.classes.ravel(), expected)
    assert regions.xs[0] < X[:, 0].min() < X[:, 0].max() < regions.xs[-1]


@pytest.mark.parametrize(
    ("latents", "k"),
    [
        pytest.param(np.zeros((9, 3)), 1, id="three dimensions"),
        pytest.param(np.zeros((2, 2)), 3, id="fewer points than neighbours"),
        pytest.param(np.full((9, 2), np.nan), 1, id="NaN"),
    ],
)
def test_regions_that_cannot_be_are_undefined(latents: np.ndarray, k: int) -> None:
    with pytest.raises((Undefined, ValueError)):
        decision_regions(latents, np.zeros(len(latents), int), k, 5)


@pytest.mark.parametrize("k", [0, 201])
def test_a_k_out_of_its_range_is_refused(k: int) -> None:
    X, y = blobs(300, 2)
    with pytest.raises(ValueError, match="k must be from 1 to"):
        ask(X, y, X, y, k)
    with pytest.raises(ValueError, match="from 1 to the 3 neighbours"):
        predictions(ask(X, y, X, y, 3), 4)


def test_fewer_labelled_points_than_neighbours_is_undefined() -> None:
    X, y = blobs(3, 2)
    with pytest.raises(Undefined, match="fewer than 4"):
        ask(X, y, X, y, 4)
