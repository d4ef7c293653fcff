"""What a metric is: a row that says what it is called, what it takes and how it is computed.

Rows stand below their formulas, in the files that `core.metrics.catalogue` gathers. Imports nothing
heavy: who shows a score needs its row, not scikit-learn.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from core.latents.arrays import FloatArray, IntArray, Undefined, checked_points
from core.latents.clustering_methods import Clustering
from core.metrics.examined import ModelFacts

# How well clusters are the labels, how far apart groups are, what a regularizer may cost besides,
# and what there was before any training.
Kind = Literal["agreement", "separation", "cost", "baseline"]

# Fields of `Measured` that may be absent, and what a sentence calls them.
_ABSENT = {
    "labels": "labels",
    "originals": "original images",
    "reconstruction_mse": "reconstructions",
    "knn_accuracy_pixels": "measurements on pixels",
}


@dataclass(frozen=True, eq=False)
class Measured:
    """What there is to score: the latents of one split, and what is known about them.

    Attributes:
        latents: (n, d) of the images.
        clustering: of these latents.
        labels: (n,); None: there are none.
        neighbours: k of kNN accuracy and trustworthiness.
        train_latents: (m, d) that kNN accuracy asks; None: it leaves one out.
        train_labels: (m,).
        originals: (n, ...) the images.
        reconstruction_mse: mean squared error per pixel, by who has the model.
        knn_accuracy_pixels: by who has the training images.
        facts: what diagnostics may know of the model.
    """

    latents: FloatArray
    clustering: Clustering
    labels: IntArray | None = None
    neighbours: int = 5
    train_latents: FloatArray | None = None
    train_labels: IntArray | None = None
    originals: FloatArray | None = None
    reconstruction_mse: float | None = None
    knn_accuracy_pixels: float | None = None
    facts: ModelFacts = field(default_factory=ModelFacts)

    @property
    def clusters(self) -> IntArray:
        """(n,) the cluster of each point, -1 for noise."""
        return self.clustering.labels


@dataclass(frozen=True)
class Metric:
    """One score of a latent space.

    Attributes:
        key: its name in files, addresses and on the command line.
        label: name for people.
        source: where it comes from.
        help: what it is, its range and what is good, in plain words.
        kind: what it says something about.
        takes: fields of `Measured`: the arguments of `compute`, in their order.
        compute: the score; raises `Undefined` where there is none.
        better: "higher" or "lower".
        bounds: no value is below the first or above the second.
    """

    key: str
    label: str
    source: str
    help: str
    kind: Kind
    takes: tuple[str, ...]
    compute: Callable[..., float]
    better: Literal["higher", "lower"] = "higher"
    bounds: tuple[float, float] = (0.0, 1.0)

    @property
    def of_clusters(self) -> bool:
        """Whether it changes with the clusters found."""
        return "clusters" in self.takes

    @property
    def of_latents(self) -> bool:
        """Whether latents, their clusters and labels are all that it takes, and no model or images."""
        return not {"originals", "reconstruction_mse", "knn_accuracy_pixels"} & set(self.takes)

    def value(self, measured: Measured) -> float:
        """The score of what was measured, a finite number.

        Raises:
            Undefined: it has none; the message says why.
        """
        arguments: list[Any] = []
        for name in self.takes:
            arguments.append(getattr(measured, name))
            if arguments[-1] is None and name in _ABSENT:
                raise Undefined(f"undefined because there are no {_ABSENT[name]}")
        if self.of_clusters:
            checked_points(measured.latents)  # clusters of what is no number mean nothing
        value = float(self.compute(*arguments))
        if not math.isfinite(value):
            raise Undefined("undefined because the value is not a finite number")
        return value
