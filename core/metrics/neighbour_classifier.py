"""The nearest-neighbour classifier, looked at closely: every k, mistakes, and where it decides what.

Labels are used here to measure what a latent space holds, never in training. Neighbours are searched
once: the votes of k neighbours are those of k - 1 and one more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.latents.arrays import FloatArray, IntArray, Undefined, same_length
from core.latents.neighbours import count_votes, nearest_neighbours

MAX_K = 200
_Z = 1.959963984540054  # 97.5 % of a normal distribution are below
_EDGE = 0.05  # of the data's range, around a map of decisions


@dataclass(frozen=True, eq=False)
class Asked:
    """The labelled neighbours of some points, nearest first.

    Attributes:
        rows: (n, k) which labelled points they are.
        distances: (n, k) Euclidean, ascending.
        labels: (n, k) of these neighbours.
        truth: (n,) labels of the points themselves.
        classes: (c,) all labels, ascending.
    """

    rows: IntArray
    distances: FloatArray
    labels: IntArray
    truth: IntArray
    classes: IntArray

    @property
    def k(self) -> int:
        """Neighbours that were asked."""
        return self.labels.shape[1]


class Curve(NamedTuple):
    """Accuracy by number of neighbours.

    Attributes:
        ks: (K,) 1 to K.
        accuracy: (K,) shares from 0 to 1.
        low: (K,) lower end of the 95 % interval (Wilson).
        high: (K,) upper end.
        n: points that were classified.
    """

    ks: IntArray
    accuracy: FloatArray
    low: FloatArray
    high: FloatArray
    n: int

    @property
    def best(self) -> int:
        """The k of greatest accuracy, the least of equal ones."""
        return int(self.ks[int(self.accuracy.argmax())])


@dataclass(frozen=True, eq=False)
class Mistake:
    """A point that its neighbours vote into another class.

    Attributes:
        row: of the point.
        truth: its label.
        predicted: what its neighbours say.
        share: of the k votes that `predicted` has, from 0 to 1.
        misleading: rows of the labelled neighbours that voted so, nearest first.
        distance: to the nearest of these.
    """

    row: int
    truth: int
    predicted: int
    share: float
    misleading: IntArray
    distance: float


def ask(
    train_latents: FloatArray,
    train_labels: IntArray,
    latents: FloatArray,
    labels: IntArray,
    k: int = 50,
) -> Asked:
    """Find the k nearest labelled points of each point, once for all that is asked below.

    Args:
        train_latents: (m, d) of labelled points; none of the others may be among them.
        train_labels: (m,).
        latents: (n, d).
        labels: (n,) the truth.
        k: 1 to `MAX_K`.

    Raises:
        Undefined: no points, fewer than k labelled ones, or latents not finite.
        ValueError: k out of its range, or as many labels as points are missing.
    """
    same_length(train_latents, train_labels)
    same_length(latents, labels)
    if not 1 <= k <= MAX_K:
        raise ValueError(f"k must be from 1 to {MAX_K}; got {k}")
    rows, distances = nearest_neighbours(latents, train_latents, k)
    given, truth = np.asarray(train_labels), np.asarray(labels)
    return Asked(rows, distances, given[rows], truth, np.union1d(given, truth))


def votes(asked: Asked, k: int) -> IntArray:
    """Votes (n, c) of the k nearest for each class."""
    return count_votes(_codes(asked)[:, : _checked_k(asked, k)], len(asked.classes))


def predictions(asked: Asked, k: int) -> IntArray:
    """Classes (n,) by majority of the k nearest; of equally many votes the smallest class wins.

    Source: Cover & Hart 1967; ties as in scikit-learn's KNeighborsClassifier.
    """
    return np.asarray(asked.classes[votes(asked, k).argmax(axis=1)])


def accuracy_by_k(asked: Asked) -> Curve:
    """Accuracy of `predictions` for every k from 1 to as many as were asked, with 95 % intervals."""
    codes = _codes(asked)
    truth = np.searchsorted(asked.classes, asked.truth)
    n, most = codes.shape
    counts = np.zeros((n, len(asked.classes)), np.int16)
    points = np.arange(n)
    right = np.empty(most, np.int64)
    for place in range(most):  # each neighbour in turn gives its vote
        counts[points, codes[:, place]] += 1
        right[place] = np.count_nonzero(counts.argmax(axis=1) == truth)
    low, high = share_intervals(right, n)
    return Curve(np.arange(1, most + 1), right / n, low, high, n)


def share_intervals(counts: IntArray, n: int) -> tuple[FloatArray, FloatArray]:
    """Ends of the 95 % intervals of shares `counts` / n, each from 0 to 1.

    (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n). scipy's binomtest has the
    same for one count, and tests it besides.

    Source: Wilson 1927.
    """
    p = np.asarray(counts) / n
    middle = p + _Z**2 / (2 * n)
    half = _Z * np.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    scale = 1 + _Z**2 / n
    return np.maximum((middle - half) / scale, 0), np.minimum((middle + half) / scale, 1)


def confusion(asked: Asked, k: int) -> IntArray:
    """Points (c, c) by their label (down) and what the k nearest say (across), as `Asked.classes`."""
    found = np.zeros((len(asked.classes),) * 2, np.int64)
    said = np.searchsorted(asked.classes, predictions(asked, k))
    np.add.at(found, (np.searchsorted(asked.classes, asked.truth), said), 1)
    return found


def worst_mistakes(asked: Asked, k: int, count: int = 20) -> list[Mistake]:
    """Mistakes with most votes for the wrong class first, of equal ones the nearest misleading one."""
    given = votes(asked, k)
    predicted = asked.classes[given.argmax(axis=1)]
    wrong = np.flatnonzero(predicted != asked.truth)
    misleading = asked.labels[wrong, :k] == predicted[wrong, None]
    nearest = asked.distances[wrong, misleading.argmax(axis=1)]
    order = np.lexsort((wrong, nearest, -given[wrong].max(axis=1)))[:count]
    return [
        Mistake(
            int(wrong[i]),
            int(asked.truth[wrong[i]]),
            int(predicted[wrong[i]]),
            float(given[wrong[i]].max() / k),
            asked.rows[wrong[i], :k][misleading[i]],
            float(nearest[i]),
        )
        for i in order
    ]


class Regions(NamedTuple):
    """What the classifier says on a map of a flat latent space.

    Attributes:
        xs: (w,) ascending.
        ys: (h,) ascending.
        classes: (h, w) of the k nearest labelled points by majority.
    """

    xs: FloatArray
    ys: FloatArray
    classes: IntArray


def decision_regions(latents: FloatArray, labels: IntArray, k: int = 5, size: int = 120) -> Regions:
    """The class of each place of a two-dimensional latent space.

    Args:
        latents: (n, 2) of labelled points.
        labels: (n,).
        k: neighbours asked, 1 to `MAX_K`.
        size: places across and up, at least 2.

    Raises:
        Undefined: latents that are not two-dimensional, too few or not finite.
    """
    X = np.asarray(latents, dtype=np.float64)
    if X.ndim != 2 or X.shape[1] != 2:
        raise Undefined("undefined because a map needs latents of two dimensions")
    if len(X) == 0 or size < 2:
        raise Undefined("undefined because a map needs points and two places or more")
    low, high = X.min(axis=0), X.max(axis=0)
    margin = _EDGE * (high - low)
    xs, ys = np.linspace(low - margin, high + margin, size).T
    places = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    unknown = np.full(len(places), np.asarray(labels)[0])
    found = predictions(ask(X, labels, places, unknown, k), k)
    return Regions(xs, ys, found.reshape(size, size))


def _codes(asked: Asked) -> IntArray:
    """Neighbours' labels (n, k) as places in `Asked.classes`."""
    return np.searchsorted(asked.classes, asked.labels)


def _checked_k(asked: Asked, k: int) -> int:
    if not 1 <= k <= asked.k:
        raise ValueError(f"k must be from 1 to the {asked.k} neighbours asked; got {k}")
    return k
