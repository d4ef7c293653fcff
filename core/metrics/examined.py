"""What diagnostics look at: latents, their clusters, and facts of the model that made them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from core.latents.arrays import FloatArray, IntArray
from core.latents.clustering_methods import Clustering

MIN_POINTS = 20  # of fewer points shares and spreads say nothing


@dataclass(frozen=True, eq=False)
class ModelFacts:
    """What only the model and the images tell; a diagnostic that needs what is absent is silent.

    Attributes:
        pixel_range: pixels go from 0 to this.
        initial: (m, d) latents of an untrained model of the same Setting.
        explained: share of the images' variance that reconstructions explain, at most 1.
        centroids: (k, d) by the name of the term that learned them.
    """

    pixel_range: float | None = None
    initial: FloatArray | None = None
    explained: float | None = None
    centroids: Mapping[str, FloatArray] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Examined:
    """Latents and their clusters, and what several diagnostics ask of them.

    Attributes:
        X: (n, d) float64 latents.
        clustering: of these.
        facts: of the model.
    """

    X: FloatArray
    clustering: Clustering
    facts: ModelFacts

    @cached_property
    def not_finite(self) -> int:
        """How many latents are infinite or not a number."""
        return len(self.X) - int(np.isfinite(self.X).all(axis=1).sum())

    @cached_property
    def length(self) -> float:
        return root_mean_square(self.X)

    @cached_property
    def centred(self) -> FloatArray:
        return np.asarray(self.X - self.X.mean(axis=0))

    @cached_property
    def spread(self) -> float:
        return root_mean_square(self.centred)

    @cached_property
    def covariance(self) -> FloatArray:
        """(d, d)."""
        return np.asarray(self.centred.T @ self.centred / len(self.X))

    @cached_property
    def sizes(self) -> IntArray:
        """Points of each cluster, noise left out."""
        labels = self.clustering.labels
        return np.bincount(labels[labels >= 0], minlength=self.clustering.n_clusters)

    @property
    def finite(self) -> bool:
        """Whether there are latents, and all of them are finite numbers."""
        return len(self.X) > 0 and not self.not_finite

    @property
    def many(self) -> bool:
        """Whether there are enough of them, all finite, for shares and spreads to say something."""
        return len(self.X) >= MIN_POINTS and not self.not_finite

    @property
    def several_clusters(self) -> bool:
        """Whether there are points and clusters enough to compare sizes."""
        enough = len(self.clustering.labels) >= MIN_POINTS and self.clustering.n_clusters > 1
        return enough and bool(self.sizes.any())


def root_mean_square(X: FloatArray) -> float:
    """Of the lengths of the rows."""
    return math.sqrt(float((X**2).sum(axis=1).mean()))


def explained_variance(originals: FloatArray, reconstruction_mse: float) -> float | None:
    """Share of the images' variance about their mean that reconstructions explain, at most 1.

    Below 0 they are worse than always drawing the mean image.

    Args:
        originals: (n, ...) images.
        reconstruction_mse: per pixel, in the same units.

    Returns:
        None for images that are all the same.
    """
    variance = float(originals.var(axis=0, dtype=np.float64).mean()) if len(originals) else 0.0
    return 1 - reconstruction_mse / variance if variance > 0 else None


def centroids_in(weights: Mapping[str, FloatArray], latent_dim: int) -> dict[str, FloatArray]:
    """Centroids (k, d) by term: what a model's weights hold as `terms.TERM.centroids`, if anything.

    Centroids of another length than the latents' are of another space, and left out.
    """
    found = {}
    for name, array in weights.items():
        match name.split("."):
            case ["terms", term, "centroids"] if array.ndim == 2 and array.shape[1] == latent_dim:
                found[term] = array
    return found


def dead_centroids(latents: FloatArray, centroids: FloatArray) -> IntArray:
    """Rows of the centroids (k, d), ascending, that are the nearest of none of the latents (n, d).

    Of equal centroids the first is the nearest, the others are dead.
    """
    nearest = np.zeros(len(latents), dtype=np.int64)
    best = np.full(len(latents), math.inf)
    for row, centroid in enumerate(np.asarray(centroids, dtype=np.float64)):
        distance = ((latents - centroid) ** 2).sum(axis=1)
        nearest[distance < best] = row
        best = np.minimum(best, distance)
    return np.setdiff1d(np.arange(len(centroids)), nearest)
