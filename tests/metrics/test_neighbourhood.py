"""Neighbourhoods: by hand, against scikit-learn, under what must not change them."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import manifold
from sklearn.neighbors import KNeighborsClassifier

from core.latents import arrays
from core.latents.arrays import Undefined
from core.latents.neighbours import neighbour_graph
from core.metrics import neighbourhood

RNG = np.random.default_rng(0)
X = RNG.normal(size=(400, 3))
Y = RNG.integers(0, 4, 400)
ROTATION = np.linalg.qr(RNG.normal(size=(3, 3)))[0]
LINE = np.array([[0.0], [1.0], [10.0], [12.0]])
PAIRS = np.array([0, 0, 1, 1])


def test_knn_accuracy_by_hand() -> None:
    args = (LINE, PAIRS, np.array([[0.4], [11.0], [5.9], [6.1]]), np.array([0, 1, 1, 1]))
    assert neighbourhood.knn_accuracy(*args, k=3) == 0.75
    assert neighbourhood.leave_one_out_knn_accuracy(LINE, PAIRS, k=1) == 1
    assert neighbourhood.leave_one_out_knn_accuracy(LINE, PAIRS, k=3) == 0  # two others outvote one
    with pytest.raises(Undefined, match="fewer than 5"):
        neighbourhood.knn_accuracy(*args)
    with pytest.raises(Undefined, match="fewer than 4"):
        neighbourhood.leave_one_out_knn_accuracy(LINE, PAIRS, k=4)


@pytest.mark.parametrize("d", [3, 12])
@pytest.mark.parametrize("k", [1, 4, 5])
def test_knn_accuracy_agrees_with_sklearn(d: int, k: int) -> None:
    points = RNG.normal(size=(400, d))
    points[:, 0] += Y
    model = KNeighborsClassifier(k).fit(points[:250], Y[:250])
    ours = neighbourhood.knn_accuracy(points[:250], Y[:250], points[250:], Y[250:], k)
    assert ours == pytest.approx(model.score(points[250:], Y[250:]))
    moved = neighbourhood.leave_one_out_knn_accuracy(1e3 * points + 1, Y, k)
    assert moved == neighbourhood.leave_one_out_knn_accuracy(points, Y, k)


def test_a_label_votes_whatever_its_number() -> None:
    points = X + np.stack([Y, Y, Y], axis=1)
    held = points[250:], Y[250:]
    expected = neighbourhood.knn_accuracy(points[:250], Y[:250], *held)
    assert neighbourhood.knn_accuracy(points[:250], Y[:250] - 1, held[0], held[1] - 1) == expected
    assert neighbourhood.leave_one_out_knn_accuracy(
        points, Y - 1
    ) == neighbourhood.leave_one_out_knn_accuracy(points, Y)


def test_trustworthiness_by_hand() -> None:
    # Swapping 1 and 12: k = 1, n = 4; latent neighbours 0->3, 1->2, 2->1, 3->0, whose ranks among
    # the originals are 3, 2, 2, 3: 1 - 2 / (4 * 1 * 4) * (2 + 1 + 1 + 2) = 0.25.
    assert neighbourhood.trustworthiness(LINE, LINE[[0, 3, 2, 1]], k=1) == pytest.approx(0.25)
    assert neighbourhood.trustworthiness(LINE, LINE, k=1) == 1


@pytest.mark.parametrize("exact", [0, 4000], ids=["float32", "float64"])
def test_trustworthiness_agrees_with_sklearn(exact: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbourhood, "_EXACT_RANKS", exact)
    monkeypatch.setattr(arrays, "_BLOCK", 10_000)
    monkeypatch.setattr(neighbourhood, "_PART", 150)  # three parts, the last one smaller
    images = RNG.random((400, 8, 8))
    flat = images.reshape(400, -1)
    latents = flat[:, :3]
    ours = neighbourhood.trustworthiness(images, latents)
    expected = manifold.trustworthiness(flat, latents, n_neighbors=5)
    assert ours == pytest.approx(expected, abs=1e-6)
    moved = neighbourhood.trustworthiness(9 * images + 1, 50 * latents @ ROTATION)
    assert moved == pytest.approx(ours, abs=1e-6)


@pytest.mark.parametrize("exact", [0, 4000], ids=["float32", "float64"])
def test_copies_of_an_original_share_their_rank(
    exact: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbourhood, "_EXACT_RANKS", exact)
    monkeypatch.setattr(neighbourhood, "_PART", 150)
    originals = np.repeat(RNG.random((20, 64)), 20, axis=0)
    latents = originals[:, :3] + 0.3 * RNG.random((400, 3))
    distances = np.linalg.norm(originals[:, None] - originals, axis=2)
    np.fill_diagonal(distances, np.inf)
    near = neighbour_graph(latents, 5).indices
    limits = np.take_along_axis(distances, near, 1)
    ranks = 1 + (distances[:, None] < limits[:, :, None] - 1e-9).sum(2)
    penalty = np.maximum(ranks - 5, 0).sum()
    expected = 1 - 2 * penalty / (400 * 5 * (800 - 15 - 1))
    assert expected < 0.99
    assert neighbourhood.trustworthiness(originals, latents) == pytest.approx(expected, abs=1e-9)


def test_trustworthiness_undefined_for_half_of_the_points() -> None:
    with pytest.raises(Undefined, match="4 points are too few for 2 neighbours"):
        neighbourhood.trustworthiness(LINE, LINE, k=2)


def test_arrays_of_different_points_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="same points; got 4 and 3"):
        neighbourhood.leave_one_out_knn_accuracy(LINE, PAIRS[:3])
