"""A score that is meant to be compared across latent spaces: the cluster silhouette in a UMAP of each.

Silhouettes in the latent spaces themselves do not compare: each space has its own dimension, scale and
shape (Wang, Zhang & Ye 2024, arXiv 2403.14830). Lowe et al. 2024 (arXiv 2406.02465) found that the
silhouette of clusters in a UMAP of the space follows agreement with labels over encoders and data sets.
UMAP keeps only who is whose neighbour, so scale and dimension of a space hardly count any more.
`python -m benchmarks.across_spaces` measures it here.

The ACE of arXiv 2403.14830 judges clusterings in each other's spaces: a score of a whole set of Runs of
the same images, which changes for all of them when one joins. So it can't be the score of a Run, nor
compare points that are not of the same images, and is not used here.

It takes a second or two, and UMAP opens gaps where there are none: it is no measure of how far clusters
are apart. So it is computed when it is asked for, and not stored with a Run.
"""

from __future__ import annotations

import numpy as np

from core.latents.arrays import (
    FloatArray,
    IntArray,
    Undefined,
    checked_points,
    same_length,
    some_rows,
)
from core.latents.clustering_methods import NOISE
from core.latents.projection import MINIMUM_UMAP_POINTS, Projection, project
from core.metrics.metric import Metric
from core.metrics.separation import silhouette

MOST_POINTS = 2_000  # drawn by chance, always the same ones
# Neighbours and min_dist are those of arXiv 2406.02465; it has 50 dimensions, our layout has at most 3.
UMAP = Projection("umap", 3, neighbours=30, min_dist=0.0, seed=0)

NOT_COMPARABLE = (
    "Silhouettes of different latent spaces do not compare; the cluster silhouette in a UMAP of each is "
    "meant for that."
)


def silhouette_in_umap(latents: FloatArray, groups: IntArray, noise: int | None = None) -> float:
    """Mean silhouette of groups in a UMAP of the points, -1 to 1.

    Of more than `MOST_POINTS` points that many are drawn with a fixed seed. Points of noise are in the
    UMAP, and in no silhouette.

    Args:
        latents: (n, d).
        groups: (n,) labels or clusters.
        noise: as for `silhouette`.

    Raises:
        Undefined: too few points or groups, or latents not finite.

    Source: Lowe, Haurum, Oore, Moeslund & Taylor 2024, arXiv 2406.02465.
    """
    same_length(latents, groups)
    n = len(latents)
    if n < MINIMUM_UMAP_POINTS:
        raise Undefined(f"undefined because {n} points are too few for a UMAP")
    rows = some_rows(n, MOST_POINTS)
    points = checked_points(latents, np.float32)[rows]
    return silhouette(project(points, UMAP).points, np.asarray(groups)[rows], noise)


def clusters_in_umap(latents: FloatArray, clusters: IntArray) -> float:
    """`silhouette_in_umap` of clusters (n,), of which -1 is noise."""
    return silhouette_in_umap(latents, clusters, NOISE)


# fmt: off
# A row as those of the catalogue, but not in it: it is neither computed for each Run nor stored.
ACROSS = Metric("silhouette_umap", "Cluster silhouette in a UMAP", "Lowe et al. 2024 (arXiv 2406.02465)",
    "The silhouette of the clusters in a 3-D UMAP of the latents (30 neighbours, min_dist 0, at most "
    f"{MOST_POINTS:,} points). -1 to 1. Meant for comparing latent spaces with each other, which "
    "silhouettes in the spaces themselves are not; UMAP opens gaps, so it does not say how far clusters "
    "are apart.",
    "separation", ("latents", "clusters"), clusters_in_umap, bounds=(-1, 1))
# fmt: on
