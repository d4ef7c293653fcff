"""Whether neighbours in latent space belong together: formulas, and below them their rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.latents.arrays import FloatArray, IntArray, Undefined, blocks, checked_points, same_length
from core.latents.neighbours import count_votes, nearest_neighbours, neighbour_graph
from core.metrics.metric import Metric

if TYPE_CHECKING:
    from torch import Tensor

_EXACT_RANKS = 4000  # points up to which trustworthiness compares distances in float64
_PART = 1250  # points whose distances from as many others are held at once


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
    votes = count_votes(codes.reshape(neighbours.shape), len(classes))
    return float(np.mean(classes[votes.argmax(axis=1)] == truth))


def trustworthiness(originals: FloatArray, latents: FloatArray, k: int = 5) -> float:
    """Whether neighbours in latent space are neighbours among the originals too, 0 to 1.

    T = 1 - 2 / (n k (2n - 3k - 1)) * sum_i sum_j max(0, r(i, j) - k), j over the k nearest of i in
    latent space, r(i, j) the rank of j among the originals by distance from i. Ranks are found by
    counting nearer originals, not by sorting, and copies of an original share their rank. Above
    4,000 points distances are float32: those that are equal but for rounding share a rank as well,
    which moves T by less than 1e-6.

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
    wide = np.float64 if n <= _EXACT_RANKS else np.float32
    points = checked_points(np.reshape(originals, (n, -1)), wide)
    ranks = _ranks(points, neighbour_graph(latents, k).indices)
    penalty = float(np.maximum(ranks - k, 0).sum())
    return 1 - 2 * penalty / (n * k * (2 * n - 3 * k - 1))


def _ranks(points: FloatArray, indices: IntArray) -> IntArray:
    """Ranks (n, k), from 1, of the points `indices` (n, k) by distance from each point.

    A matrix product of a part of the points with another serves the rows of both.
    """
    import torch  # here: rows of metrics are read far more often than scores are computed

    from core.metrics.ranks import smaller

    n, k = indices.shape
    near = torch.tensor(indices)
    X = torch.from_numpy(points)
    X = X - X.mean(0)
    squares = torch.einsum("ip,ip->i", X, X)  # without a table of all squares
    # |x_j|^2 - 2 x_i x_j: squared distance less |x_i|^2, which does not change the order within a row
    limits = torch.empty(n, k, dtype=X.dtype)
    rounding = 4 * float(torch.finfo(X.dtype).eps * squares.max())  # so that copies stay as near
    for rows in blocks(n, k * X.shape[1]):
        limits[rows] = squares[near[rows]] - 2 * torch.einsum("ip,ikp->ik", X[rows], X[near[rows]])

    def before(distances: Tensor, rows: slice, columns: slice) -> IntArray:
        """How many of the columns, those ranked left out, come before each that is ranked."""
        here = (near[rows] >= columns.start) & (near[rows] < columns.stop)
        distances[here.nonzero()[:, 0], near[rows][here] - columns.start] = math.inf
        if rows == columns:
            distances.fill_diagonal_(math.inf)
        return smaller(distances.numpy(), limits[rows].numpy())

    ranks = 1 + (limits[:, None] < limits[:, :, None] - rounding).sum(2).numpy()
    limits -= rounding
    parts = [slice(start, min(start + _PART, n)) for start in range(0, n, _PART)]
    for i, rows in enumerate(parts):
        for columns in parts[i:]:
            products = -2 * X[rows] @ X[columns].T
            if rows != columns:
                turned = torch.empty(products.shape[::-1], dtype=X.dtype)
                torch.add(products.T, squares[rows], out=turned)
                ranks[columns] += before(turned, columns, rows)
            ranks[rows] += before(products.add_(squares[columns]), rows, columns)
    return ranks


def _knn(
    labels: IntArray,
    latents: FloatArray,
    k: int,
    train_latents: FloatArray | None,
    train_labels: IntArray | None,
) -> float:
    """Neighbours are training images where there are some, else the other images."""
    if train_latents is None:
        return leave_one_out_knn_accuracy(latents, labels, k)
    if train_labels is None:
        raise Undefined("undefined because there are no labels of the training images")
    return knn_accuracy(train_latents, train_labels, latents, labels, k)


# fmt: off
ROWS = (
    Metric("knn_accuracy", "kNN accuracy", "Cover & Hart 1967",
        "Share of images whose nearest neighbours in latent space have their label by majority. "
        "0 to 1, 1 is perfect; asks for local order only, not for clusters.",
        "cost", ("labels", "latents", "neighbours", "train_latents", "train_labels"), _knn),
    Metric("knn_accuracy_pixels", "kNN accuracy on pixels", "Cover & Hart 1967",
        "The same among the images themselves: what the latent space started from. 0 to 1.",
        "baseline", ("knn_accuracy_pixels",), float),
    Metric("trustworthiness", "Trustworthiness", "Venna & Kaski 2001",
        "Whether neighbours in latent space are neighbours among the images too. 0 to 1; about "
        "0.5 is chance, 1 is perfect.",
        "cost", ("originals", "latents", "neighbours"), trustworthiness),
)
# fmt: on
