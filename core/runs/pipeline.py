"""From a Setting to a Run, the whole way: load, train, encode, cluster, score, save; and from a Run to
its projections.
"""  # noqa: D205

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from core.data import splits as images
from core.data.present import is_local
from core.latents.clustering_methods import Clustering
from core.latents.projection import Points, Projection, ReportProgress, project
from core.runs.clusterings import keep_clustering, known_clustering
from core.runs.made import Made as Made
from core.runs.once import WAITING as WAITING
from core.runs.once import Found as Found
from core.runs.once import MakeFiles, ReportStage, find_or_make, make_anew
from core.runs.packing import packed
from core.runs.projections import store_projection, stored_projection
from core.runs.provenance import provenance_of
from core.runs.run import Run
from core.runs.scoring import score_model
from core.runs.store import Store
from core.setting.setting import Setting
from core.training import replay
from core.training.loop import Training
from core.training.records import Cancelled as Cancelled
from core.training.replay import Replay
from core.training.restart import RestartPoint

_log = logging.getLogger(__name__)

Watch = Callable[[Training], None]


def train(
    setting: Setting,
    store: Store,
    progress: ReportStage = lambda stage, record: None,
    watch: Watch = lambda training: None,
    threads: int | None = None,
    half: bool = False,
) -> Run:
    """Train a Setting, score it on its held-out images and store the Run.

    Another process that trains the same Setting comes first.

    Args:
        setting: what to train.
        store: where the Run goes; an older one of the same Setting is replaced.
        progress: as for `make`.
        watch: the same.
        threads: the same.
        half: the same.

    Raises:
        DataError: the images can't be had.
        ReadOnlyStore: the Run could not be stored; nothing was trained.
        TrainingDiverged: the loss was not finite; its records are kept, and a Run stored before.
    """
    return make_anew(setting, store, progress, _maker(setting, progress, watch, threads, half))


def _maker(
    setting: Setting, progress: ReportStage, watch: Watch, threads: int | None, half: bool
) -> MakeFiles:
    def files(restart: Path) -> dict[str, bytes]:
        return packed(make(setting, progress, watch, threads, half, RestartPoint(restart)))

    return files


def find_or_train(
    setting: Setting,
    store: Store,
    progress: ReportStage = lambda stage, record: None,
    watch: Watch = lambda training: None,
    threads: int | None = None,
    half: bool = False,
) -> Found:
    """The stored Run of a Setting or a new one; two processes that ask at once train it once.

    Arguments and errors are those of `train`.

    Raises:
        UnreadableRun: there is a Run, which the system can't read now.
    """
    return find_or_make(setting, store, progress, _maker(setting, progress, watch, threads, half))


def make(
    setting: Setting,
    progress: ReportStage = lambda stage, record: None,
    watch: Watch = lambda training: None,
    threads: int | None = None,
    half: bool = False,
    restart: RestartPoint | None = None,
) -> Made:
    """Train a Setting and score it on its held-out images; no Run is stored.

    Args:
        setting: what to train.
        progress: called with a stage in words and, while training, the newest record. It may raise
            `Cancelled`.
        watch: given the training before its first step; its `records` and `snapshots` only ever grow.
        threads: as for `Training`.
        half: round the weights to half precision after training, before anything is scored: the Run
            takes half of the room.
        restart: as for `Training.epochs`.

    Raises:
        DataError: the images can't be had.
        TrainingDiverged: the loss was not finite.
    """
    here = is_local(setting.dataset)
    progress("loading images" if here else "downloading images", None)
    data = images.load(setting, download=True)
    training = Training(setting, data, threads=threads)
    watch(training)
    progress("training", None)
    for record in training.epochs(restart):
        progress("training", record)
    if half:
        training.model.half().float()
    progress("scoring", None)
    scored = score_model(setting, training.model, data)
    labels = None if data.test.labels is None else data.test.labels.numpy()
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "latents": scored.latents,
        "errors": scored.errors,
        "clusters": scored.clustering.labels.astype(np.int16),
    }
    if labels is not None:
        arrays["labels"] = labels.astype(np.int16)
    return Made(
        setting,
        training.model,
        arrays,
        history=[record.to_json() for record in training.records],
        evaluation=scored.evaluation,
        provenance=provenance_of(training),
        replay=_replay(training, labels, progress).to_arrays(),
    )


def _replay(
    training: Training, labels: np.ndarray[Any, Any] | None, progress: ReportStage
) -> Replay:
    """The snapshots of a training, scored with the labels (n,) of its held-out images."""
    rows, count = replay.sample(len(training.data.test)), len(training.snapshots)
    return Replay.of(
        training.snapshots,
        rows,
        None if labels is None else labels[rows],
        training.setting.n_clusters,
        lambda done: progress(f"scoring snapshot {done + 1} of {count}", None),
    )


def find_or_cluster(run: Run, method: str, n_clusters: int) -> Clustering:
    """Clusters of a Run's latents: those that it was scored with, or others, kept for the next time.

    Raises:
        ClusteringError: as `core.latents.clustering.cluster`.
    """
    if (known := known_clustering(run, method, n_clusters)) is not None:
        return known
    from core.latents.clustering import cluster

    found = cluster(run.arrays["latents"], method, n_clusters, seed=run.setting.seed)
    try:
        keep_clustering(run, found)
    except OSError as error:  # the clusters are there, whatever the disk does
        _log.warning("clusters of %s not stored: %s", run.name, error)
    return found


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
    stored = stored_projection(run, projection)
    if stored is not None:
        return stored, True
    points = project(run.arrays["latents"], projection, progress)
    try:
        store_projection(run, projection, points)
    except OSError as error:  # the points are there, whatever the disk does
        _log.warning("projection of %s not stored: %s", run.name, error)
    return points, False
