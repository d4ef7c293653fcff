"""Accuracy against the number of labels: spaces in which the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from core.latents.arrays import Undefined
from core.metrics.label_efficiency import (
    CLUSTERS,
    KNN,
    LOGISTIC,
    PCA,
    PIXELS,
    Plan,
    Sides,
    label_efficiency,
)

RNG = np.random.default_rng(11)


def classes(n: int) -> np.ndarray:
    return np.arange(n) % 3


def apart(labels: np.ndarray) -> np.ndarray:
    """Three blobs far from each other."""
    corners = np.array([[0, 0], [30, 0], [0, 30]])
    return corners[labels] + RNG.normal(size=(len(labels), 2))


Y = Sides(classes(300), classes(90))


def test_one_label_of_each_class_is_enough_for_blobs_far_apart() -> None:
    z = Sides(apart(Y.train), apart(Y.test))
    clusters = Sides((Y.train + 1) % 3, (Y.test + 1) % 3)  # right, under other names
    found = label_efficiency(z, Y, clusters=clusters, plan=Plan(counts=(1, 5)))
    assert {e.method for e in found} == {KNN, LOGISTIC, CLUSTERS}
    assert [(e.per_class, e.labelled, e.draws) for e in found[::3]] == [
        (1, 3, 5), (5, 15, 5), (None, 300, 1),
    ]  # fmt: skip
    assert all(e.mean == 1 for e in found)
    assert all((e.low, e.high) == (1, 1) for e in found if e.per_class)


def test_latents_without_classes_are_chance() -> None:
    z = Sides(RNG.normal(size=(300, 2)), RNG.normal(size=(900, 2)))
    y = Sides(classes(300), classes(900))
    for e in label_efficiency(z, y, plan=Plan(counts=(10,), draws=10)):
        assert e.low <= e.mean <= e.high
        assert e.mean == pytest.approx(1 / 3, abs=0.07)


def test_all_labels_are_scikit_learns_classifiers() -> None:
    z = Sides(
        RNG.normal(size=(300, 4)) + Y.train[:, None], RNG.normal(size=(90, 4)) + Y.test[:, None]
    )
    found = {e.method: e for e in label_efficiency(z, Y, pixels=z, plan=Plan(counts=()))}
    knn = KNeighborsClassifier(5).fit(z.train, Y.train).score(z.test, Y.test)
    assert found[KNN].mean == knn
    assert found[PCA].mean == knn  # four directions of four pixels: turned, and distances the same
    assert found[KNN].low < knn < found[KNN].high
    scaler = StandardScaler().fit(z.train)
    model = LogisticRegression().fit(scaler.transform(z.train), Y.train)
    assert found[LOGISTIC].mean == model.score(scaler.transform(z.test), Y.test)
    assert PIXELS not in found  # not computed: it takes long for many images


def test_what_is_known_on_pixels_is_shown() -> None:
    z = Sides(apart(Y.train), apart(Y.test))
    plan = Plan(counts=(2,), all_on_pixels=0.5)
    found = [e for e in label_efficiency(z, Y, pixels=z, plan=plan) if e.method == PIXELS]
    assert [(e.per_class, e.mean) for e in found] == [(2, 1.0), (None, 0.5)]


def test_a_cluster_has_the_name_of_most_of_its_labelled_images() -> None:
    """Classes 0 and 1 share a cluster, and the last two images are noise."""
    y = Sides(np.array([0, 0, 1, 2, 2, 2]), np.array([0, 1, 2, 2, 0]))
    c = Sides(np.array([4, 4, 4, 9, 9, -1]), np.array([4, 4, 9, -1, 7]))
    z = Sides(np.arange(6.0)[:, None], np.arange(5.0)[:, None])
    found = label_efficiency(z, y, clusters=c, plan=Plan(counts=()))
    assert {e.method: e.mean for e in found}[CLUSTERS] == pytest.approx(2 / 5)


def test_a_seed_gives_the_same_again_and_another_one_other_labels() -> None:
    z = Sides(
        RNG.normal(size=(300, 2)) + Y.train[:, None], RNG.normal(size=(90, 2)) + Y.test[:, None]
    )
    one, same, other = (label_efficiency(z, Y, plan=Plan(counts=(3,), seed=s)) for s in (1, 1, 2))
    assert one == same
    assert one != other


def test_queries_are_spread_over_all_images() -> None:
    y = Sides(classes(30), np.repeat([0, 1, 2], 100))
    z = Sides(apart(y.train), apart(y.test))
    for e in label_efficiency(z, y, plan=Plan(counts=(1,), queries=30)):
        assert e.mean == 1


def test_classes_of_fewer_images_give_all_they_have() -> None:
    y = Sides(np.array([0] * 20 + [1] * 2), np.array([0, 1]))
    z = Sides(y.train[:, None] * 9.0, y.test[:, None] * 9.0)
    found = label_efficiency(z, y, plan=Plan(counts=(10,), all_images=False))
    assert {(e.labelled, e.draws) for e in found} == {(12, 5)}


def test_one_class_is_undefined() -> None:
    z = Sides(np.zeros((4, 2)), np.zeros((2, 2)))
    with pytest.raises(Undefined, match="fewer than two classes"):
        label_efficiency(z, Sides(np.zeros(4, int), np.zeros(2, int)))
