"""Ways to find clusters, as people read of them, and what one found. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.setting.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

NOISE = -1  # the cluster of points that are in none
EXACT_WARD_POINTS = 5000
WARD_NEIGHBOURS = 15
UMAP_DIMS = 3
IN_LATENT_SPACE = "in latent space"
SMALLEST_CLUSTER = 50  # of HDBSCAN, in points


class ClusteringError(UserError, ValueError):
    """Latents or options that cannot be clustered; the message is one sentence for people."""


@dataclass(frozen=True)
class Method:
    """What people read about a clustering method.

    Attributes:
        label: name for people.
        help: one or two plain sentences.
        needs_k: whether the number of clusters is given rather than found.
        where: where it finds them, to follow "clusters found".
    """

    label: str
    help: str
    needs_k: bool
    where: str = IN_LATENT_SPACE


CLUSTERING_METHODS: dict[str, Method] = {
    "kmeans": Method(
        "k-means",
        "Round clusters of similar size about k centres; the best of 10 starts.",
        needs_k=True,
    ),
    "gmm": Method(
        "Gaussian mixture",
        "k ellipsoids of any size, stretch and direction; the best of 3 starts from k-means.",
        needs_k=True,
    ),
    "umap-gmm": Method(
        "UMAP, then Gaussian mixture (N2D)",
        f"A mixture of k ellipsoids in a {UMAP_DIMS}-D UMAP of the latents, as N2D has it. It finds "
        "clusters of any shape, but in a projection: the silhouette, measured in latent space, says "
        "whether they are apart there, too. Takes some seconds.",
        needs_k=True,
        where=f"in a {UMAP_DIMS}-D UMAP of the latents",
    ),
    "hdbscan": Method(
        "HDBSCAN",
        "Dense regions of any shape, as many as there are; points between them are left out as "
        "noise.",
        needs_k=False,
    ),
    "agglomerative": Method(
        "Agglomerative (Ward)",
        "Merges the two clusters whose union grows least in variance until k are left. Exact up to "
        f"{EXACT_WARD_POINTS:,} points; above that only clusters that touch in the graph of "
        f"{WARD_NEIGHBOURS} nearest neighbours may merge, because exact merging needs memory for "
        "all pairs of points.",
        needs_k=True,
    ),
}


@dataclass(frozen=True, eq=False)
class Clustering:
    """Which cluster each point is in.

    Attributes:
        method: key of `CLUSTERING_METHODS`.
        labels: (n,) int64, 0 to n_clusters - 1, or -1 for noise.
        n_clusters: clusters found; can be fewer than asked for.
        noise: number of points that are in no cluster.
        asked: clusters asked for; None where the method finds how many there are.
    """

    method: str
    labels: npt.NDArray[np.integer[Any]]
    n_clusters: int
    noise: int
    asked: int | None = None


def smallest_cluster(points: int) -> int:
    """Of HDBSCAN, among so many points: `SMALLEST_CLUSTER`, or half of fewer than twice as many."""
    return min(SMALLEST_CLUSTER, max(points // 2, 2))
