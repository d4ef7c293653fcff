"""The silhouette in a UMAP: of groups that stand apart it is high, whatever the scale of the space."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from core.latents.arrays import Undefined
from core.latents.clustering_methods import Clustering
from core.latents.projection import project
from core.metrics import across_spaces
from core.metrics.across_spaces import ACROSS, UMAP, clusters_in_umap, silhouette_in_umap
from core.metrics.catalogue import METRICS
from core.metrics.metric import Measured

Y = np.arange(240) % 3
POINTS = np.random.default_rng(0).normal(size=(240, 6)).astype(np.float32)
APART = POINTS + 12 * np.eye(6, dtype=np.float32)[Y]


def test_it_is_the_silhouette_of_the_umap_by_scikit_learn() -> None:
    points = project(APART, UMAP).points
    assert silhouette_in_umap(APART, Y) == pytest.approx(silhouette_score(points, Y), abs=1e-5)


def test_groups_apart_are_high_and_groups_by_chance_are_about_0() -> None:
    assert silhouette_in_umap(APART, Y) > 0.8
    assert abs(silhouette_in_umap(POINTS, Y)) < 0.1


def test_the_scale_and_further_dimensions_of_the_same_place_change_little() -> None:
    plain = silhouette_in_umap(APART, Y)
    assert silhouette_in_umap(1000 * APART, Y) == pytest.approx(plain, abs=0.05)
    twice = np.hstack([APART, APART])
    assert silhouette_in_umap(twice, Y) == pytest.approx(plain, abs=0.05)


def test_noise_is_in_no_silhouette() -> None:
    noisy = np.where(np.arange(240) < 30, -1, Y)
    points = project(APART, UMAP).points
    right = silhouette_score(points[30:], Y[30:])
    assert clusters_in_umap(APART, noisy) == pytest.approx(right, abs=1e-5)


def test_of_many_points_the_same_ones_are_always_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(across_spaces, "MOST_POINTS", 90)
    first = silhouette_in_umap(APART, Y)
    far = APART.copy()
    drawn = np.random.default_rng(0).choice(240, 90, replace=False)
    far[np.setdiff1d(np.arange(240), drawn)] = 1e6  # of what is not drawn nothing counts
    assert silhouette_in_umap(far, Y) == first


@pytest.mark.parametrize(
    ("points", "groups", "said"),
    [
        pytest.param(APART[:4], Y[:4], "4 points are too few", id="four points"),
        pytest.param(APART, np.zeros(240, int), "fewer than two", id="one group"),
        pytest.param(np.full((9, 2), np.nan), Y[:9], "not finite", id="NaN"),
    ],
)
def test_what_has_none_says_why(points: np.ndarray, groups: np.ndarray, said: str) -> None:
    with pytest.raises(Undefined, match=said):
        silhouette_in_umap(points, groups)


def test_its_row_is_whole_and_not_among_what_is_stored_with_a_run() -> None:
    assert ACROSS.key not in METRICS
    assert ACROSS.help.endswith(".")
    found = Clustering("kmeans", Y, 3, 0)
    assert ACROSS.value(Measured(APART, found)) == clusters_in_umap(APART, Y)
