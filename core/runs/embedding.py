"""`Embedding`: a latent space that was not trained here, with what a Run's page shows of one.

Imports nothing heavy; what computes is imported where it does.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from core.data.errors import DataError
from core.latents.arrays import centred, some_rows
from core.latents.clustering_methods import CLUSTERING_METHODS, Clustering, smallest_cluster
from core.latents.shown import ALL_POINTS, POINTS, ShownImages, ShownSplit
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import Evaluation
from core.metrics.metric import Measured
from core.setting.datasets import UNLABELLED_CLUSTERS

if TYPE_CHECKING:
    import pandas as pd

    from core.data.own.embeddings import FoundEmbedding

MOST_POINTS, MOST_DIMENSIONS = 100_000, 4_096
MOST_SCORED = 10_000  # points: as many as MNIST holds out
NOT_TRAINED = "not trained here"
_KEPT = 8  # clusterings and their scores
_DIGITS = 1e-3  # of the spread: so much of a value float32 may lose

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Embedding:
    """Points of any kind, from anywhere, and what is known of each.

    Attributes:
        title: what it is called, for people.
        latents: (n, d) float32, finite.
        labels: (n,) classes, or None.
        classes: names of the classes.
        names: (n,) a text for each point, or None.
        images: (n, s, s) uint8, or None.
        remarks: sentences about what was left out or changed.
    """

    title: str
    latents: npt.NDArray[np.float32]
    labels: Array | None = None
    classes: tuple[str, ...] = ()
    names: Array | None = None
    images: npt.NDArray[np.uint8] | None = None
    remarks: tuple[str, ...] = ()
    _found: dict[tuple[str, int], tuple[Clustering, Evaluation]] = field(
        default_factory=dict, repr=False
    )

    def __len__(self) -> int:
        return len(self.latents)

    @classmethod
    def of(cls, found: FoundEmbedding, title: str) -> Self:
        """What was read, as an Embedding.

        Raises:
            DataError: too few or too many points or dimensions, or values that are not finite.
        """
        from core.data.own.labels import clean_name, clean_names

        points = found.points
        n, d = points.shape
        if not 2 <= n <= MOST_POINTS or d > MOST_DIMENSIONS:
            raise DataError(
                f"X must have 2 to {MOST_POINTS:,} points of at most {MOST_DIMENSIONS:,} dimensions; "
                f"got {n:,} of {d:,}"
            )
        bad = ~np.isfinite(points).all(axis=1)
        if bad.any():
            raise DataError(
                f"X must be finite numbers; {bad.sum():,} of {n:,} rows hold NaN or infinity, the first "
                f"of them row {int(bad.argmax()) + 1}. Leave these out"
            )
        latents, moved = _float32(points)
        images = None
        if found.images is not None:
            from core.data.own.thumbnails import thumbnails

            images = thumbnails(np.asarray(found.images))
        names = found.names
        if names is not None:
            names = np.array([clean_name(str(name)) or "unnamed" for name in names])
        classes = [f"class {name}" if name.isdigit() else name for name in found.classes]
        return cls(
            clean_name(title) or "Embedding", latents, found.labels, clean_names(classes), names,
            images, (*found.remarks, *moved),
        )  # fmt: skip

    @cached_property
    def latents_sha256(self) -> str:
        """Of the latents' values."""
        return hashlib.sha256(np.ascontiguousarray(self.latents).tobytes()).hexdigest()

    @property
    def name(self) -> str:
        """Names it in files and caches: a part of the latents' hash."""
        return f"embedding-{self.latents_sha256[:12]}"

    @cached_property
    def key(self) -> str:
        """The same, of its labels, too: names what is computed from both."""
        labels = b"" if self.labels is None else np.ascontiguousarray(self.labels).tobytes()
        return f"{self.name}-{hashlib.sha256(labels).hexdigest()[:12]}"

    @property
    def usual_clusters(self) -> int:
        """How many clusters are looked for when nothing is said: as many as classes, or 10."""
        k = UNLABELLED_CLUSTERS if self.labels is None else len(np.unique(self.labels))
        return min(k, len(self.scored))

    @cached_property
    def scored(self) -> Array:
        """Rows that scores and clusters rest on: all, or 10,000 drawn by chance, always the same."""
        return some_rows(len(self), MOST_SCORED)

    def evaluated(
        self, method: str = "kmeans", n_clusters: int | None = None
    ) -> tuple[Clustering, Evaluation]:
        """Clusters of the `scored` points, found without labels, and every score that needs no model.

        Args:
            method: key of `CLUSTERING_METHODS`.
            n_clusters: default: `usual_clusters`.

        Raises:
            ClusteringError: an argument out of its range.
        """
        from core.latents.clustering import cluster
        from core.metrics.evaluation import evaluate

        k = self.usual_clusters if n_clusters is None else n_clusters
        key = (
            method,
            k if method in CLUSTERING_METHODS and CLUSTERING_METHODS[method].needs_k else 0,
        )
        if key not in self._found:
            rows = self.scored
            points = self.latents[rows]
            found = cluster(points, method, k, min_cluster_size=smallest_cluster(len(rows)))
            labels = None if self.labels is None else self.labels[rows]
            wanted = [name for name, metric in METRICS.items() if metric.of_latents]
            scores = evaluate(Measured(points, found, labels), wanted, split=self.title)
            while len(self._found) >= _KEPT:
                self._found.pop(next(iter(self._found)))
            self._found[key] = found, scores
        return self._found[key]

    @property
    def evaluation(self) -> Evaluation:
        """Every score that needs no model, with k-means as the clustering, as a Run has it."""
        return self.evaluated()[1]

    def shown(self, found: Clustering) -> ShownImages:
        """All points as a view and a figure take them; those not scored have their nearest's cluster.

        Args:
            found: of the `scored` points.
        """
        clusters, rows = found.labels, self.scored
        if len(rows) < len(self):
            from core.latents.clustering import of_nearest

            clusters = of_nearest(self.latents[rows], found.labels, self.latents)
        part = ShownSplit(POINTS, self.latents, self.labels, clusters, None, len(self))
        return ShownImages(ALL_POINTS, (part,))

    def table(self, shown: ShownImages, rows: Array | None = None) -> pd.DataFrame:
        """Points, one a row: number, name, latent, label, found cluster.

        Args:
            shown: as `shown` gives it.
            rows: which; default: all.
        """
        import pandas as pd

        chosen = np.arange(len(self)) if rows is None else rows
        columns: dict[str, Any] = {"point": chosen}
        if self.names is not None:
            columns["name"] = self.names[chosen]
        columns |= {f"z{j + 1}": self.latents[chosen, j] for j in range(self.latents.shape[1])}
        if self.labels is not None:
            columns["label"] = [self.classes[int(c)] for c in self.labels[chosen]]
        columns["cluster"] = shown.clusters[chosen]
        return pd.DataFrame(columns)

    def called(self, title: str) -> Self:
        """The same under another title."""
        return replace(self, title=title)


def _float32(points: Array) -> tuple[npt.NDArray[np.float32], tuple[str, ...]]:
    """Points as float32, moved to about 0 where it would hold few of their digits; what was done."""
    with np.errstate(over="ignore"):
        plain = points.astype(np.float32)
    spread = float(np.std(points.astype(np.float64) - points[0].astype(np.float64)))
    lost = np.abs(plain - points).max() if np.isfinite(plain).all() else np.inf
    if lost <= _DIGITS * spread or not spread:
        return np.ascontiguousarray(plain), ()
    return np.ascontiguousarray(centred(points), dtype=np.float32), (
        "The points were moved to about 0: as they came, float32 would hold few of their digits. Scores "
        "do not change by it.",
    )
