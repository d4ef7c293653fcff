"""Separation of groups: by hand, against scikit-learn, under what must not change it."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference

from core.latents.arrays import Undefined
from core.latents.clustering_methods import NOISE
from core.metrics import separation

RNG = np.random.default_rng(0)
X = RNG.normal(size=(400, 3)).astype(np.float32)
Y = RNG.integers(0, 4, 400)
C = np.where(RNG.random(400) < 0.7, Y, RNG.integers(0, 6, 400))
X[:, 0] += Y
ROTATION = np.linalg.qr(RNG.normal(size=(3, 3)))[0]
LINE = np.array([[0.0], [1.0], [10.0], [12.0]])
PAIRS = np.array([0, 0, 1, 1])


def test_silhouette_by_hand() -> None:
    # From 0: a = 1, b = (10 + 12) / 2 = 11.  From 10: a = 2, b = (10 + 9) / 2 = 9.5.
    expected = [10 / 11, 9 / 10, 7.5 / 9.5, 9.5 / 11.5]
    np.testing.assert_allclose(separation.silhouette_samples(LINE, PAIRS), expected)
    assert separation.silhouette(LINE, PAIRS) == pytest.approx(np.mean(expected))


def test_silhouette_of_a_single_point_is_zero_and_noise_is_left_out() -> None:
    clusters = np.array([0, 0, 1, -1])
    s = separation.silhouette_samples(LINE, clusters, NOISE)
    np.testing.assert_allclose(s, [9 / 10, 8 / 9, 0, np.nan])
    assert separation.cluster_silhouette(LINE, clusters) == pytest.approx(s[:3].mean())


def _groups(n: int, d: int, groups: int, width: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Points (n, d) around as many centres; each group has two points at least."""
    rng = np.random.default_rng(n + d)
    member = np.arange(n) % groups
    return rng.normal(size=(groups, d))[member] + width * rng.normal(size=(n, d)), member


@pytest.mark.parametrize(
    ("points", "member"),
    [
        pytest.param(X.astype(np.float64), C, id="3 dimensions, groups that overlap"),
        pytest.param(*_groups(700, 1, 5), id="1 dimension"),
        pytest.param(*_groups(700, 4, 5), id="as many dimensions as are taken at once"),
        pytest.param(*_groups(1500, 5, 3), id="one more, and groups longer than a block"),
        pytest.param(*_groups(300, 64, 7, 0.1), id="64 dimensions"),
        pytest.param(*_groups(600, 3, 300), id="as many groups as pairs"),
        pytest.param(*_groups(300, 3, 3, 1e-9), id="groups finer than float32"),
        pytest.param(X.astype(np.float64) * 1e-3 + 1.7e9, C, id="far from zero"),
        pytest.param(X.astype(np.float64) * 1e-200, C, id="smaller than float32 has"),
        pytest.param(X.astype(np.float64) * 1e150, C, id="larger than float32 has"),
        pytest.param(np.vstack([X[:300], 1e6 * X[300:301]]).astype(np.float64), C[:301],
                     id="one point far away"),
    ],
)  # fmt: skip
def test_silhouette_agrees_with_sklearn(points: np.ndarray, member: np.ndarray) -> None:
    shifted = points - points.mean(axis=0)  # which scikit-learn needs, far from zero
    expected = reference.silhouette_samples(shifted / np.abs(shifted).max(), member)
    found = separation.silhouette_samples(points, member)
    np.testing.assert_allclose(found, expected, rtol=0, atol=5e-7)


def test_silhouette_of_coinciding_points_is_zero() -> None:
    np.testing.assert_array_equal(separation.silhouette_samples(np.ones((4, 2)), PAIRS), 0)


def test_davies_bouldin_and_calinski_harabasz() -> None:
    # Spreads 0.5 and 1, centres 0.5 and 11; means 5.75: between 2 * 2 * 5.25^2, within 0.5 + 2.
    assert separation.davies_bouldin(LINE, PAIRS) == pytest.approx(1.5 / 10.5)
    assert separation.calinski_harabasz(LINE, PAIRS) == pytest.approx(110.25 / (2.5 / 2))
    noisy = np.where(np.arange(400) < 50, -1, C)
    wide = X[50:].astype(np.float64)
    assert separation.davies_bouldin(X, noisy) == reference.davies_bouldin_score(wide, C[50:])
    assert separation.calinski_harabasz(X, noisy) == reference.calinski_harabasz_score(wide, C[50:])


LABELS = [
    pytest.param([-1, 1], 2, id="-1 and 1"),
    pytest.param([-1, 0, 1, 2], 4, id="-1 to 2"),
    pytest.param([-2, -1], 2, id="all below 0"),
    pytest.param([-1, 255, 10**12], 3, id="far apart"),
]


@pytest.mark.parametrize(("numbers", "count"), LABELS)
def test_a_label_is_a_class_whatever_its_number(numbers: list[int], count: int) -> None:
    labels = np.array(numbers)[C % count]
    wide = X.astype(np.float64)
    samples = separation.silhouette_samples(X, labels)
    np.testing.assert_allclose(samples, reference.silhouette_samples(wide, labels), atol=5e-7)
    assert separation.silhouette(X, labels) == pytest.approx(np.mean(samples))


@pytest.mark.parametrize("name", ["cluster_silhouette", "davies_bouldin", "calinski_harabasz"])
def test_noise_is_left_out_of_clusters(name: str) -> None:
    noisy = np.where(np.arange(400) < 50, NOISE, C)
    without = getattr(separation, name)(X[50:], C[50:])
    assert getattr(separation, name)(X, noisy) == pytest.approx(without)


@pytest.mark.parametrize("name", ["silhouette", "davies_bouldin", "calinski_harabasz"])
def test_scale_rotation_shift_and_names_do_not_matter(name: str) -> None:
    score = getattr(separation, name)
    moved = 300 * X.astype(np.float64) @ ROTATION + 5
    assert score(moved, 5 - C) == pytest.approx(score(X, C))


@pytest.mark.parametrize("name", ["cluster_silhouette", "davies_bouldin", "calinski_harabasz"])
@pytest.mark.parametrize(
    ("latents", "labels", "reason"),
    [
        pytest.param(LINE, [0, 0, 0, 0], "fewer than two", id="one cluster -> undefined"),
        pytest.param(LINE, [0, 0, -1, -1], "fewer than two", id="one and noise -> undefined"),
        pytest.param(LINE, [-1] * 4, "fewer than two", id="all noise -> undefined"),
        pytest.param(LINE, [0, 1, 2, 3], "of its own", id="n clusters -> undefined"),
        pytest.param(LINE * np.nan, [0, 0, 1, 1], "not finite", id="NaN -> undefined"),
        pytest.param(LINE[:0], [], "no points", id="no points -> undefined"),
    ],
)
def test_undefined_shapes(name: str, latents: np.ndarray, labels: list[int], reason: str) -> None:
    with pytest.raises(Undefined, match=f"undefined because .*{reason}"):
        getattr(separation, name)(latents, np.array(labels, dtype=int))


def test_arrays_of_different_points_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="same points; got 4 and 3"):
        separation.silhouette(LINE, PAIRS[:3])
