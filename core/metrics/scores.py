"""Scores of a latent space, on held-out images: one definition of each, here and nowhere else.

Scores compare labels (what people say), clusters (what a method found without labels; -1 is noise) and
distances between latents. `core.metrics.evaluation` says what each means to people,
`core.metrics.evaluate` computes all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from scipy.optimize import linear_sum_assignment
from sklearn import metrics as reference

from core.latents.arrays import FloatArray as FloatArray
from core.latents.arrays import IntArray as IntArray
from core.latents.arrays import Undefined as Undefined
from core.latents.arrays import blocks
from core.latents.arrays import checked_points as checked_points
from core.latents.arrays import same_length as same_length
from core.latents.clustering_methods import NOISE as NOISE
from core.latents.neighbours import nearest_neighbours, neighbour_graph

_EXACT_RANKS = 4000  # points up to which trustworthiness compares distances in float64


# -------------------------------------------------------------------------- labels and clusters
class Confusion(NamedTuple):
    """Points by class and cluster.

    Attributes:
        counts: (n_classes, n_columns) points of a class in a cluster.
        classes: label of each row, ascending.
        columns: cluster of each column: matched ones in the order of their classes, then surplus
            ones, noise (-1) last.
    """

    counts: IntArray
    classes: tuple[int, ...]
    columns: tuple[int, ...]


def _table(labels: IntArray, clusters: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Counts (n_classes, n_clusters), noise among the clusters, with the ids of both sides."""
    same_length(labels, clusters)
    if len(labels) == 0:
        raise Undefined("undefined because there are no points")
    classes, row = np.unique(labels, return_inverse=True)
    ids, column = np.unique(clusters, return_inverse=True)
    cells = np.bincount(row * len(ids) + column, minlength=len(classes) * len(ids))
    return cells.reshape(len(classes), len(ids)), classes, ids


def match_clusters(labels: IntArray, clusters: IntArray) -> dict[int, int]:
    """The one-to-one naming of clusters by labels that is right most often (Kuhn 1955).

    Args:
        labels: (n,).
        clusters: (n,), -1 is noise.

    Returns:
        Label by cluster. Of more clusters than labels, the surplus is absent; noise always is.

    Raises:
        Undefined: without points.
    """
    counts, classes, ids = _table(labels, clusters)
    counts, ids = counts[:, ids != NOISE], ids[ids != NOISE]
    rows, columns = linear_sum_assignment(counts, maximize=True)
    return {int(ids[c]): int(classes[r]) for r, c in zip(rows, columns, strict=True)}


def accuracy(labels: IntArray, clusters: IntArray) -> float:
    """Clustering accuracy ACC, 0 to 1: max over matchings m of mean(labels == m(clusters)).

    Points of noise and of unmatched clusters count as wrong. Arguments and Raises as for
    `match_clusters`. Source: Yang et al. 2010, "Image clustering using local discriminant models".
    """
    names = match_clusters(labels, clusters)
    counts, classes, ids = _table(labels, clusters)
    right = sum(int(counts[classes == names[c], ids == c][0]) for c in names)
    return right / len(labels)


def confusion_matrix(labels: IntArray, clusters: IntArray) -> Confusion:
    """Counts by class and cluster, ordered so that a good clustering has a heavy diagonal.

    Arguments and Raises as for `match_clusters`.
    """
    names = match_clusters(labels, clusters)
    counts, classes, ids = _table(labels, clusters)
    # Matched (by class), then surplus (by id), then noise.
    keys = [(c == NOISE, c not in names, names.get(c, 0), c) for c in ids.tolist()]
    order = sorted(range(len(ids)), key=keys.__getitem__)
    columns = tuple(int(c) for c in ids[order])
    return Confusion(counts[:, order], tuple(classes.tolist()), columns)


def _agreement(score: Callable[..., float]) -> Callable[[IntArray, IntArray], float]:
    def compute(labels: IntArray, clusters: IntArray) -> float:
        _, classes, _ = _table(labels, clusters)
        if len(classes) < 2:
            raise Undefined("undefined because all points have the same label")
        return float(score(labels, clusters))

    compute.__doc__ = (
        f"`sklearn.metrics.{score.__name__}` of labels (n,) and clusters (n,), noise being one "
        "more cluster.\n\nRange and source: see `core.metrics.evaluation.METRICS`. Raises Undefined for "
        "fewer than two labels."
    )
    return compute


