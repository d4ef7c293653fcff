"""Metrics, each in three ways: by hand, against a reference, under what must not change it."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import manifold
from sklearn import metrics as reference
from sklearn.neighbors import KNeighborsClassifier

from core.latents import arrays
from core.latents.arrays import Undefined
from core.metrics import scores as metrics

RNG = np.random.default_rng(0)
X = RNG.normal(size=(400, 3)).astype(np.float32)
Y = RNG.integers(0, 4, 400)
C = np.where(RNG.random(400) < 0.7, Y, RNG.integers(0, 6, 400))
X[:, 0] += Y
ROTATION = np.linalg.qr(RNG.normal(size=(3, 3)))[0]
LINE = np.array([[0.0], [1.0], [10.0], [12.0]])
PAIRS = np.array([0, 0, 1, 1])


# ------------------------------------------------------------------------- labels and clusters
@pytest.mark.parametrize(
    ("labels", "clusters", "names", "acc"),
    [
        pytest.param([0, 0, 1, 1], [5, 5, 3, 3], {5: 0, 3: 1}, 1.0, id="renamed -> perfect"),
        pytest.param([2, 2, 4, 4], [0, 0, 0, 1], {0: 2, 1: 4}, 0.75, id="one astray -> 3/4"),
        pytest.param([0, 0, 0, 1], [0, 0, 1, 2], {0: 0, 2: 1}, 0.75, id="surplus cluster -> wrong"),
        pytest.param([0, 0, 1, 1], [0, -1, 1, -1], {0: 0, 1: 1}, 0.5, id="noise -> wrong"),
        pytest.param([0, 1, 2], [0, 0, 0], None, 1 / 3, id="one cluster -> largest class"),
        pytest.param([0, 1], [-1, -1], {}, 0.0, id="all noise -> 0"),
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
    assert metrics.accuracy(y, c) == pytest.approx(acc)
    assert names is None or metrics.match_clusters(y, c) == names


def test_confusion_puts_surplus_and_noise_last() -> None:
    counts, classes, columns = metrics.confusion_matrix(
        np.array([2, 2, 2, 7, 7, 7, 7]), np.array([9, 9, 4, 1, 1, -1, 4])
    )
    assert (classes, columns) == ((2, 7), (9, 1, 4, -1))
    np.testing.assert_array_equal(counts, [[2, 0, 1, 0], [0, 2, 1, 1]])


def test_confusion_agrees_with_sklearn() -> None:
    counts, classes, columns = metrics.confusion_matrix(Y, C)
    expected = reference.confusion_matrix(Y, C)[: len(classes)][:, list(columns)]
    np.testing.assert_array_equal(counts, expected)
    assert metrics.accuracy(Y, C) == np.trace(counts) / len(Y)


AGREEMENT = {
    "nmi": reference.normalized_mutual_info_score,
    "ari": reference.adjusted_rand_score,
    "ami": reference.adjusted_mutual_info_score,
    "homogeneity": reference.homogeneity_score,
    "completeness": reference.completeness_score,
}


@pytest.mark.parametrize("name", AGREEMENT)
def test_agreement_scores(name: str) -> None:
    score = getattr(metrics, name)
    assert score(PAIRS, 1 - PAIRS) == pytest.approx(1)
    assert score(Y, C) == pytest.approx(AGREEMENT[name](Y, C))
    shuffled = np.array([3, 5, 0, 1, 4, 2])[C]
    assert score(Y, shuffled) == pytest.approx(score(Y, C))
    assert metrics.accuracy(Y, shuffled) == metrics.accuracy(Y, C)
    assert np.isfinite(score(np.arange(30), np.arange(30) // 2))  # more classes than half of n
    with pytest.raises(Undefined, match="same label"):
        score(np.zeros(4, int), PAIRS)


# ----------------------------------------------------------------------------- shape of clusters
def test_silhouette_by_hand() -> None:
    # From 0: a = 1, b = (10 + 12) / 2 = 11.  From 10: a = 2, b = (10 + 9) / 2 = 9.5.
    expected = [10 / 11, 9 / 10, 7.5 / 9.5, 9.5 / 11.5]
    np.testing.assert_allclose(metrics.silhouette_samples(LINE, PAIRS), expected)
    assert metrics.silhouette(LINE, PAIRS) == pytest.approx(np.mean(expected))


def test_silhouette_of_a_single_point_is_zero_and_noise_is_left_out() -> None:
    s = metrics.silhouette_samples(LINE, np.array([0, 0, 1, -1]))
    np.testing.assert_allclose(s, [9 / 10, 8 / 9, 0, np.nan])
    assert metrics.silhouette(LINE, np.array([0, 0, 1, -1])) == pytest.approx(s[:3].mean())


@pytest.mark.parametrize("block", [1, 1000, 2**22])
def test_silhouette_agrees_with_sklearn(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "_BLOCK", block)
    wide = X.astype(np.float64)
    expected = reference.silhouette_samples(wide, C)
    np.testing.assert_allclose(metrics.silhouette_samples(wide, C), expected, atol=1e-9)


def test_silhouette_of_coinciding_points_is_zero() -> None:
    np.testing.assert_array_equal(metrics.silhouette_samples(np.ones((4, 2)), PAIRS), 0)


def test_davies_bouldin_and_calinski_harabasz() -> None:
    # Spreads 0.5 and 1, centres 0.5 and 11; means 5.75: between 2 * 2 * 5.25^2, within 0.5 + 2.
    assert metrics.davies_bouldin(LINE, PAIRS) == pytest.approx(1.5 / 10.5)
    assert metrics.calinski_harabasz(LINE, PAIRS) == pytest.approx(110.25 / (2.5 / 2))
    noisy = np.where(np.arange(400) < 50, -1, C)
    wide = X[50:].astype(np.float64)
    assert metrics.davies_bouldin(X, noisy) == reference.davies_bouldin_score(wide, C[50:])
    assert metrics.calinski_harabasz(X, noisy) == reference.calinski_harabasz_score(wide, C[50:])


@pytest.mark.parametrize("name", ["silhouette", "davies_bouldin", "calinski_harabasz"])
def test_scale_rotation_shift_and_names_do_not_matter(name: str) -> None:
    score = getattr(metrics, name)
    moved = 300 * X.astype(np.float64) @ ROTATION + 5
    assert score(moved, 5 - C) == pytest.approx(score(X, C))


@pytest.mark.parametrize("name", ["silhouette_samples", "davies_bouldin", "calinski_harabasz"])
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
        getattr(metrics, name)(latents, np.array(labels, dtype=int))


# --------------------------------------------------------------------------------- neighbourhoods
def test_knn_accuracy_by_hand() -> None:
    args = (LINE, PAIRS, np.array([[0.4], [11.0], [5.9], [6.1]]), np.array([0, 1, 1, 1]))
    assert metrics.knn_accuracy(*args, k=3) == 0.75
    assert metrics.leave_one_out_knn_accuracy(LINE, PAIRS, k=1) == 1
    assert metrics.leave_one_out_knn_accuracy(LINE, PAIRS, k=3) == 0  # two others outvote one
    with pytest.raises(Undefined, match="fewer than 5"):
        metrics.knn_accuracy(*args)
    with pytest.raises(Undefined, match="fewer than 4"):
        metrics.leave_one_out_knn_accuracy(LINE, PAIRS, k=4)


@pytest.mark.parametrize("d", [3, 12])
@pytest.mark.parametrize("k", [1, 4, 5])
def test_knn_accuracy_agrees_with_sklearn(d: int, k: int) -> None:
    points = RNG.normal(size=(400, d))
    points[:, 0] += Y
    model = KNeighborsClassifier(k).fit(points[:250], Y[:250])
    ours = metrics.knn_accuracy(points[:250], Y[:250], points[250:], Y[250:], k)
    assert ours == pytest.approx(model.score(points[250:], Y[250:]))
    moved = metrics.leave_one_out_knn_accuracy(1e3 * points + 1, Y, k)
    assert moved == metrics.leave_one_out_knn_accuracy(points, Y, k)


def test_trustworthiness_by_hand() -> None:
    # Swapping 1 and 12: k = 1, n = 4; latent neighbours 0->3, 1->2, 2->1, 3->0, whose ranks among
    # the originals are 3, 2, 2, 3: 1 - 2 / (4 * 1 * 4) * (2 + 1 + 1 + 2) = 0.25.
    assert metrics.trustworthiness(LINE, LINE[[0, 3, 2, 1]], k=1) == pytest.approx(0.25)
    assert metrics.trustworthiness(LINE, LINE, k=1) == 1


@pytest.mark.parametrize("exact", [0, 4000], ids=["float32", "float64"])
def test_trustworthiness_agrees_with_sklearn(exact: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_EXACT_RANKS", exact)
    monkeypatch.setattr(arrays, "_BLOCK", 10_000)
    images = RNG.random((400, 8, 8))
    flat = images.reshape(400, -1)
    latents = flat[:, :3]
    ours = metrics.trustworthiness(images, latents)
    expected = manifold.trustworthiness(flat, latents, n_neighbors=5)
    assert ours == pytest.approx(expected, abs=1e-6)
    moved = metrics.trustworthiness(9 * images + 1, 50 * latents @ ROTATION)
    assert moved == pytest.approx(ours, abs=1e-6)


def test_trustworthiness_undefined_for_half_of_the_points() -> None:
    with pytest.raises(Undefined, match="4 points are too few for 2 neighbours"):
        metrics.trustworthiness(LINE, LINE, k=2)


@pytest.mark.parametrize("name", ["accuracy", "silhouette", "leave_one_out_knn_accuracy"])
def test_arrays_of_different_points_are_a_mistake(name: str) -> None:
    with pytest.raises(ValueError, match="same points; got 4 and 3"):
        getattr(metrics, name)(LINE, PAIRS[:3])
