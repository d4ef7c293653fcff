"""Centres, outliers, near duplicates and suspects: by hand and by all pairs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.neighbors import NearestNeighbors

from core.latents.arrays import LatentError, Undefined
from core.latents.typical import (
    centres,
    difference,
    near_duplicates,
    outliers,
    suspected_mislabels,
    typical,
)

RNG = np.random.default_rng(2)


def test_centres_by_hand() -> None:
    X = np.array([[0.0], [1], [5], [10], [10], [50]])
    found = centres(X, np.array([3, 3, 3, 7, 7, -1]))
    assert found.groups.tolist() == [3, 7]  # noise is no group
    assert found.means[:, 0].tolist() == [2, 10]
    assert found.medoids.tolist() == [1, 3]  # not 5 and not the second 10
    assert found.sizes.tolist() == [3, 2]


@pytest.mark.parametrize(("n", "d"), [(700, 2), (1500, 30), (300, 1)])
def test_medoids_are_those_of_all_pairs(n: int, d: int) -> None:
    X, groups = RNG.exponential(size=(n, d)), RNG.integers(0, 2, n)
    found = centres(X, groups)
    for group, medoid in zip(found.groups, found.medoids, strict=True):
        rows = np.flatnonzero(groups == group)
        assert medoid == rows[cdist(X[rows], X[rows]).sum(axis=1).argmin()]


def test_all_noise_has_no_centres() -> None:
    found = centres(np.zeros((3, 2)), np.full(3, -1))
    assert found.means.shape == (0, 2)
    assert len(found.medoids) == 0


def test_a_difference_leads_from_centre_to_centre() -> None:
    X, groups = RNG.normal(size=(50, 3)), RNG.integers(0, 3, 50)
    found = centres(X, groups)
    np.testing.assert_allclose(
        found.means[0] + difference(X, groups, 0, 2), found.means[2], atol=1e-12
    )
    np.testing.assert_allclose(difference(X, groups, 1, 1), 0)
    with pytest.raises(LatentError, match="group 9 has none"):
        difference(X, groups, 0, 9)


def test_the_typical_are_the_medoid_and_its_nearest_by_hand() -> None:
    X = np.array([[0.0], [4], [5], [5], [7], [50], [51]])
    found = typical(X, np.array([2, 2, 2, 2, 2, -1, 5]), 3)
    assert list(found) == [2, 5]
    assert found[2].rows.tolist() == [2, 3, 1]  # the medoid before its duplicate
    assert found[2].scores.tolist() == [0, 0, 1]
    assert found[5].rows.tolist() == [6]


def test_the_typical_begin_with_the_medoid() -> None:
    X, groups = RNG.normal(size=(300, 4)), RNG.integers(0, 3, 300)
    first = [ranked.rows[0] for ranked in typical(X, groups).values()]
    assert first == centres(X, groups).medoids.tolist()


def test_outliers_are_furthest_from_their_kth_neighbour() -> None:
    X, groups = RNG.normal(size=(300, 3)), RNG.integers(-1, 2, 300)
    far = NearestNeighbors(n_neighbors=6).fit(X).kneighbors(X)[0][:, -1]  # itself and 5 others
    found = outliers(X, groups, 4, k=5)
    assert sorted(found) == [0, 1]
    for group, ranked in found.items():
        rows = np.flatnonzero(groups == group)
        assert ranked.rows.tolist() == rows[np.argsort(-far[rows])[:4]].tolist()
        np.testing.assert_allclose(ranked.scores, far[ranked.rows])


def test_near_duplicates_are_the_least_distances_each_pair_once() -> None:
    X = np.array([[0.0], [1], [1.1], [5], [5], [20]])
    found = near_duplicates(X)
    assert found.rows.tolist() == [[3, 4], [1, 2], [0, 1], [3, 5]]
    np.testing.assert_allclose(found.distances, [0, 0.1, 1, 15])
    assert near_duplicates(X, 1).rows.tolist() == [[3, 4]]


def test_a_wrong_label_among_others_is_suspected() -> None:
    X = np.vstack([RNG.normal(size=(60, 2)), RNG.normal(size=(60, 2)) + 50])
    labels = np.repeat([4, 8], 60)
    assert len(suspected_mislabels(X, labels).rows) == 0
    labels[[7, 100]] = 8, 4
    labels[50] = 5
    found = suspected_mislabels(X, labels)
    assert sorted(found.rows) == [7, 50, 100]
    assert dict(zip(found.rows.tolist(), found.others.tolist(), strict=True)) == {
        7: 4,
        50: 4,
        100: 8,
    }
    assert (np.diff(found.shares) <= 0).all()
    assert (found.shares > 0.8).all()
    assert len(suspected_mislabels(X, labels, count=2).rows) == 2


def test_half_of_the_neighbours_is_no_suspicion() -> None:
    """Of the first point's two neighbours one has its label; the third has none of its own."""
    X, labels = np.array([[0.0], [1], [2.1]]), np.array([0, 1, 0])
    found = suspected_mislabels(X, labels, k=2)
    assert found.rows.tolist() == [1]
    assert found.shares.tolist() == [1]


@pytest.mark.parametrize(
    "call",
    [
        lambda: centres(np.full((3, 1), np.nan), np.zeros(3, int)),
        lambda: outliers(np.zeros((3, 1)), np.zeros(3, int)),
        lambda: near_duplicates(np.zeros((1, 1))),
        lambda: suspected_mislabels(np.zeros((3, 1)), np.zeros(3, int)),
    ],
)
def test_too_little_is_undefined(call) -> None:
    with pytest.raises(Undefined):
        call()