nmi = _agreement(reference.normalized_mutual_info_score)
ari = _agreement(reference.adjusted_rand_score)
ami = _agreement(reference.adjusted_mutual_info_score)
homogeneity = _agreement(reference.homogeneity_score)
completeness = _agreement(reference.completeness_score)


# ----------------------------------------------------------------------------- shape of clusters
def silhouette_samples(latents: FloatArray, labels: IntArray) -> npt.NDArray[np.float64]:
    """Silhouette s = (b - a) / max(a, b) of each point, -1 to 1 (Rousseeuw 1987).

    a is the mean Euclidean distance to the others of its cluster, b the smallest mean distance to
    another cluster. A point alone in its cluster has s = 0.

    Args:
        latents: (n, d).
        labels: (n,) classes or clusters; points of noise (-1) are left out.

    Returns:
        (n,) with NaN for noise.

    Raises:
        Undefined: for fewer than two clusters, as many clusters as points, or latents not finite.
    """
    X, member, sizes, inside = _grouped(latents, labels)
    points = torch.from_numpy(X - X.mean(axis=0))  # centred: less cancellation below
    own = torch.from_numpy(member)
    one_hot = torch.nn.functional.one_hot(own, len(sizes)).double()
    size = torch.from_numpy(sizes).double()
    squares = points.square().sum(1)
    result = torch.empty(len(points), dtype=torch.float64)
    for rows in blocks(len(points), len(points)):
        # (rows, n): |x|^2 + |y|^2 - 2 xy
        distance = torch.addmm(squares, points[rows], points.T, alpha=-2)
        distance.add_(squares[rows, None]).clamp_(min=0).sqrt_()
        distance.diagonal(rows.start).zero_()
        sums = distance @ one_hot  # (rows, clusters)
        mine = own[rows, None]
        alone = size[own[rows]] == 1
        a = sums.gather(1, mine)[:, 0] / (size[own[rows]] - 1).clamp(min=1)
        b = (sums / size).scatter_(1, mine, math.inf).min(1).values
        largest = torch.maximum(a, b)
        s = (b - a) / torch.where(largest > 0, largest, 1.0)
        result[rows] = torch.where(alone, 0.0, s)
    samples = np.full(len(labels), np.nan)
    samples[inside] = result.numpy()
    return samples


def silhouette(latents: FloatArray, labels: IntArray) -> float:
    """Mean of `silhouette_samples` (arguments and Raises there) without noise, -1 to 1."""
    return float(np.nanmean(silhouette_samples(latents, labels)))


def davies_bouldin(latents: FloatArray, clusters: IntArray) -> float:
    """Mean over clusters of max over others of (spread_i + spread_j) / distance_ij, 0 or more.

    Arguments and Raises as for `silhouette_samples`. Source: Davies & Bouldin 1979.
    """
    X, member, _, _ = _grouped(latents, clusters)
    return float(reference.davies_bouldin_score(X, member))


def calinski_harabasz(latents: FloatArray, clusters: IntArray) -> float:
    """Variance between over variance within clusters, per degree of freedom, 0 or more.

    Arguments and Raises as for `silhouette_samples`. Source: Calinski & Harabasz 1974.
    """
    X, member, _, _ = _grouped(latents, clusters)
    return float(reference.calinski_harabasz_score(X, member))


# --------------------------------------------------------------------------------- neighbourhoods
def knn_accuracy(
    train_latents: FloatArray,
    train_labels: IntArray,
    test_latents: FloatArray,
    test_labels: IntArray,
    k: int = 5,
) -> float:
    """Share of test points, 0 to 1, whose k nearest training points have their label by majority.

    Of labels with equally many votes the smallest wins, as in scikit-learn's KNeighborsClassifier.

    Args:
        train_latents: (m, d).
        train_labels: (m,).
        test_latents: (n, d).
        test_labels: (n,).
        k: neighbours asked, at least 1.

    Raises:
        Undefined: without test points, for fewer than k training points, or latents not finite.

    Source: Cover & Hart 1967.
    """
    same_length(train_latents, train_labels)
    same_length(test_latents, test_labels)
    indices, _ = nearest_neighbours(test_latents, train_latents, k)
    return _vote(train_labels[indices], test_labels)


