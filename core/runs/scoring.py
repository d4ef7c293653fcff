"""From a trained model to its scores, in one place: encode, find clusters, gather, evaluate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from core.data import splits as images
from core.data.splits import Data, Split
from core.latents.arrays import FloatArray, Undefined
from core.latents.clustering import cluster
from core.latents.clustering_methods import Clustering
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import USUAL_SCORING, Evaluation, Scoring, evaluate
from core.metrics.examined import ModelFacts, centroids_in
from core.metrics.metric import Measured
from core.metrics.neighbourhood import knn_accuracy
from core.models.autoencoder import Autoencoder
from core.setting.setting import Setting
from core.training import replay
from core.training.encoding import encode, reconstruction_errors

KNN_REFERENCES = 60_000  # training images that kNN accuracy asks, at most
HELD_OUT, TRAINING, ALL = "heldout", "train", "all"


@dataclass(frozen=True, eq=False)
class Scored:
    """The images of one split in latent space, and their scores.

    Attributes:
        latents: (n, d) float32.
        errors: (n,) float32, mean squared error per pixel of each image.
        clustering: of the latents.
        evaluation: every metric, and every diagnostic.
    """

    latents: FloatArray
    errors: FloatArray
    clustering: Clustering
    evaluation: Evaluation


def score_model(
    setting: Setting,
    model: Autoencoder,
    data: Data,
    scoring: Scoring = USUAL_SCORING,
    split: str = HELD_OUT,
    pixels: Mapping[int, float] | None = None,
) -> Scored:
    """Encode the images of a split, find clusters, and measure everything.

    Of held-out images neighbours for kNN accuracy are training images, and there is a baseline on
    pixels. Elsewhere each image asks its nearest others, and there is none.

    Args:
        setting: what the model was trained with.
        model: ready to encode and decode.
        data: the images; `train` is what the model was trained on.
        scoring: how clusters are found, and how many neighbours are asked.
        split: "heldout", "train" or "all".
        pixels: kNN accuracy on pixels by number of neighbours, where it is known already.

    Raises:
        ClusteringError: latents can't be clustered so.
    """
    part = images_of(data, split)
    encoded = encode(model, part, setting)
    latents = encoded.numpy()
    errors = reconstruction_errors(model, part, setting, encoded).numpy()
    k = scoring.clusters or setting.n_clusters
    found = cluster(latents, scoring.method, k, seed=setting.seed)
    heldout = split == HELD_OUT
    measured = Measured(
        latents,
        found,
        labels=_numbers(part.labels),
        neighbours=scoring.neighbours,
        originals=part.images(setting).flatten(1).numpy(),
        reconstruction_mse=float(errors.mean()),
        facts=model_facts(setting, model, data),
        **(_references(setting, model, data, scoring.neighbours, pixels or {}) if heldout else {}),
    )
    names = [key for key, metric in METRICS.items() if heldout or metric.kind != "baseline"]
    evaluation = evaluate(measured, names, "test" if heldout else split)
    return Scored(latents, errors, found, evaluation)


def images_of(data: Data, split: str) -> Split:
    """The images of "heldout", "train" or "all": training images, then held-out ones."""
    if split != ALL:
        return data.test if split == HELD_OUT else data.train
    labels = None
    if data.train.labels is not None and data.test.labels is not None:
        labels = torch.cat([data.train.labels, data.test.labels])
    return Split(data.train.pixels, torch.cat([data.train.index, data.test.index]), labels)


def _numbers(labels: torch.Tensor | None) -> np.ndarray[Any, Any] | None:
    return None if labels is None else labels.numpy()


def _references(
    setting: Setting, model: Autoencoder, data: Data, neighbours: int, pixels: Mapping[int, float]
) -> dict[str, Any]:
    """What of `Measured` training images give to the scores of held-out ones."""
    found: dict[str, Any] = {
        "train_latents": encode(model, data.train, setting).numpy()[:KNN_REFERENCES]
    }
    if data.train.labels is not None:
        known = pixels.get(neighbours)
        found["train_labels"] = data.train.labels.numpy()[:KNN_REFERENCES]
        found["knn_accuracy_pixels"] = (
            pixel_baseline(setting, neighbours) if known is None else known
        )
    return found


def model_facts(setting: Setting, model: Autoencoder, data: Data) -> ModelFacts:
    """What diagnostics may know of a trained model."""
    # a Setting's seed gives the untrained model again, the very one that training began with
    untrained = Autoencoder(setting, torch.Generator().manual_seed(setting.seed)).eval()
    rows = torch.from_numpy(replay.sample(len(data.test)))
    with torch.inference_mode():
        initial = untrained.encode(data.test.images(setting, rows)).numpy()
    weights = {name: tensor.cpu().numpy() for name, tensor in model.state_dict().items()}
    return ModelFacts(
        pixel_range=float(setting.pixel_range),
        initial=initial,
        centroids=centroids_in(weights, setting.latent_dim),
    )


def pixel_baseline(setting: Setting, neighbours: int = 5) -> float | None:
    """kNN accuracy on the pixels themselves: what the latent space is up against.

    None where there are no labels, or too few images.
    """
    return _pixel_baseline(
        setting.dataset, setting.digits, setting.image_size, setting.holdout, neighbours
    )


@lru_cache(maxsize=32)
def _pixel_baseline(
    dataset: str, digits: tuple[int, ...], image_size: int, holdout: str, neighbours: int
) -> float | None:
    """Depends on the images alone, not on how they are encoded; seconds, hence remembered."""
    setting = Setting(dataset=dataset, digits=digits, image_size=image_size, holdout=holdout)
    data = images.load(setting)
    if data.train.labels is None or data.test.labels is None:
        return None
    rows = torch.arange(min(len(data.train), KNN_REFERENCES))
    try:
        return knn_accuracy(
            _points(data.train, setting, rows),
            data.train.labels[rows].numpy(),
            _points(data.test, setting),
            data.test.labels.numpy(),
            neighbours,
        )
    except Undefined:
        return None


def _points(
    part: Split, setting: Setting, rows: torch.Tensor | None = None
) -> np.ndarray[Any, Any]:
    """Images (n, p) as points: as bytes where they keep their size, which take a quarter of the memory.

    Neighbours are the same: a model's images are the bytes by one number.
    """
    if part.pixels.shape[-1] != setting.image_size:
        return part.images(setting, rows).flatten(1).numpy()
    index = part.index if rows is None else part.index[rows]
    first, last = int(index[0]), int(index[-1])
    if last - first == len(index) - 1:  # they lie one after the other: no copy
        return part.pixels[first : last + 1].flatten(1).numpy()
    return part.pixels.index_select(0, index).flatten(1).numpy()
