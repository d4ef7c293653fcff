"""Agreement of clusters with labels: by hand, against scikit-learn, under what must not change it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from sklearn import metrics as reference

from core.latents.arrays import Undefined
from core.metrics import agreement

RNG = np.random.default_rng(0)

Y = RNG.integers(0, 4, 400)
C = np.where(RNG.random(400) < 0.7, Y, RNG.integers(0, 6, 400))
PAIRS = np.array([0, 0, 1, 1])


@pytest.mark.parametrize(
    ("labels", "clusters", "names", "acc"),
    [
        pytest.param([0, 0, 1, 1], [5, 5, 3, 3], {5: 0, 3: 1}, 1.0, id="renamed -> perfect"),
        pytest.param([2, 2, 4, 4], [0, 0, 0, 1], {0: 2, 1: 4}, 0.75, id="one astray -> 3/4"),
        pytest.param([0, 0, 0, 1], [0, 0, 1, 2], {0: 0, 2: 1}, 0.75, id="surplus cluster -> wrong"),
        pytest.param([0, 0, 1, 1], [0, -1, 1, -1], {0: 0, 1: 1}, 0.5, id="noise -> wrong"),
        pytest.param([0, 1, 2], [0, 0, 0], None, 1 / 3, id="one cluster -> largest class"),
        pytest.param([0, 1], [-1, -1], {}, 0.0, id="all noise -> 0"),
        pytest.param([-1, -1, 1, 1], [0, 0, 1, 1], {0: -1, 1: 1}, 1.0, id="a label may be -1"),
        pytest.param([-1, -1, 1, 1], [-1, -1, 1, 1], {1: 1}, 0.5, id="a label of -1 is not noise"),
        pytest.param(
            [0] * 5 + [1] * 4, [0, 0, 0, 1, 1, 0, 0, 0, 0], {0: 1, 1: 0}, 6 / 9,
            id="best of all matchings, not greedy",
        ),
    ],
)  # fmt: skip
def test_accuracy_by_hand(
    labels: list[int], clusters: list[int], names: dict[int, int] | None, acc: float
) -> None:
    y, c = np.array(labels), np.array(clusters)
    assert agreement.accuracy(y, c) == pytest.approx(acc)
    assert names is None or agreement.match_clusters(y, c) == names


def test_confusion_puts_surplus_and_noise_last() -> None:
    counts, classes, columns = agreement.confusion_matrix(
        np.array([2, 2, 2, 7, 7, 7, 7]), np.array([9, 9, 4, 1, 1, -1, 4])
    )
    assert (classes, columns) == ((2, 7), (9, 1, 4, -1))
    np.testing.assert_array_equal(counts, [[2, 0, 1, 0], [0, 2, 1, 1]])


def test_confusion_agrees_with_sklearn() -> None:
    counts, classes, columns = agreement.confusion_matrix(Y, C)
    expected = reference.confusion_matrix(Y, C)[: len(classes)][:, list(columns)]
    np.testing.assert_array_equal(counts, expected)
    assert agreement.accuracy(Y, C) == np.trace(counts) / len(Y)


AGREEMENT = {
    "nmi": reference.normalized_mutual_info_score,
    "ari": reference.adjusted_rand_score,
    "ami": reference.adjusted_mutual_info_score,
    "homogeneity": reference.homogeneity_score,
    "completeness": reference.completeness_score,
}


@pytest.mark.parametrize("name", AGREEMENT)
def test_agreement_scores(name: str) -> None:
    score = getattr(agreement, name)
    assert score(PAIRS, 1 - PAIRS) == pytest.approx(1)
    assert score(Y, C) == pytest.approx(AGREEMENT[name](Y, C))
    shuffled = np.array([3, 5, 0, 1, 4, 2])[C]
    assert score(Y, shuffled) == pytest.approx(score(Y, C))
    assert agreement.accuracy(Y, shuffled) == agreement.accuracy(Y, C)
    assert np.isfinite(score(np.arange(30), np.arange(30) // 2))  # more classes than half of n
    with pytest.raises(Undefined, match="same label"):
        score(np.zeros(4, int), PAIRS)


def test_confusion_has_a_row_for_a_label_of_minus_one() -> None:
    counts, classes, columns = agreement.confusion_matrix(Y - 1, C)
    assert (classes, columns) == ((-1, 0, 1, 2), agreement.confusion_matrix(Y, C).columns)
    np.testing.assert_array_equal(counts, agreement.confusion_matrix(Y, C).counts)


def test_mistakes_by_hand() -> None:
    labels, clusters = np.array([0, 0, 1, 2, 2]), np.array([5, 6, 6, -1, 7])
    # 5 stands for 0, 6 for 1; 7 stands for no label, and noise never does
    wrong = agreement.mistaken(labels, clusters, {5: 0, 6: 1})
    assert wrong.tolist() == [0, 1, 0, 1, 1]


def test_mistakes_are_what_lacks_to_accuracy() -> None:
    wrong = agreement.mistaken(Y, C, agreement.match_clusters(Y, C))
    assert agreement.accuracy(Y, C) == pytest.approx(1 - wrong.mean())


def test_arrays_of_different_points_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="same points; got 400 and 3"):
        agreement.accuracy(Y, PAIRS[:3])


def test_the_match_is_that_of_the_assignment_problem() -> None:
    rng = np.random.default_rng(0)
    kinds = set()
    for share in np.repeat([0.0, 0.3, 0.6, 0.9], 50):  # of the points in the cluster of their label
        labels = rng.integers(0, rng.integers(1, 7), rng.integers(1, 60))
        clusters = np.where(
            rng.random(len(labels)) < share, labels, rng.integers(-1, 6, len(labels))
        )
        classes, ids = np.unique(labels), np.setdiff1d(clusters, [-1])
        counts = np.array([[((labels == a) & (clusters == b)).sum() for b in ids] for a in classes])
        found = agreement.match_clusters(labels, clusters)
        rows, columns = linear_sum_assignment(counts, maximize=True)
        assert found == {int(ids[c]): int(classes[r]) for r, c in zip(rows, columns, strict=True)}
        commonest = counts.argmax(axis=0)
        kinds.add(len(set(commonest.tolist())) == len(ids))
    assert kinds == {True, False}  # those where nothing has to be traded, and others