def leave_one_out_knn_accuracy(latents: FloatArray, labels: IntArray, k: int = 5) -> float:
    """`knn_accuracy` where each of the latents (n, d) asks its k nearest others, 0 to 1.

    Raises:
        Undefined: for fewer than k + 1 points, or latents not finite.
    """
    same_length(latents, labels)
    indices, _ = neighbour_graph(latents, k)
    return _vote(labels[indices], labels)


def _vote(neighbours: IntArray, truth: IntArray) -> float:
    classes, codes = np.unique(neighbours, return_inverse=True)
    n, c = len(neighbours), len(classes)
    cells = np.arange(n)[:, None] * c + codes.reshape(neighbours.shape)
    votes = np.bincount(cells.ravel(), minlength=n * c).reshape(n, c)
    return float(np.mean(classes[votes.argmax(axis=1)] == truth))


def trustworthiness(originals: FloatArray, latents: FloatArray, k: int = 5) -> float:
    """Whether neighbours in latent space are neighbours among the originals too, 0 to 1.

    T = 1 - 2 / (n k (2n - 3k - 1)) * sum_i sum_j max(0, r(i, j) - k), j over the k nearest of i in
    latent space, r(i, j) the rank of j among the originals by distance from i. Ranks are found by
    counting nearer originals, not by sorting. Above 4,000 points distances are float32: a swap of
    two near-equal ranks moves T by less than 1e-8.

    Args:
        originals: (n, p), or images (n, ...).
        latents: (n, d).
        k: neighbours, at least 1.

    Raises:
        Undefined: for k >= n / 2, or values not finite.

    Source: Venna & Kaski 2001, "Neighborhood preservation in nonlinear projection methods".
    """
    same_length(originals, latents)
    n = len(latents)
    if k >= n / 2:
        raise Undefined(f"undefined because {n} points are too few for {k} neighbours")
    neighbours = torch.tensor(neighbour_graph(latents, k).indices)
    wide = np.float64 if n <= _EXACT_RANKS else np.float32
    X = torch.from_numpy(checked_points(np.reshape(originals, (n, -1)), wide))
    X = X - X.mean(0)
    squares = X.square().sum(1)
    penalty = 0.0
    for rows in blocks(n, n):
        # (rows, n): squared distance less |x_i|^2, which does not change the order within a row
        distance = torch.addmm(squares, X[rows], X.T, alpha=-2)
        distance.diagonal(rows.start).fill_(math.inf)
        nearer = torch.empty_like(distance)
        for limit in distance.gather(1, neighbours[rows]).T:  # (rows,), one per neighbour
            # Sums of float 0s and 1s: exact to 2^24 and ten times faster than counting booleans.
            rank = torch.lt(distance, limit[:, None], out=nearer).sum(1) + 1
            penalty += float((rank - k).clamp(min=0).sum(dtype=torch.float64))
    return 1 - 2 * penalty / (n * k * (2 * n - 3 * k - 1))


# ---------------------------------------------------------------------------------------- helpers
def _grouped(latents: FloatArray, labels: IntArray) -> tuple[FloatArray, IntArray, IntArray, Any]:
    """Points (m, d) without noise, their clusters 0.. (m,), cluster sizes, and which they are."""
    same_length(latents, labels)
    inside = np.asarray(labels) != NOISE
    X = checked_points(latents)[inside]
    _, member, sizes = np.unique(labels[inside], return_inverse=True, return_counts=True)
    if len(sizes) < 2:
        raise Undefined("undefined because there are fewer than two clusters")
    if len(sizes) == len(X):
        raise Undefined("undefined because every point is a cluster of its own")
    return X, member, sizes, inside
