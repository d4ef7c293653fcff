"""How well clusters agree with labels: formulas, and below them their rows.

Labels are what people say; clusters are what a method found without them, -1 being noise. A label
is a class whatever its number: noise is a matter of clusters alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from core.latents.arrays import IntArray, Undefined, same_length
from core.latents.clustering_methods import NOISE
from core.metrics.metric import Metric

# scikit-learn and scipy are imported where they compute: rows are read far more often


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
    most = counts == counts.max(axis=0, initial=0)
    if (most.sum(axis=0) == 1).all() and (most.sum(axis=1) <= 1).all():
        columns, rows = np.nonzero(most.T)  # each has its commonest label: none can do better
    else:
        from scipy.optimize import linear_sum_assignment  # a fifth of a second in a new process

        rows, columns = linear_sum_assignment(counts, maximize=True)
    return {int(ids[c]): int(classes[r]) for r, c in zip(rows, columns, strict=True)}


def mistaken(labels: IntArray, clusters: IntArray, names: Mapping[int, int]) -> IntArray:
    """1 for each point (n,) outside the cluster that stands for its label, 0 for the others.

    Args:
        labels: (n,).
        clusters: (n,); noise and clusters without a name stand for no label.
        names: label by cluster, as of `match_clusters`.
    """
    same_length(labels, clusters)
    ids, place = np.unique(clusters, return_inverse=True)
    # a cluster without a name is given a label that none has
    none = int(labels.min(initial=0)) - 1
    stands_for = np.array([names.get(int(c), none) for c in ids], dtype=np.int64)
    return (stands_for[place] != labels).astype(np.int64)


def accuracy(labels: IntArray, clusters: IntArray) -> float:
    """Clustering accuracy ACC, 0 to 1: max over matchings m of mean(labels == m(clusters)).

    Points of noise and of unmatched clusters count as wrong. Arguments and Raises as for
    `match_clusters`. Source: Yang et al. 2010, "Image clustering using local discriminant models".
    """
    from scipy.optimize import linear_sum_assignment

    counts, _, ids = _table(labels, clusters)
    counts = counts[:, ids != NOISE]
    return float(counts[linear_sum_assignment(counts, maximize=True)].sum() / len(labels))


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


def nmi(labels: IntArray, clusters: IntArray) -> float:
    """Mutual information over the mean of both entropies, 0 to 1; noise is one more cluster.

    Args:
        labels: (n,).
        clusters: (n,).

    Raises:
        Undefined: for fewer than two labels.
    """
    return _by_scikit_learn("normalized_mutual_info_score", labels, clusters)


def ari(labels: IntArray, clusters: IntArray) -> float:
    """Rand index corrected for chance, -0.5 to 1. Arguments, noise and Raises as for `nmi`."""
    return _by_scikit_learn("adjusted_rand_score", labels, clusters)


def ami(labels: IntArray, clusters: IntArray) -> float:
    """`nmi` corrected for chance, -1 to 1. Arguments, noise and Raises as for `nmi`."""
    return _by_scikit_learn("adjusted_mutual_info_score", labels, clusters)


def homogeneity(labels: IntArray, clusters: IntArray) -> float:
    """1 - H(labels | clusters) / H(labels), 0 to 1. Arguments, noise and Raises as for `nmi`."""
    return _by_scikit_learn("homogeneity_score", labels, clusters)


def completeness(labels: IntArray, clusters: IntArray) -> float:
    """1 - H(clusters | labels) / H(clusters), 0 to 1. Arguments, noise and Raises as for `nmi`."""
    return _by_scikit_learn("completeness_score", labels, clusters)


def _by_scikit_learn(name: str, labels: IntArray, clusters: IntArray) -> float:
    from sklearn import metrics

    same_length(labels, clusters)
    if len(labels) == 0:
        raise Undefined("undefined because there are no points")
    if (labels == labels[0]).all():
        raise Undefined("undefined because all points have the same label")
    return float(getattr(metrics, name)(labels, clusters))


_TAKES = ("labels", "clusters")
# fmt: off
ROWS = (
    Metric("acc", "ACC", "Yang et al. 2010",
        "Share of images in the cluster that stands for their label, clusters being named as "
        "well as possible, one label each. 0 to 1, 1 is perfect; noise counts as wrong.",
        "agreement", _TAKES, accuracy),
    Metric("nmi", "NMI", "Strehl & Ghosh 2002",
        "Information that clusters and labels share, over the mean of what each holds. 0 to 1, "
        "1 is perfect; many small clusters raise it by chance.",
        "agreement", _TAKES, nmi),
    Metric("ari", "ARI", "Hubert & Arabie 1985",
        "Pairs of images on which clusters and labels agree (together or apart), corrected for "
        "chance. -0.5 to 1: 0 is chance, 1 is perfect.",
        "agreement", _TAKES, ari, bounds=(-0.5, 1)),
    Metric("ami", "AMI", "Vinh et al. 2010",
        "NMI corrected for chance: about 0 for random clusters, 1 is perfect.",
        "agreement", _TAKES, ami, bounds=(-1, 1)),
    Metric("homogeneity", "Homogeneity", "Rosenberg & Hirschberg 2007",
        "Whether each cluster holds only one label. 0 to 1, 1 is perfect; splitting a label "
        "costs nothing.",
        "agreement", _TAKES, homogeneity),
    Metric("completeness", "Completeness", "Rosenberg & Hirschberg 2007",
        "Whether each label is in only one cluster. 0 to 1, 1 is perfect; merging labels costs "
        "nothing.",
        "agreement", _TAKES, completeness),
)
# fmt: on
