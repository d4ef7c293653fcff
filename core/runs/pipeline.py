"""From a Setting to a Run, the whole way: load, train, encode, cluster, score, save; and from a Run to
its projections.
"""  # noqa: D205

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from core.data import splits as images
from core.latents.arrays import Undefined
from core.latents.clustering import cluster
from core.latents.clustering_methods import Clustering
from core.latents.projection import Points, Projection, ReportProgress, project
from core.metrics import diagnostics
from core.metrics.evaluate import evaluate
from core.metrics.evaluation import Evaluation
from core.metrics.scores import knn_accuracy
from core.models.autoencoder import Autoencoder
from core.runs.made import Made as Made
from core.runs.store import DamagedRun, Run, Store, provenance
from core.setting.setting import Setting
from core.training import replay
from core.training.loop import Cancelled as Cancelled
from core.training.loop import (
    EpochRecord,
    Training,
    TrainingDiverged,
    encode,
    reconstruction_errors,
)
from core.training.replay import Replay

KNN_REFERENCES = 60_000

_log = logging.getLogger(__name__)

ReportStage = Callable[[str, EpochRecord | None], None]
Watch = Callable[[Training], None]


def train(
    setting: Setting,
    store: Store,
    progress: ReportStage = lambda stage, record: None,
    watch: Watch = lambda training: None,
    threads: int | None = None,
) -> Run:
    """Train a Setting, score it on its held-out images and store the Run.

    Args:
        setting: what to train.
        store: where the Run goes; an older one of the same Setting is replaced.
        progress: as for `make`.
        watch: the same.
        threads: the same.

    Raises:
        DataError: the images can't be had.
        TrainingDiverged: the loss was not finite; its records are kept, and a Run stored before.
    """
    try:
        made = make(setting, progress, watch, threads)
    except TrainingDiverged as stop:
        store.save_failure(setting, str(stop), [record.to_json() for record in stop.records])
        raise
    progress("saving", None)
    return store.save(made)


def make(
    setting: Setting,
    progress: ReportStage = lambda stage, record: None,
    watch: Watch = lambda training: None,
    threads: int | None = None,
) -> Made:
    """Train a Setting and score it on its held-out images; nothing is stored.

    Args:
        setting: what to train.
        progress: called with a stage in words and, while training, the newest record. It may raise
            `Cancelled`.
        watch: given the training before its first step; its `records` and `snapshots` only ever grow.
        threads: as for `Training`.

    Raises:
        DataError: the images can't be had.
        TrainingDiverged: the loss was not finite.
    """
    progress("loading images", None)
    data = images.load(setting)
    training = Training(setting, data, threads=threads)
    watch(training)
    progress("training", None)
    started = time.perf_counter()
    for record in training.epochs():
        progress("training", record)
    seconds = time.perf_counter() - started
    progress("scoring", None)
    model = training.model
    encoded = encode(model, data.test, setting)
    latents = encoded.numpy()
    errors = reconstruction_errors(model, data.test, setting, encoded).numpy()
    clustering = cluster(latents, "kmeans", setting.n_clusters, seed=setting.seed)
    train_latents = encode(model, data.train, setting).numpy()
    evaluation = score(setting, data, latents, train_latents, errors, clustering, model=model)
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "latents": latents,
        "errors": errors,
        "clusters": clustering.labels.astype(np.int16),
    }
    if data.test.labels is not None:
        arrays["labels"] = data.test.labels.numpy().astype(np.int16)
    rows = replay.sample(len(data.test))
    moving = Replay.of(
        training.snapshots,
        rows,
        None if data.test.labels is None else data.test.labels.numpy()[rows],
        setting.n_clusters,
        lambda done: progress(f"scoring snapshot {done + 1} of {len(training.snapshots)}", None),
    )
    records = [record.to_json() for record in training.records]
    about = provenance(setting, seconds, str(training.device), training.threads)
    return Made(setting, model, arrays, records, evaluation, about, moving.to_arrays())


def find_or_train(
    setting: Setting,
    store: Store,
    progress: ReportStage = lambda stage, record: None,
    threads: int | None = None,
) -> tuple[Run, bool, str]:
    """The stored Run or a new one; whether it was stored; a sentence if the old one was damaged.

    `progress` and `threads` are as for `train`.
    """
    notice = ""
    try:
        run = store.find(setting)
    except DamagedRun as damage:
        run, notice = None, str(damage)
    if run is not None:
        return run, True, notice
    return train(setting, store, progress, threads=threads), False, notice


def find_or_project(
    run: Run,
    projection: Projection,
    progress: ReportProgress = lambda stage, fraction: None,
) -> tuple[Points, bool]:
    """Points of a Run's latents, and whether they were stored; UMAP's are stored for the next time.

    Raises:
        ProjectionError: as `project`.
    """
    if not projection.takes_a_while:
        return project(run.arrays["latents"], projection), False
    stored = run.projection(projection)
    if stored is not None:
        return stored, True
    points = project(run.arrays["latents"], projection, progress)
    try:
        run.keep_projection(projection, points)
    except OSError as error:  # a full disk costs the next visitor time, nobody the points
        _log.warning("projection of %s not stored: %s", run.name, error)
    return points, False


def score(
    setting: Setting,
    data: images.Data,
    latents: np.ndarray[Any, Any],
    train_latents: np.ndarray[Any, Any],
    errors: np.ndarray[Any, Any],
    clustering: Clustering,
    neighbours: int = 5,
    model: Autoencoder | None = None,
) -> Evaluation:
    """Every metric of held-out latents (n, d); neighbours for kNN come from the training images.

    With the model, which encoded the latents, also every warning of `core.metrics.diagnostics`.
    """
    labelled = data.test.labels is not None and data.train.labels is not None
    return evaluate(
        latents,
        clustering,
        labels=data.test.labels.numpy() if data.test.labels is not None else None,
        split="test",
        neighbours=neighbours,
        train_latents=train_latents[:KNN_REFERENCES],
        train_labels=data.train.labels.numpy()[:KNN_REFERENCES]
        if data.train.labels is not None
        else None,
        originals=data.test.images(setting).flatten(1).numpy(),
        reconstruction_mse=float(errors.mean()),
        knn_accuracy_pixels=pixel_baseline(setting, neighbours) if labelled else None,
        context=None if model is None else guard_context(setting, data, model),
    )


def guard_context(setting: Setting, data: images.Data, model: Autoencoder) -> diagnostics.Context:
    """What guards may know of a trained model."""
    # a Setting's seed gives the untrained model again, the very one that training began with
    untrained = Autoencoder(setting, torch.Generator().manual_seed(setting.seed)).eval()
    rows = torch.from_numpy(replay.sample(len(data.test)))
    with torch.inference_mode():
        initial = untrained.encode(data.test.images(setting, rows)).numpy()
    weights = {name: tensor.cpu().numpy() for name, tensor in model.state_dict().items()}
    return diagnostics.Context(
        pixel_range=float(setting.pixel_range),
        initial=initial,
        centroids=diagnostics.centroids_in(weights, setting.latent_dim),
    )


def pixel_baseline(setting: Setting, neighbours: int = 5) -> float | None:
    """kNN accuracy on the pixels themselves: what the latent space is up against."""
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
            data.train.images(setting, rows).flatten(1).numpy(),
            data.train.labels[rows].numpy(),
            data.test.images(setting).flatten(1).numpy(),
            data.test.labels.numpy(),
            neighbours,
        )
    except Undefined:
        return None
