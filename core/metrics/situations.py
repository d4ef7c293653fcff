"""A dozen points in the plane, to see what scores say: prepared situations, and what a score counts.

Points of a label are a class of images; clusters are found by k-means, as for a latent space.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.latents.arrays import FloatArray, IntArray
from core.latents.clustering_methods import Clustering
from core.metrics.agreement import match_clusters
from core.metrics.evaluation import Evaluation, evaluate
from core.metrics.metric import Measured

SHOWN = ("silhouette_labels", "silhouette_clusters", "acc", "nmi", "ari", "knn_accuracy")
NEIGHBOURS = 3
LOW, HIGH = 0.0, 10.0  # of both axes

_Places = tuple[tuple[float, float], ...]


class Situation(NamedTuple):
    """Points in three or two groups.

    Attributes:
        label: name for people.
        meaning: what it shows, a plain sentence.
        places: of the points, label by label.
        labels: of the points.
        against: key of the situation that its scores are compared with.
    """

    label: str
    meaning: str
    places: _Places
    labels: tuple[int, ...]
    against: str

    @property
    def points(self) -> FloatArray:
        """(n, 2)."""
        return np.array(self.places, dtype=np.float64)


_THREE = (0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2)
_APART: _Places = (
    (1.6, 2.0), (2.4, 1.6), (1.8, 2.8), (2.6, 2.5),
    (7.4, 1.8), (8.2, 2.4), (7.6, 2.8), (8.4, 1.6),
    (4.6, 7.6), (5.4, 8.2), (4.8, 8.6), (5.6, 7.4),
)  # fmt: skip
_LOOSE: _Places = (
    (1.5, 2.5), (3.8, 1.5), (2.0, 4.2), (3.9, 3.6),
    (6.3, 1.6), (8.8, 2.2), (6.4, 3.7), (8.4, 4.4),
    (3.8, 6.6), (6.2, 6.4), (4.4, 9.0), (6.4, 8.6),
)  # fmt: skip
# of each label two points are in another's pile
_WRONG: _Places = (
    (1.4, 1.9), (2.3, 1.4), (8.4, 1.6), (7.4, 2.7),
    (8.5, 2.6), (7.5, 1.5), (4.5, 7.8), (5.4, 8.8),
    (4.6, 8.8), (5.5, 7.7), (1.5, 2.8), (2.4, 2.5),
)  # fmt: skip
_PIECES: _Places = (
    (1.4, 8.2), (2.0, 8.8), (8.2, 1.4), (8.8, 2.0),
    (1.4, 1.4), (2.2, 1.8), (1.6, 2.2), (2.4, 1.2),
    (7.8, 8.0), (8.6, 8.4), (8.0, 8.8), (8.8, 7.8),
)  # fmt: skip

SITUATIONS: dict[str, Situation] = {
    "apart": Situation(
        "Three groups, far apart",
        "Each label is a cluster of its own. Move a point and see which scores notice.",
        _APART, _THREE, "apart",
    ),
    "loose": Situation(
        "Loose, and right",
        "The groups nearly touch, so silhouettes are low. Still k-means finds each of them.",
        _LOOSE, _THREE, "apart",
    ),
    "wrong": Situation(
        "Crisp, and wrong",
        "Three tight piles, each of two labels. The clusters look better than the loose ones, and they "
        "are not the labels.",
        _WRONG, _THREE, "loose",
    ),
    "pieces": Situation(
        "A label in two pieces",
        "One label lies in two corners, as sevens with and without a bar might. Three clusters can't "
        "say that: one piece goes to another label.",
        _PIECES, _THREE, "apart",
    ),
}  # fmt: skip


def moved(situation: Situation, point: int, x: float, y: float) -> FloatArray:
    """The points (n, 2) with one of them elsewhere."""
    points = situation.points
    points[point] = x, y
    return points


class Examined(NamedTuple):
    """Points with their clusters and scores.

    Attributes:
        points: (n, 2).
        labels: (n,).
        clustering: of the points, by k-means.
        scores: those of `SHOWN`.
    """

    points: FloatArray
    labels: IntArray
    clustering: Clustering
    scores: Evaluation


def examine(points: FloatArray, labels: tuple[int, ...]) -> Examined:
    """Find clusters of points (n, 2), as many as labels, and score them."""
    truth = np.array(labels, dtype=np.int64)
    from core.latents.clustering import cluster  # here: figures read a picture's words without it

    found = cluster(points.astype(np.float32), "kmeans", len(set(labels)), seed=0)
    scores = evaluate(Measured(points, found, truth, neighbours=NEIGHBOURS), SHOWN)
    return Examined(points, truth, found, scores)


def wrong_points(seen: Examined) -> IntArray:
    """Numbers of the points whose cluster stands for another label: what ACC counts as wrong."""
    names = match_clusters(seen.labels, seen.clustering.labels)
    named = np.array([names.get(int(c), -1) for c in seen.clustering.labels])
    return np.flatnonzero(named != seen.labels)


def own_and_next(seen: Examined, point: int, *, by_label: bool) -> tuple[IntArray, IntArray]:
    """The others of a point's group, and the points of the next group: a and b of its silhouette."""
    groups = seen.labels if by_label else seen.clustering.labels
    distances = np.linalg.norm(seen.points - seen.points[point], axis=1)
    others = [g for g in np.unique(groups).tolist() if g != groups[point]]
    own = np.flatnonzero(groups == groups[point])
    if not others:
        return own[own != point], np.array([], dtype=np.int64)
    nearest = min(others, key=lambda g: float(distances[groups == g].mean()))
    return own[own != point], np.flatnonzero(groups == nearest)


def mean_distance(seen: Examined, point: int, others: IntArray) -> float:
    """Mean distance of a point to others; nan to none."""
    if not len(others):
        return float("nan")
    return float(np.linalg.norm(seen.points[others] - seen.points[point], axis=1).mean())


def nearest_points(seen: Examined, point: int) -> IntArray:
    """The nearest others of a point: who votes in kNN accuracy."""
    distances = np.linalg.norm(seen.points - seen.points[point], axis=1)
    order = np.argsort(distances, kind="stable")
    return order[order != point][:NEIGHBOURS]


def disputed_pairs(seen: Examined, point: int) -> IntArray:
    """Points that only one of labels and clusters puts together with a point: what costs ARI."""
    same_label = seen.labels == seen.labels[point]
    same_cluster = seen.clustering.labels == seen.clustering.labels[point]
    return np.flatnonzero(same_label != same_cluster)


def contents(seen: Examined) -> list[dict[int, int]]:
    """How many points of each label each cluster holds: what NMI is computed from."""
    found = []
    for number in np.unique(seen.clustering.labels).tolist():
        labels, counts = np.unique(
            seen.labels[seen.clustering.labels == number], return_counts=True
        )
        found.append(dict(zip(labels.tolist(), counts.tolist(), strict=True)))
    return found
