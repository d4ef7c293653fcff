"""Diagnostics: each is raised by what it is about, and none by latents that are well."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import pairwise_distances_argmin

from core.latents.clustering import cluster
from core.latents.clustering_methods import CLUSTERING_METHODS, Clustering
from core.metrics import diagnostics
from core.metrics.catalogue import METRICS
from core.metrics.diagnostics import (
    DIAGNOSTICS,
    diagnose,
)
from core.metrics.evaluation import Evaluation, evaluate
from core.metrics.examined import ModelFacts, centroids_in, dead_centroids, explained_variance
from core.metrics.metric import Measured

RNG = np.random.default_rng(0)
K = 5


def blobs(n: int = 1500, d: int = 3, k: int = K, width: float = 0.1) -> np.ndarray:
    """k Gaussian clusters of n points in all, float32."""
    centres = np.random.default_rng(1).normal(size=(k, d))
    return (centres[np.arange(n) % k] + width * RNG.normal(size=(n, d))).astype(np.float32)


X = blobs()


def raised(latents: np.ndarray, found: Clustering | None = None, **facts: Any) -> set[str]:
    found = found or cluster(latents, "kmeans", K)
    return set(diagnose(latents, found, ModelFacts(**facts)))


def sizes(*counts: int, noise: int = 0, asked: int | None = None) -> Clustering:
    labels = np.repeat([*range(len(counts)), -1], [*counts, noise])
    return Clustering("kmeans", labels, len(counts), noise, asked)


WELL = {"pixel_range": 1.0, "explained": 0.5, "initial": 0.01 * blobs(200)}


@pytest.mark.parametrize(
    "method", [name for name, info in CLUSTERING_METHODS.items() if info.needs_k]
)
@pytest.mark.parametrize(
    ("d", "width"),
    [(1, 0.02), (2, 0.1), (3, 0.01), (3, 0.5), (10, 0.1), (64, 0.3)],
    ids=lambda value: str(value),
)
def test_silent_on_gaussian_clusters(method: str, d: int, width: float) -> None:
    k = 3 if d == 1 else K  # in one dimension five random centres may coincide
    latents = blobs(800, d, k, width)
    found = cluster(latents, method, k)
    assert raised(latents, found, **WELL) == set()


def test_silent_on_clusters_of_any_number_found() -> None:
    found = cluster(X, "hdbscan")
    assert found.n_clusters == K
    assert raised(X, found, **WELL) == set()


def test_silent_on_many_points_of_one_dimension() -> None:
    assert raised(blobs(70_000, 1, 3, 0.02), sizes(30_000, 20_000, 20_000)) == set()


LINE = RNG.normal(size=(500, 1))


@pytest.mark.parametrize(
    ("latents", "expected"),
    [
        pytest.param(X * 0, {"collapsed", "missing_clusters"}, id="all at the origin"),
        pytest.param(X * 0 + 7, {"collapsed", "missing_clusters"}, id="all at one point"),
        pytest.param(1e-6 * X + 1, {"collapsed"}, id="spread below float32's steps"),
        pytest.param(X * [1, 0.01, 1], {"dead_dimensions"}, id="z2 hardly varies"),
        pytest.param(LINE * [1, 2, 3], {"flat"}, id="a line oblique to the axes"),
        pytest.param(
            LINE * [1, 0, 0], {"dead_dimensions"}, id="a line along an axis, not also flat"
        ),
        pytest.param(np.eye(5)[np.arange(500) % 5] * 3, {"clumps", "flat"}, id="one-hot latents"),
        pytest.param(blobs(width=1e-5), {"clumps"}, id="five clumps"),
        pytest.param(
            np.arange(3).repeat(100)[:, None] * 1.0, {"clumps", "missing_clusters"}, id="3 of 5"
        ),
        pytest.param(np.where(X > 9, 0, np.inf), {"not_finite"}, id="infinite"),
        pytest.param(X * np.nan, {"not_finite"}, id="not a number"),
    ],
)
def test_raised_by_broken_latents(latents: np.ndarray, expected: set[str]) -> None:
    finite = np.isfinite(latents).all()
    found = cluster(latents, "kmeans", K) if finite else sizes(500, 500, 500)
    assert raised(latents, found) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({"explained": 0.049}, {"mean_image"}, id="explains less than 5 %"),
        pytest.param({"explained": -0.3}, {"mean_image"}, id="worse than the mean image"),
        pytest.param({"explained": 0.051}, set(), id="explains more than 5 %"),
        pytest.param({"initial": 6 * X}, {"collapsed"}, id="a sixth of the spread before"),
        pytest.param({"initial": 4 * X}, set(), id="a quarter of the spread before"),
        pytest.param({"initial": 6 * X[:9]}, set(), id="too few to compare with"),
        pytest.param({"pixel_range": 1e-4}, {"exploded"}, id="longer than 10,000 pixel ranges"),
        pytest.param({"pixel_range": 1e-3}, set(), id="shorter"),
        pytest.param({"centroids": {"dec": X[:K]}}, set(), id="a centroid in every cluster"),
        pytest.param({"centroids": {"dec": X[:K] + 99}}, {"dead_centroids"}, id="all far away"),
    ],
)
def test_raised_by_what_else_is_known(facts: dict[str, Any], expected: set[str]) -> None:
    assert raised(X, **facts) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(sizes(300, 300, 300, 300, 300, asked=5), set(), id="equal sizes"),
        pytest.param(sizes(100, 100, 100, asked=5), {"missing_clusters"}, id="3 of 5"),
        pytest.param(sizes(1, 1, 1, asked=5), {"missing_clusters"}, id="three points"),
        pytest.param(sizes(100, 100, 100), set(), id="3 where the method finds how many"),
        pytest.param(sizes(601, *[100] * 4), {"largest_cluster"}, id="60.04 % of 5 clusters"),
        pytest.param(sizes(599, *[100] * 4), set(), id="59.96 % of 5 clusters"),
        pytest.param(sizes(510, *[70] * 7), {"largest_cluster"}, id="51 % of 8 clusters"),
        pytest.param(sizes(490, *[73] * 7), set(), id="49 % of 8 clusters"),
        pytest.param(sizes(800, 200), set(), id="80 % of 2 clusters"),
        pytest.param(sizes(510, *[70] * 7, noise=500), {"largest_cluster"}, id="noise not counted"),
        pytest.param(sizes(200, 200, 9), {"tiny_clusters"}, id="9 where the mean is 136"),
        pytest.param(sizes(200, 200, 16), set(), id="16 where the mean is 139"),
        pytest.param(sizes(15, 1, 1, 1), set(), id="18 points are too few to tell"),
        pytest.param(sizes(noise=100), set(), id="all noise"),
        pytest.param(sizes(1500, asked=1), {"single_cluster"}, id="one asked for"),
        pytest.param(sizes(1500), set(), id="one where the method finds how many"),
    ],
)
def test_raised_by_clusters(found: Clustering, expected: set[str]) -> None:
    latents = blobs(len(found.labels), 2)
    assert raised(latents, found) == expected


def _turn(d: int) -> np.ndarray:
    return np.linalg.qr(np.random.default_rng(5).normal(size=(d, d)))[0]


@pytest.mark.parametrize(
    "latents",
    [
        pytest.param(X, id="well"),
        pytest.param(LINE * [1, 2, 3], id="flat"),
        pytest.param(blobs(width=1e-5), id="clumps"),
    ],
)
def test_place_size_and_direction_change_nothing(latents: np.ndarray) -> None:
    found = cluster(latents, "kmeans", K)
    expected = raised(latents, found)
    changes = {
        "larger": latents * 1e4,
        "smaller": latents * 1e-4,
        "moved": latents + 3,
        "turned": latents @ _turn(3),
        "axes swapped": latents[:, ::-1],
    }
    for change, changed in changes.items():
        assert raised(changed, found) == expected, change


def test_shrinking_is_measured_against_the_start_at_any_scale() -> None:
    found = cluster(X, "kmeans", K)
    for scale in (1e-6, 1.0, 1e6):
        assert raised(scale * X, found, initial=6 * scale * X) == {"collapsed"}
        assert raised(scale * X, found, initial=4 * scale * X) == set()


def test_sentences_name_what_they_saw() -> None:
    text = diagnose(X * [1, 0.01, 1], sizes(300, 300, 300, 300, 300))["dead_dimensions"]
    assert "1 of 3" in text
    assert "(z2)" in text
    wide = np.hstack([blobs(d=2), np.zeros((1500, 8))])
    assert "z3, z4, z5, z6, z7, z8, …" in diagnose(wide, sizes(1500))["dead_dimensions"]
    large = diagnose(blobs(800, 2), sizes(63, 401, *[42] * 8))["largest_cluster"]
    assert "Cluster 1 holds 50.1\u00a0%" in large
    both = {"a": X[:K] + 99, "b": X[:K] - 99}
    text = diagnose(X, sizes(1500), ModelFacts(centroids=both))["dead_centroids"]
    assert "centroids of a" in text
    assert "centroids of b" in text


@pytest.mark.parametrize("d", [1, 3, 64])
def test_distinct_points_are_counted_as_by_comparing_rows(d: int) -> None:
    rows = RNG.integers(-3, 4, size=(5000, d)) * RNG.integers(0, 2, size=(5000, d))
    jitter = RNG.uniform(-0.4e-3, 0.4e-3, size=rows.shape)
    assert diagnostics._distinct(rows + jitter) == len(np.unique(rows, axis=0))


def test_dead_centroids() -> None:
    by_hand = np.array([[0.0, 0], [10, 0], [5, 9], [0, 0]])
    latents = np.array([[1.0, 0], [9, 1], [0, -1]])
    assert dead_centroids(latents, by_hand).tolist() == [2, 3]  # of equal ones the first lives
    many = RNG.normal(size=(40, 3))
    used = pairwise_distances_argmin(X, many)
    assert dead_centroids(X, many).tolist() == sorted(set(range(40)) - set(used.tolist()))
    assert dead_centroids(X @ _turn(3) + 1, many @ _turn(3) + 1).tolist() == sorted(
        set(range(40)) - set(used.tolist())
    )


def test_centroids_are_found_among_weights_by_their_name() -> None:
    weights = {
        "head.weight": np.zeros((3, 64)),
        "terms.dec.centroids": np.ones((5, 3)),
        "terms.wide.centroids": np.ones((5, 64)),
        "terms.vae.log_variance.weight": np.zeros((3, 64)),
    }
    assert list(centroids_in(weights, 3)) == ["dec"]
    assert centroids_in({}, 3) == {}


def test_explained_variance() -> None:
    images = np.array([[0.0, 2], [2, 2]])  # variances 1 and 0: 0.5 a pixel
    assert explained_variance(images, 0.0) == 1
    assert explained_variance(images, 0.25) == 0.5
    assert explained_variance(images, 1.0) == -1
    assert explained_variance(images[:1], 0.0) is None
    assert explained_variance(images[:0], 0.0) is None


def test_every_diagnostic_says_what_it_is() -> None:
    for info in DIAGNOSTICS.values():
        assert len(info.label) <= 20
        assert info.help.endswith(".")
    assert not set(DIAGNOSTICS) & set(METRICS)


# ---------------------------------------------------------------------------- in an Evaluation
def test_an_evaluation_carries_them_whatever_the_labels() -> None:
    latents, labels = blobs(width=1e-5), np.arange(1500) % K
    found = cluster(latents, "kmeans", K)
    with_labels = evaluate(Measured(latents, found, labels))
    assert with_labels.values["silhouette_clusters"] > 0.99
    assert set(with_labels.warnings) == {"clumps"}
    assert with_labels.warnings == evaluate(Measured(latents, found)).warnings
    assert Evaluation.from_json(with_labels.to_json()) == with_labels


def test_reconstructions_are_compared_with_the_mean_image() -> None:
    images = RNG.random((1500, 4, 4)).astype(np.float32)
    found = cluster(X, "kmeans", K)
    poor = evaluate(Measured(X, found, originals=images, reconstruction_mse=float(images.var())))
    assert set(poor.warnings) == {"mean_image"}
    assert not evaluate(Measured(X, found, originals=images, reconstruction_mse=0.01)).warnings


def test_another_clustering_brings_its_own_warnings_alone() -> None:
    latents = X * [1, 0.01, 1]
    first = evaluate(Measured(latents, sizes(1350, *[50] * 3)))
    assert set(first.warnings) == {"dead_dimensions", "largest_cluster"}
    second = evaluate(Measured(X, sizes(700, 790, 10)))
    assert set(second.warnings) == {"tiny_clusters"}
    both = first.with_clusters(second)
    assert list(both.warnings) == ["dead_dimensions", "tiny_clusters"]


def test_an_evaluation_stored_without_warnings_is_read() -> None:
    result = evaluate(Measured(X, cluster(X, "kmeans", K))).to_json()
    del result["warnings"]
    assert Evaluation.from_json(result).warnings == {}


@pytest.mark.parametrize("wrong", [[], {"beauty": "x"}, {"flat": 1}, None])
def test_damaged_warnings_are_refused(wrong: object) -> None:
    result = evaluate(Measured(X, cluster(X, "kmeans", K))).to_json()
    with pytest.raises(ValueError, match="warnings must map"):
        Evaluation.from_json({**result, "warnings": wrong})
