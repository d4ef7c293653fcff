"""Clusters to be read: middle and edge of each group, mixtures, and which labels look odd."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.latents.arrays import FloatArray, IntArray
from core.latents.typical import Ranked, Suspects, outliers, typical


class Group(NamedTuple):
    """A class or cluster.

    Attributes:
        id: its number.
        size: latents in it.
        typical: its medoid and the nearest to it, with their distances.
        outliers: the farthest from their neighbours, with their distances.
    """

    id: int
    size: int
    typical: Ranked
    outliers: Ranked


class Share(NamedTuple):
    """The most frequent value, and the share of all that it has, 0 to 1."""

    value: int
    share: float


def groups_to_read(latents: FloatArray, groups: IntArray, count: int) -> list[Group]:
    """Middle and edge of each group, ascending; noise is no group.

    Args:
        latents: (n, d).
        groups: (n,) classes or clusters.
        count: latents of each middle and of each edge, at most.

    Raises:
        Undefined: too few latents to have neighbours, or not finite.
    """
    known = np.asarray(groups)
    if not (known >= 0).any():
        return []
    middle, edge = typical(latents, known, count), outliers(latents, known, count)
    return [Group(g, int((known == g).sum()), middle[g], edge[g]) for g in middle]


def most_frequent(values: IntArray) -> Share:
    """Of equal counts the lower value. Raises ValueError for none."""
    if not len(values):
        raise ValueError("there must be values to count; got none")
    found, counts = np.unique(np.asarray(values), return_counts=True)
    best = int(counts.argmax())
    return Share(int(found[best]), float(counts[best] / len(values)))


def by_confusion(suspects: Suspects, labels: IntArray) -> dict[tuple[int, int], IntArray]:
    """Places in `suspects` by own label and that of the neighbours, the most frequent pair first."""
    own = np.asarray(labels)[suspects.rows]
    found = {}
    for pair in sorted(set(zip(own.tolist(), suspects.others.tolist(), strict=True))):
        found[pair] = np.flatnonzero((own == pair[0]) & (suspects.others == pair[1]))
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))
