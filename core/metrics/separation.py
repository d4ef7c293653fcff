"""How far apart groups of latents lie, of labels or of clusters: formulas, and below them their rows."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.latents.arrays import FloatArray, IntArray, Undefined, checked_points, same_length
from core.latents.clustering_methods import NOISE
from core.metrics.metric import Metric

# numba and scikit-learn are imported where they compute: rows are read far more often


def silhouette_samples(
    latents: FloatArray, groups: IntArray, noise: int | None = None
) -> npt.NDArray[np.float64]:
    """Silhouette s = (b - a) / max(a, b) of each point, -1 to 1 (Rousseeuw 1987).

    a is the mean Euclidean distance to the others of its group, b the smallest mean distance to
    another group. A point alone in its group has s = 0.

    Args:
        latents: (n, d).
        groups: (n,) labels, any numbers, or clusters.
        noise: the group that is none, whose points are left out: `NOISE` for clusters. None: there
            is no such group, as among labels.

    Returns:
        (n,) with NaN for noise.

    Raises:
        Undefined: for fewer than two groups, as many groups as points, or latents not finite.
    """
    from core.metrics.mean_distances import mean_distances

    X, member, sizes, inside = _grouped(latents, groups, noise)
    a, b = mean_distances(X, member)
    largest = np.maximum(a, b)
    samples = np.full(len(groups), np.nan)
    samples[inside] = np.where(
        sizes[member] == 1, 0.0, (b - a) / np.where(largest > 0, largest, 1.0)
    )
    return samples


def silhouette(latents: FloatArray, groups: IntArray, noise: int | None = None) -> float:
    """Mean of `silhouette_samples` (arguments and Raises there) without noise, -1 to 1."""
    return float(np.nanmean(silhouette_samples(latents, groups, noise)))


def cluster_silhouette(latents: FloatArray, clusters: IntArray) -> float:
    """`silhouette` of clusters (n,), of which -1 is noise."""
    return silhouette(latents, clusters, NOISE)


def davies_bouldin(latents: FloatArray, clusters: IntArray) -> float:
    """Mean over clusters of max over others of (spread_i + spread_j) / distance_ij, 0 or more.

    Args:
        latents: (n, d).
        clusters: (n,); points of noise (-1) are left out.

    Raises:
        Undefined: as `silhouette_samples`.

    Source: Davies & Bouldin 1979.
    """
    from sklearn.metrics import davies_bouldin_score

    found = _grouped(latents, clusters, NOISE)
    return float(davies_bouldin_score(found.points, found.member))


def calinski_harabasz(latents: FloatArray, clusters: IntArray) -> float:
    """Variance between over variance within clusters, per degree of freedom, 0 or more.

    Arguments and Raises as for `davies_bouldin`. Source: Calinski & Harabasz 1974.
    """
    from sklearn.metrics import calinski_harabasz_score

    found = _grouped(latents, clusters, NOISE)
    return float(calinski_harabasz_score(found.points, found.member))


class _Grouped(NamedTuple):
    """Points (m, d) in some group, their groups 0.. (m,), group sizes, and (n,) which they are."""

    points: FloatArray
    member: IntArray
    sizes: IntArray
    inside: npt.NDArray[np.bool_]


def _grouped(latents: FloatArray, groups: IntArray, noise: int | None) -> _Grouped:
    same_length(latents, groups)
    inside = np.ones(len(groups), dtype=bool) if noise is None else np.asarray(groups) != noise
    X = checked_points(latents)[inside]
    _, member, sizes = np.unique(groups[inside], return_inverse=True, return_counts=True)
    if len(sizes) < 2:
        raise Undefined("undefined because there are fewer than two clusters")
    if len(sizes) == len(X):
        raise Undefined("undefined because every point is a cluster of its own")
    return _Grouped(X, member, sizes, inside)


# fmt: off
ROWS = (
    Metric("silhouette_labels", "Label silhouette", "Rousseeuw 1987",
        "How much nearer a point is to its own label's points than to the next label's. -1 to 1; "
        "0 means overlap, above 0.5 well apart.",
        "separation", ("latents", "labels"), silhouette, bounds=(-1, 1)),
    Metric("silhouette_clusters", "Cluster silhouette", "Rousseeuw 1987",
        "The same for the clusters found, without labels: -1 to 1, higher is crisper. Crisp "
        "clusters can still be wrong; compare with ACC.",
        "separation", ("latents", "clusters"), cluster_silhouette, bounds=(-1, 1)),
    Metric("davies_bouldin", "Davies-Bouldin", "Davies & Bouldin 1979",
        "Width of clusters over the distance to the one most like it. 0 or more; 0 is best.",
        "separation", ("latents", "clusters"), davies_bouldin, "lower", (0, math.inf)),
    Metric("calinski_harabasz", "Calinski-Harabasz", "Calinski & Harabasz 1974",
        "Spread between clusters over spread within. 0 or more, higher is crisper; compare only "
        "for equally many points.",
        "separation", ("latents", "clusters"), calinski_harabasz, bounds=(0, math.inf)),
)
# fmt: on
