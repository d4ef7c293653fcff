"""Clusters found without labels, in latent space; by one method, which says so, in a UMAP of it.

`cluster` takes a method's name and latents, and gives a `Clustering`. Points are first
centred and divided by one number, their overall standard deviation, so no tolerance inside a method
depends on the scale of the latents (hundreds in the blog post, about one elsewhere). One number for
all dimensions, not one each: distances keep their proportions.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial.distance import cdist
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from core.latents.arrays import FloatArray, IntArray
from core.latents.clustering_methods import (
    CLUSTERING_METHODS,
    EXACT_WARD_POINTS,
    NOISE,
    UMAP_DIMS,
    WARD_NEIGHBOURS,
    Clustering,
    ClusteringError,
)
from core.latents.neighbours import nearest_neighbours, neighbour_graph
from core.latents.projection import Projection, project
from core.latents.threads import one_thread
from core.setting.checks import quoted

UMAP_NEIGHBOURS = 20  # N2D's

_Points = npt.NDArray[np.float64]


@one_thread
def cluster(
    latents: FloatArray,
    method: str = "kmeans",
    n_clusters: int = 10,
    *,
    min_cluster_size: int = 50,
    seed: int = 0,
) -> Clustering:
    """Cluster latents without labels.

    Args:
        latents: (n, d), finite.
        method: key of `CLUSTERING_METHODS`.
        n_clusters: k, at least 1 and at most n; ignored by methods that find it. With no more than
            k distinct points each of them is a cluster, so fewer than k can come back.
        min_cluster_size: smallest cluster of HDBSCAN in points, at least 2; ignored by the others.
        seed: of the random starts of k-means and the Gaussian mixture.

    Returns:
        Clusters numbered from 0 without gaps.

    Raises:
        ClusteringError: if an argument is out of its range, or latents are not finite.

    Sources: k-means++ (Arthur & Vassilvitskii 2007), EM (Dempster et al. 1977), HDBSCAN (Campello
    et al. 2013), Ward (1963), N2D (McConville, Santos-Rodriguez, Piechocki & Craddock 2021, ICPR).
    """
    if method not in CLUSTERING_METHODS:
        raise ClusteringError(
            f"method must be one of {', '.join(CLUSTERING_METHODS)}; got {quoted(method)}"
        )
    X, _ = standardized(latents)
    if not CLUSTERING_METHODS[method].needs_k:
        return _clustering(method, _hdbscan(X, min_cluster_size))
    check_k(n_clusters, len(X))
    distinct, member = np.unique(X, axis=0, return_inverse=True)
    if len(distinct) <= n_clusters:
        return _clustering(method, member.reshape(-1), n_clusters)
    if n_clusters == 1:
        return _clustering(method, np.zeros(len(X), dtype=np.int64), 1)
    return _clustering(method, _labels(X, method, n_clusters, seed), n_clusters)


def of_nearest(latents: FloatArray, clusters: IntArray, others: FloatArray) -> IntArray:
    """Clusters of points that were not clustered: each has that of its nearest clustered point.

    It works for every method, also for those that give no model; noise is passed on, too.

    Args:
        latents: (n, d) that were clustered.
        clusters: (n,) their clusters.
        others: (m, d).

    Returns:
        (m,) clusters.

    Raises:
        Undefined: no points, or values that are not finite.
    """
    nearest, _ = nearest_neighbours(others, latents, 1)
    return clusters[nearest[:, 0]]


# ------------------------------------------------------------------------------------- helpers
def standardized(latents: FloatArray) -> tuple[_Points, float]:
    """Latents (n, d) centred and divided by their overall standard deviation, and the latter."""
    X = np.asarray(latents, dtype=np.float64)
    if X.ndim != 2 or X.shape[0] == 0 or X.shape[1] == 0:
        raise ClusteringError(f"latents must be a table (n, d) with n, d >= 1; got shape {X.shape}")
    if not np.isfinite(X).all():
        bad = int((~np.isfinite(X)).any(axis=1).sum())
        raise ClusteringError(f"latents must be finite; {bad} of {len(X)} points are not")
    X = X - X.mean(axis=0)
    scale = float(np.sqrt((X**2).mean())) or 1.0
    return X / scale, scale


def _labels(X: _Points, method: str, k: int, seed: int) -> npt.NDArray[Any]:
    """Clusters of more than k distinct points, by a method that is given k."""
    if method == "kmeans":
        return KMeans(k, n_init=10, random_state=seed).fit_predict(X)
    if method == "gmm":
        return fit_gmm(X, k, n_init=3, seed=seed).predict(X)
    if method == "umap-gmm":
        return through_umap(X, k, seed)
    if len(X) <= EXACT_WARD_POINTS:
        return AgglomerativeClustering(k).fit_predict(X)
    from core.latents.ward import merged  # compiled when it is imported

    return merged(X, _connected_graph(X), k)


def check_k(k: int, n: int) -> None:
    if k < 1:
        raise ClusteringError(f"n_clusters must be at least 1; got {k}")
    if n < k:
        raise ClusteringError(f"n_clusters must be at most the number of points, {n}; got {k}")


def _clustering(method: str, found: npt.NDArray[Any], asked: int | None = None) -> Clustering:
    """A Clustering whose clusters are numbered without gaps."""
    labels = np.full(len(found), NOISE, dtype=np.int64)
    inside = found != NOISE
    ids, labels[inside] = np.unique(found[inside], return_inverse=True)
    return Clustering(method, labels, len(ids), int((~inside).sum()), asked)


def fit_gmm(X: _Points, k: int, n_init: int, seed: int) -> GaussianMixture:
    """Full covariances; the default reg_covar 1e-6 is relative, as X has unit variance."""
    mixture = GaussianMixture(k, n_init=n_init, max_iter=200, random_state=seed)
    with warnings.catch_warnings():
        # A fit that is still creeping after max_iter is a usable fit.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return mixture.fit(X)


def through_umap(
    X: _Points, k: int, seed: int, neighbours: int = UMAP_NEIGHBOURS
) -> npt.NDArray[Any]:
    """N2D's second half, with its 20 neighbours and min_dist 0; it has k dimensions where we have 3.

    Too few points for UMAP's graph are clustered as they are.
    """
    if len(X) > max(2 * neighbours, k):
        projection = Projection("umap", UMAP_DIMS, neighbours, min_dist=0.0, seed=seed)
        X, _ = standardized(project(X, projection).points)
    return fit_gmm(X, k, n_init=3, seed=seed).predict(X)


def _hdbscan(X: _Points, min_cluster_size: int) -> npt.NDArray[Any]:
    if min_cluster_size < 2:
        raise ClusteringError(f"min_cluster_size must be at least 2; got {min_cluster_size}")
    if len(X) < min_cluster_size:
        raise ClusteringError(
            f"min_cluster_size must be at most the number of points, {len(X)}; "
            f"got {min_cluster_size}"
        )
    if not X.any():  # all points coincide: infinite density, which HDBSCAN cannot rank
        return np.zeros(len(X), dtype=np.int64)
    return HDBSCAN(min_cluster_size=min_cluster_size, copy=True).fit_predict(X)


def _connected_graph(X: _Points) -> Any:
    """Symmetric graph of nearest neighbours, its components joined by a minimum spanning tree."""
    near = neighbour_graph(X, WARD_NEIGHBOURS).indices
    rows = np.repeat(np.arange(len(X)), WARD_NEIGHBOURS)
    graph = coo_array((np.ones(near.size), (rows, near.ravel())), shape=(len(X), len(X))).tocsr()
    graph = graph + graph.T
    count, component = connected_components(graph, directed=False)
    if count > 1:
        # One representative a component: the tree then has count - 1 edges between real points.
        _, members = np.unique(component, return_index=True)
        # + 1: the tree stays the same, and a distance of 0 is not mistaken for a missing edge.
        tree = minimum_spanning_tree(cdist(X[members], X[members]) + 1).tocoo()
        ends = (members[tree.row], members[tree.col])
        bridges = coo_array((np.ones(count - 1), ends), shape=graph.shape).tocsr()
        graph = graph + bridges + bridges.T
    return graph
