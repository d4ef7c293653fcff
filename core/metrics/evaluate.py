"""All scores of a latent space at once: an undefined one says why instead of failing."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Collection
from typing import Any

from core.latents.arrays import Undefined
from core.latents.clustering_methods import Clustering
from core.metrics import diagnostics
from core.metrics import scores as metrics
from core.metrics.evaluation import METRICS, Evaluation
from core.metrics.scores import FloatArray, IntArray


def evaluate(
    latents: FloatArray,
    clustering: Clustering,
    *,
    labels: IntArray | None = None,
    split: str = "test",
    neighbours: int = 5,
    train_latents: FloatArray | None = None,
    train_labels: IntArray | None = None,
    originals: FloatArray | None = None,
    reconstruction_mse: float | None = None,
    knn_accuracy_pixels: float | None = None,
    names: Collection[str] = tuple(METRICS),
    context: diagnostics.Context | None = None,
) -> Evaluation:
    """All scores of `METRICS`; an undefined one is None with its reason, never an exception.

    With them come the warnings of `core.metrics.diagnostics`, which never see the labels.

    Args:
        latents: (n, d) of held-out images.
        clustering: of these latents.
        labels: (n,); without them scores that need labels are undefined.
        split: name of the split, only recorded.
        neighbours: k of kNN accuracy and trustworthiness.
        train_latents: (m, d) that kNN accuracy asks; without them it leaves one out.
        train_labels: (m,).
        originals: (n, ...) images, for trustworthiness.
        reconstruction_mse: measured by who has the model.
        knn_accuracy_pixels: measured by who has the images.
        names: which scores; the others are left out.
        context: what guards may know besides; what reconstructions explain is found here.

    Raises:
        ValueError: if arrays do not describe the same points, or neighbours < 1.
    """
    found = clustering.labels
    metrics.same_length(latents, found)

    def given(value: Any, name: str) -> Any:
        if value is None:
            raise Undefined(f"undefined because there are no {name}")
        return value

    def against_labels(score: Callable[[IntArray, IntArray], float]) -> float:
        metrics.checked_points(latents)  # clusters of latents that are not numbers mean nothing
        return score(given(labels, "labels"), found)

    def knn() -> float:
        truth = given(labels, "labels")
        if train_latents is None:
            return metrics.leave_one_out_knn_accuracy(latents, truth, neighbours)
        asked = given(train_labels, "labels of the training images")
        return metrics.knn_accuracy(train_latents, asked, latents, truth, neighbours)

    scores: dict[str, Callable[[], float]] = {
        "acc": lambda: against_labels(metrics.accuracy),
        "nmi": lambda: against_labels(metrics.nmi),
        "ari": lambda: against_labels(metrics.ari),
        "ami": lambda: against_labels(metrics.ami),
        "homogeneity": lambda: against_labels(metrics.homogeneity),
        "completeness": lambda: against_labels(metrics.completeness),
        "silhouette_labels": lambda: metrics.silhouette(latents, given(labels, "labels")),
        "silhouette_clusters": lambda: metrics.silhouette(latents, found),
        "davies_bouldin": lambda: metrics.davies_bouldin(latents, found),
        "calinski_harabasz": lambda: metrics.calinski_harabasz(latents, found),
        "knn_accuracy": knn,
        "knn_accuracy_pixels": lambda: given(knn_accuracy_pixels, "measurements on pixels"),
        "trustworthiness": lambda: metrics.trustworthiness(
            given(originals, "original images"), latents, neighbours
        ),
        "reconstruction_mse": lambda: given(reconstruction_mse, "reconstructions"),
    }
    values: dict[str, float | None] = {}
    undefined: dict[str, str] = {}
    for key in METRICS:
        if key not in names:
            continue
        try:
            value = float(scores[key]())
            if not math.isfinite(value):
                raise Undefined("undefined because the value is not a finite number")
            values[key] = value
        except Undefined as reason:
            values[key], undefined[key] = None, str(reason)
    known = context or diagnostics.Context()
    if known.explained is None and originals is not None and reconstruction_mse is not None:
        explained = diagnostics.explained_variance(originals, reconstruction_mse)
        known = dataclasses.replace(known, explained=explained)
    return Evaluation(
        split, len(latents), clustering.method, clustering.n_clusters, clustering.noise,
        neighbours, values, undefined, diagnostics.warnings(latents, clustering, known),
    )  # fmt: skip
