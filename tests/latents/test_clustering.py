"""Clusterings: planted clusters come back, at any scale, and mistakes get a sentence."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import make_moons
from sklearn.mixture import GaussianMixture

from core.latents import clustering as module
from core.latents.clustering import CLUSTERING_METHODS, ClusteringError, cluster, of_nearest
from core.metrics.agreement import accuracy
from core.metrics.how_many import choose_k


def blobs(n: int = 300, k: int = 3, d: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, k, n)
    centres = 10 * np.eye(max(k, d))[:k, :d]
    return (centres[labels] + rng.normal(size=(n, d))).astype(np.float32), labels


@pytest.mark.parametrize("method", CLUSTERING_METHODS)
def test_planted_clusters_are_found(method: str) -> None:
    latents, labels = blobs()
    found = cluster(latents, method, 3, min_cluster_size=20)
    assert (found.method, found.n_clusters) == (method, 3)
    assert found.noise == np.sum(found.labels == -1)
    assert set(found.labels) - {-1} == {0, 1, 2}
    assert accuracy(labels, found.labels) > (0.6 if method == "hdbscan" else 0.99)


@pytest.mark.parametrize("method", CLUSTERING_METHODS)
@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_scale_and_shift_do_not_matter(method: str, scale: float) -> None:
    latents, _ = blobs()
    wide = latents.astype(np.float64)
    before = cluster(wide, method, 3, min_cluster_size=20).labels
    after = cluster((wide + 7) * scale, method, 3, min_cluster_size=20).labels
    kept = before != -1
    assert accuracy(before[kept], after[kept]) == 1
    np.testing.assert_array_equal(before == -1, after == -1)


@pytest.mark.parametrize("method", CLUSTERING_METHODS)
def test_same_seed_same_clusters(method: str) -> None:
    latents, _ = blobs(k=2)
    first, second = (cluster(latents, method, 5, seed=3).labels for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("method", [m for m in CLUSTERING_METHODS if CLUSTERING_METHODS[m].needs_k])
@pytest.mark.parametrize(
    ("latents", "k", "expected"),
    [
        pytest.param(np.arange(6.0)[:, None], 1, 1, id="k is 1 -> one cluster"),
        pytest.param(np.arange(4.0)[:, None], 4, 4, id="k is n -> every point its own"),
        pytest.param(np.ones((9, 2)), 3, 1, id="all points coincide -> one cluster"),
        pytest.param(np.eye(2)[[0, 1] * 5], 3, 2, id="two distinct points, k is 3 -> two clusters"),
    ],
)
def test_edges(method: str, latents: np.ndarray, k: int, expected: int) -> None:
    assert cluster(latents, method, k).n_clusters == expected


@pytest.mark.parametrize(
    ("latents", "expected", "noise"),
    [
        pytest.param(np.ones((60, 2)), 1, 0, id="all points coincide -> one cluster"),
        pytest.param(np.eye(2)[[0, 1] * 60], 2, 0, id="two places -> two clusters"),
    ],
)
def test_hdbscan_of_duplicates(latents: np.ndarray, expected: int, noise: int) -> None:
    found = cluster(latents, "hdbscan")
    assert (found.n_clusters, found.noise) == (expected, noise)


def test_umap_finds_what_no_ellipsoid_of_the_latents_can() -> None:
    moons, labels = make_moons(600, noise=0.05, random_state=0)
    found = {m: accuracy(labels, cluster(moons, m, 2).labels) for m in ("gmm", "umap-gmm")}
    assert found["gmm"] < 0.95
    assert found["umap-gmm"] > 0.99


def test_large_ward_uses_a_connected_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXACT_WARD_POINTS", 100)
    latents, labels = blobs()  # three islands: the graph alone would not be connected
    latents[:40] = latents[0]  # more copies than neighbours
    labels[:40] = labels[0]
    found = cluster(latents, "agglomerative", 3)
    assert accuracy(labels, found.labels) > 0.99
    assert cluster(latents, "agglomerative", 1).n_clusters == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param({"method": "magic"}, "method must be one of kmeans", id="unknown method"),
        pytest.param({"n_clusters": 0}, "at least 1; got 0", id="k below 1"),
        pytest.param({"n_clusters": 301}, "number of points, 300; got 301", id="k above n"),
        pytest.param(
            {"method": "hdbscan", "min_cluster_size": 1}, "at least 2; got 1", id="tiny clusters"
        ),
        pytest.param(
            {"method": "hdbscan", "min_cluster_size": 301}, "at most the number", id="huge clusters"
        ),
        pytest.param({"latents": np.full((300, 2), np.nan)}, "300 of 300", id="NaN latents"),
        pytest.param({"latents": np.full((300, 2), np.inf)}, "must be finite", id="inf latents"),
        pytest.param({"latents": np.zeros((0, 2))}, r"got shape \(0, 2\)", id="no points"),
        pytest.param({"latents": np.zeros(5)}, r"got shape \(5,\)", id="not a table"),
    ],
)
def test_mistakes_get_a_sentence(options: dict[str, object], sentence: str) -> None:
    arguments = {"latents": blobs()[0], "n_clusters": 3, **options}
    with pytest.raises(ClusteringError, match=sentence):
        cluster(**arguments)  # type: ignore[arg-type]


def test_choose_k_prefers_the_planted_number() -> None:
    scores = list(choose_k(blobs(k=3)[0], range(1, 6)))
    assert [s.k for s in scores] == [1, 2, 3, 4, 5]
    assert scores[0].silhouette is None
    assert max(scores[1:], key=lambda s: s.silhouette or -1).k == 3
    assert min(scores, key=lambda s: s.bic).k == 3


def test_choose_k_agrees_with_sklearn_bic() -> None:
    latents = 50 * blobs()[0].astype(np.float64) + 4
    expected = GaussianMixture(3, random_state=0).fit(latents).bic(latents)
    assert next(choose_k(latents, [3])).bic == pytest.approx(expected, rel=1e-5)


def test_choose_k_checks_at_the_call_and_survives_duplicates() -> None:
    with pytest.raises(ClusteringError, match="at most"):
        choose_k(np.zeros((3, 2)), [2, 4])
    assert [s.silhouette for s in choose_k(np.ones((9, 2)), [1, 3])] == [None, None]


def test_a_point_that_was_not_clustered_has_the_cluster_of_its_nearest() -> None:
    latents = np.array([[0.0, 0], [10, 0], [0, 10]])
    others = np.array([[1.0, 1], [9, 2], [1, 7], [0, 0]])
    assert of_nearest(latents, np.array([4, -1, 2]), others).tolist() == [4, -1, 2, 4]
