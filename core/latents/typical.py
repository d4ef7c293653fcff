"""What is typical of groups of latents, and what is not: centres, outliers, near duplicates, odd labels.

Groups are classes or clusters; a negative number is noise, which is no group.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from core.latents.arrays import FloatArray, IntArray, LatentError, checked_points, same_length
from core.latents.neighbours import SHARED, count_votes, neighbour_graph

_MEDOID_BLOCK = 200  # candidates whose distances to the whole group are taken together


class Centres(NamedTuple):
    """The middle of each group.

    Attributes:
        groups: (g,) ascending, noise left out.
        means: (g, d) float64.
        medoids: (g,) the row whose distances to its group have the least sum.
        sizes: (g,) latents.
    """

    groups: IntArray
    means: FloatArray
    medoids: IntArray
    sizes: IntArray


class Ranked(NamedTuple):
    """Rows, the most striking first.

    Attributes:
        rows: (m,).
        scores: (m,) what they were ranked by, in that order.
    """

    rows: IntArray
    scores: FloatArray


class Pairs(NamedTuple):
    """Pairs of latents, the nearest first.

    Attributes:
        rows: (m, 2), the lower row first.
        distances: (m,) ascending.
    """

    rows: IntArray
    distances: FloatArray


class Suspects(NamedTuple):
    """Latents whose neighbours have another label, the most striking first.

    Attributes:
        rows: (m,).
        others: (m,) the label that most of their neighbours have.
        shares: (m,) of the neighbours that have it, above 0.5, descending.
    """

    rows: IntArray
    others: IntArray
    shares: FloatArray


def centres(latents: FloatArray, groups: IntArray) -> Centres:
    """Mean and medoid of each group.

    Args:
        latents: (n, d).
        groups: (n,) classes or clusters.

    Raises:
        Undefined: no latents, or not finite.

    Source: Kaufman & Rousseeuw 1987, for the medoid.
    """
    X = checked_points(latents)
    same_length(X, groups)
    found = list(_members(groups))
    means = [X[rows].mean(axis=0) for _, rows in found]
    return Centres(
        np.array([group for group, _ in found], dtype=np.int64),
        np.array(means).reshape(len(found), X.shape[1]),
        np.array([rows[_medoid(X[rows])] for _, rows in found], dtype=np.int64),
        np.array([len(rows) for _, rows in found], dtype=np.int64),
    )


def difference(latents: FloatArray, groups: IntArray, start: int, end: int) -> FloatArray:
    """The way (d,) from the centre of one group to that of another, to be added to any latent.

    Raises:
        LatentError: a group without latents.
        Undefined: no latents, or not finite.
    """
    X = checked_points(latents)
    same_length(X, groups)
    means = []
    for group in (start, end):
        members = X[np.asarray(groups) == group]
        if len(members) == 0:
            raise LatentError(f"a group must have images here; group {group} has none")
        means.append(members.mean(axis=0))
    return np.asarray(means[1] - means[0])


def typical(latents: FloatArray, groups: IntArray, count: int = 10) -> dict[int, Ranked]:
    """The medoid of each group and the latents nearest to it in its group, with their distances.

    Args:
        latents: (n, d).
        groups: (n,) classes or clusters.
        count: of each group, at most.

    Raises:
        Undefined: no latents, or not finite.
    """
    X = checked_points(latents)
    found = {}
    middle = centres(X, groups)
    for (group, rows), medoid in zip(_members(groups), middle.medoids, strict=True):
        away = np.linalg.norm(X[rows] - X[medoid], axis=1)
        # the medoid first, before others on its place
        order = np.lexsort((rows != medoid, away))[:count]
        found[group] = Ranked(rows[order], away[order])
    return found


def outliers(
    latents: FloatArray, groups: IntArray, count: int = 10, k: int = SHARED
) -> dict[int, Ranked]:
    """The latents of each group that are furthest from their k-th nearest other, of any group.

    Args:
        latents: (n, d).
        groups: (n,) classes or clusters.
        count: of each group, at most.
        k: at least 1.

    Raises:
        Undefined: fewer than k + 1 latents, or not finite.

    Source: Ramaswamy, Rastogi & Shim 2000.
    """
    same_length(latents, groups)
    far = neighbour_graph(latents, k).distances[:, -1]
    found = {}
    for group, rows in _members(groups):
        first = rows[np.argsort(-far[rows], kind="stable")[:count]]
        found[group] = Ranked(first, far[first])
    return found


def near_duplicates(latents: FloatArray, count: int = 20) -> Pairs:
    """The pairs of latents, each with its nearest other, that are least apart.

    Args:
        latents: (n, d).
        count: pairs, at most.

    Raises:
        Undefined: fewer than two latents, or not finite.
    """
    near = neighbour_graph(latents, 1)
    n = len(near.indices)
    pairs = np.sort(np.column_stack([np.arange(n), near.indices[:, 0]]), axis=1)
    pairs, first = np.unique(pairs, axis=0, return_index=True)
    distances = near.distances[first, 0]
    order = np.argsort(distances, kind="stable")[:count]
    return Pairs(pairs[order], distances[order])


def suspected_mislabels(
    latents: FloatArray, labels: IntArray, k: int = SHARED, count: int = 50
) -> Suspects:
    """Latents more than half of whose k nearest others have one other label.

    Ranked by the share of these; of equal shares the lower row comes first. A sign to look, no proof:
    a space that mixes two classes makes suspects of good labels, too.

    Args:
        latents: (n, d).
        labels: (n,).
        k: neighbours asked, at least 1.
        count: suspects, at most.

    Raises:
        Undefined: fewer than k + 1 latents, or not finite.

    Source: Wilson 1972, "Asymptotic properties of nearest neighbor rules using edited data".
    """
    same_length(latents, labels)
    own = np.asarray(labels)
    classes, codes = np.unique(own, return_inverse=True)
    votes = count_votes(codes.reshape(-1)[neighbour_graph(latents, k).indices], len(classes))
    best = votes.argmax(axis=1)
    shares = votes[np.arange(len(own)), best] / k
    suspects = np.flatnonzero((classes[best] != own) & (shares > 0.5))
    rows = suspects[np.argsort(-shares[suspects], kind="stable")[:count]]
    return Suspects(rows, classes[best[rows]], shares[rows])


def _members(groups: IntArray) -> Iterator[tuple[int, IntArray]]:
    """Each group and its rows, ascending."""
    known = np.asarray(groups)
    for group in np.unique(known[known >= 0]):
        yield int(group), np.flatnonzero(known == group)


def _medoid(X: FloatArray) -> int:
    """The row with the least sum of distances to all.

    No sum is less than n times the distance to the mean, so whoever is too far from it is not asked.
    """
    from scipy.spatial.distance import cdist

    radius = np.linalg.norm(X - X.mean(axis=0), axis=1)
    order = np.argsort(radius, kind="stable")
    best, least = int(order[0]), np.inf
    for start in range(0, len(X), _MEDOID_BLOCK):
        some = order[start : start + _MEDOID_BLOCK]
        if len(X) * radius[some[0]] > least:
            break
        sums = cdist(X[some], X).sum(axis=1)
        if sums.min() < least:
            best, least = int(some[sums.argmin()]), float(sums.min())
    return best
