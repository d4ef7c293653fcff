"""How many clusters there may be: the number that random halves of the points agree on.

Points are parted at random into two halves. In each half alone k clusters are found: k-means in a UMAP
of the half, which keeps only who is whose neighbour. Then each point is given the cluster that its
nearest point of the other half has, and the two clusterings are compared by the adjusted Rand index.
With a k that is in the data both halves find the same clusters; with another one they join or part
groups by chance, each in its own way.

Lange, Roth, Braun & Buhmann 2004, Stability-Based Validation of Clustering Solutions, Neural
Computation 16 (halves, and a classifier that carries clusters over); Hubert & Arabie 1985 (the index,
which is 0 on average for clusters by chance whatever k is, so numbers of clusters compare).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.latents.arrays import FloatArray, IntArray, LatentError, checked_points
from core.latents.projection import Projection, ReportProgress, project
from core.latents.threads import one_thread
from core.metrics.agreement import ari

FEWEST_POINTS = 40  # halves of fewer say nothing
_EACH = 10  # points that a cluster has on average, at least
MOST_CLUSTERS = 40
SPLITS = 4  # how often the points are parted
# Images of one digit alone reach about 0.5, of several classes 0.79 to 0.99 (docs/measured.md)
LITTLE = 0.6
# Groups that lie near each other may be joined alike in both halves, so fewer clusters can do as well
WHOLE, SAME = 0.95, 0.01


class KAgreement(NamedTuple):
    """How far halves agree on k clusters.

    Attributes:
        k: number of clusters.
        mean: adjusted Rand index, the mean over the splits: 1 for the same clusters, about 0 for
            clusters by chance.
        low: of the split in which they agree least.
        high: of the split in which they agree most.
    """

    k: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Stability:
    """How far halves of the points agree, by number of clusters.

    Attributes:
        scores: for each k that was tried, ascending.
        points: how many there were.
    """

    scores: tuple[KAgreement, ...]
    points: int

    @property
    def best(self) -> int:
        """The k that halves agree on most; where they agree almost wholly, the largest such k."""
        top = max(score.mean for score in self.scores)
        as_good = top - SAME if top >= WHOLE else top
        return max(score.k for score in self.scores if score.mean >= as_good)

    @property
    def sentence(self) -> str:
        """What the curve says, for people."""
        first = next(score for score in self.scores if score.k == self.best)
        said = (
            f"Random halves of the images agree most on {first.k} clusters ({first.mean:.2f} of 1)"
        )
        if others := [score for score in self.scores if score is not first]:
            second = max(others, key=lambda score: score.mean)
            said += f"; next best is {second.k} ({second.mean:.2f})"
            if second.mean >= first.mean:
                said += ", and of numbers that do as well the largest is taken"
        said += "."
        if first.mean < LITTLE:
            said += " Even there they agree little: these images may have no clear groups."
        if first is self.scores[-1]:
            said += f" More than {first.k} were not tried."
        return said


def numbers_to_try(points: int) -> range:
    """2 to at most `MOST_CLUSTERS`, of fewer points to as many as have some points each.

    Raises:
        LatentError: there are fewer than `FEWEST_POINTS` points.
    """
    if points < FEWEST_POINTS:
        raise LatentError(
            f"A number of clusters can be suggested for at least {FEWEST_POINTS} different points; "
            f"got {points}"
        )
    return range(2, min(MOST_CLUSTERS, points // _EACH) + 1)


@one_thread
def stability(
    points: FloatArray,
    ks: Sequence[int] | None = None,
    *,
    splits: int = SPLITS,
    seed: int = 0,
    progress: ReportProgress = lambda stage, share: None,
) -> Stability:
    """How far random halves agree on each number of clusters; see the top of this file.

    Args:
        points: (n, d), finite; points that are there twice should be left out, as a half that has one
            knows of the other.
        ks: numbers of clusters, each at least 2; default: `numbers_to_try`.
        splits: how often the points are parted, at least 1.
        seed: of the halves, of UMAP and of the starts of k-means.
        progress: called before each split with what is done and the share that is; what it raises
            ends the work.

    Raises:
        LatentError: too few points for halves.
        Undefined: values that are not finite.
    """
    X = checked_points(points, np.float32)
    allowed = numbers_to_try(len(X))
    tried = list(allowed if ks is None else ks)
    rng = np.random.default_rng(seed)
    found = np.empty((splits, len(tried)))
    for i in range(splits):
        progress(f"halves {i + 1} of {splits}", i / splits)
        halves = np.array_split(rng.permutation(len(X)), 2)
        found[i] = _agreement(X[halves[0]], X[halves[1]], tried, seed + i)
    columns = zip(tried, found.T, strict=True)
    scores = (KAgreement(k, float(a.mean()), float(a.min()), float(a.max())) for k, a in columns)
    return Stability(tuple(scores), len(X))


def _agreement(
    first: FloatArray, second: FloatArray, ks: list[int], seed: int
) -> npt.NDArray[np.float64]:
    """Adjusted Rand index (len(ks),) of the clusters of two halves, the mean of both directions."""
    from scipy.spatial.distance import cdist

    umap = Projection("umap", 3, neighbours=15, min_dist=0.0, seed=seed)
    # float64, or k-means converts them at each start
    places = [project(half, umap).points.astype(np.float64) for half in (first, second)]
    squared = cdist(first, second, "sqeuclidean")
    nearest_second, nearest_first = squared.argmin(axis=1), squared.argmin(axis=0)
    found = np.empty(len(ks))
    for j, k in enumerate(ks):
        a, b = (_clusters(place, k, seed) for place in places)
        found[j] = (ari(a, b[nearest_second]) + ari(b, a[nearest_first])) / 2
    return found


def _clusters(points: FloatArray, k: int, seed: int) -> IntArray:
    from sklearn.cluster import KMeans

    clusters: IntArray = KMeans(k, n_init=3, random_state=seed).fit_predict(points)
    return clusters
