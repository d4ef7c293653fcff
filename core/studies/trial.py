"""One Setting of a study, the whole way: its stored Run or a training, then its rows of results.

Who gives out a trial has the store: `at_hand` looks a Run up there before, and `perform`, which may
be on another machine, returns the files of a new one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import torch

from core.data import splits as images
from core.data.sources import DataError
from core.data.splits import Data, Split
from core.latents.clustering import cluster
from core.latents.clustering_methods import ClusteringError
from core.metrics.evaluate import evaluate
from core.metrics.evaluation import METRICS, Evaluation
from core.models.autoencoder import Autoencoder
from core.runs.pipeline import KNN_REFERENCES, guard_context, make, pixel_baseline
from core.runs.store import DamagedRun, Store, packed, provenance, restored
from core.setting.setting import Setting
from core.studies import results
from core.studies.study import Scoring
from core.training.loop import (
    EpochRecord,
    Training,
    TrainingDiverged,
    encode,
    reconstruction_errors,
)

Report = Callable[[float], None]
_AS_STORED = ("heldout", Scoring())  # what a Run's own Evaluation was measured on, and how


@dataclass(frozen=True)
class Stored:
    """Of a Run in the store, what it takes to score it elsewhere."""

    weights: bytes
    provenance: Mapping[str, Any]


@dataclass(frozen=True)
class Trial:
    """What a worker is asked to do.

    Attributes:
        setting: what is trained.
        grid: name of its grid.
        splits: what it is measured on; of `core.studies.study.SPLITS`.
        scoring: the clustering to score.
        keep: whether a Run trained now is wanted, too.
        pixels: kNN accuracy on pixels by number of neighbours, where known: it is the same for every
            Setting of these images, and takes as long as a training. Trials of the same images
            share this dict, so that what one finds out spares the others.
        trained_on: of `core.studies.study.TRAINED_ON`. A Run is of training images only: with "all"
        none is
            looked up or stored.
        stored: the Run that is scored in place of a training.
    """

    setting: Setting
    grid: str
    splits: tuple[str, ...]
    scoring: Scoring
    keep: bool = False
    pixels: dict[int, float] = field(default_factory=dict)
    trained_on: str = "train"
    stored: Stored | None = None


@dataclass(frozen=True)
class Answer:
    """What a trial gave.

    Attributes:
        rows: one per split; none when it failed.
        files: of the new Run, for `Store.write`; none unless one was trained for `Trial.keep`.
        reason: why it failed, in a sentence.
        history: of a training that diverged, the records before.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    reason: str = ""
    history: list[dict[str, Any]] = field(default_factory=list)


def at_hand(trial: Trial, store: Store) -> Trial | Answer:
    """The trial with what the store has of its Setting, or its answer when that is all there.

    A Run that is damaged is set aside by this, and trained again.
    """
    # not `find` for all: it looks through the whole store, which a large sweep has filled
    if trial.trained_on == "all" or not store.has(trial.setting):
        return trial
    try:
        run = store.find(trial.setting)
    except DamagedRun:
        run = None
    if run is None:
        return trial
    if all((split, trial.scoring) == _AS_STORED for split in trial.splits):
        return Answer(_rows(trial, [run.evaluation], run.provenance, "stored", 0.0))
    return replace(trial, stored=Stored(run.weights(), run.provenance))


def attempt(trial: Trial, report: Report = lambda share: None) -> Answer:
    """`perform`, with whatever goes wrong as the reason: one Setting's failure is a result."""
    try:
        return perform(trial, report)
    except TrainingDiverged as stop:
        return Answer(reason=str(stop), history=[record.to_json() for record in stop.records])
    except (ClusteringError, DataError) as error:
        return Answer(reason=str(error))
    except Exception as error:
        return Answer(reason=f"{type(error).__name__}: {error}")


def perform(trial: Trial, report: Report = lambda share: None) -> Answer:
    """Train, unless there is a stored Run, and measure. One thread; no store is needed.

    Args:
        trial: what to do.
        report: called with the share of the training that is done, 0 to 1.

    Raises:
        DataError, TrainingDiverged, ClusteringError: as training and scoring do.
    """
    setting, started = trial.setting, time.perf_counter()

    def progress(stage: str, record: EpochRecord | None) -> None:
        if record is not None:
            report(record.epoch / setting.epochs)

    files: dict[str, bytes] = {}
    own: Evaluation | None = None  # what a Run says of itself
    if trial.stored is not None:
        model, about = restored(setting, trial.stored.weights), trial.stored.provenance
    elif trial.keep and trial.trained_on != "all":
        made = make(setting, progress, threads=1)
        files, own = packed(made), made.evaluation
        model, about = made.model, made.provenance
    data = images.load(setting)
    if trial.trained_on == "all":
        data = replace(data, train=_both(data))
    if trial.stored is None and own is None:
        training = Training(setting, data, threads=1, n_snapshots=0)
        for record in training.epochs():
            progress("training", record)
        model = training.model
        about = provenance(
            setting, training.records[-1].seconds, str(training.device), training.threads
        )
    evaluations = [
        own
        if own is not None and (split, trial.scoring) == _AS_STORED
        else measure(trial, split, model, data)
        for split in trial.splits
    ]
    source = "trained" if trial.stored is None else "stored"
    seconds = round(time.perf_counter() - started, 2)
    return Answer(_rows(trial, evaluations, about, source, seconds), files)


def _rows(
    trial: Trial,
    evaluations: list[Evaluation],
    about: Mapping[str, Any],
    source: str,
    seconds: float,
) -> list[dict[str, Any]]:
    return [
        results.row(trial.setting, trial.grid, split, trial.scoring, about, trial.trained_on)
        | results.scores(evaluation)
        | {"status": results.DONE, "source": source, "seconds": seconds}
        for split, evaluation in zip(trial.splits, evaluations, strict=True)
    ]


def measure(trial: Trial, split: str, model: Autoencoder, data: Data) -> Evaluation:
    """Every metric of one split, and every warning.

    On held-out images this is what `core.runs.pipeline.score` gives: neighbours for kNN come from the
    training images. On others each image asks its nearest others, and there is no baseline on pixels.
    """
    setting, scoring = trial.setting, trial.scoring
    heldout = split == "heldout"
    if split == "all":
        part = data.train if trial.trained_on == "all" else _both(data)
    else:
        part = data.test if heldout else data.train
    encoded = encode(model, part, setting)
    latents = encoded.numpy()
    found = cluster(
        latents, scoring.method, scoring.clusters or setting.n_clusters, seed=setting.seed
    )
    references: dict[str, Any] = {}
    if heldout:
        references["train_latents"] = encode(model, data.train, setting).numpy()[:KNN_REFERENCES]
        if data.train.labels is not None:
            references["train_labels"] = data.train.labels.numpy()[:KNN_REFERENCES]
            known = trial.pixels.get(scoring.neighbours)
            references["knn_accuracy_pixels"] = (
                pixel_baseline(setting, scoring.neighbours) if known is None else known
            )
    return evaluate(
        latents,
        found,
        labels=None if part.labels is None else part.labels.numpy(),
        split=split,
        neighbours=scoring.neighbours,
        originals=part.images(setting).flatten(1).numpy(),
        reconstruction_mse=float(reconstruction_errors(model, part, setting, encoded).mean()),
        context=guard_context(setting, data, model),
        names=[name for name in METRICS if heldout or name != "knn_accuracy_pixels"],
        **references,
    )


def _both(data: Data) -> Split:
    """Training and held-out images as one split."""
    labels = None
    if data.train.labels is not None and data.test.labels is not None:
        labels = torch.cat([data.train.labels, data.test.labels])
    return Split(data.train.pixels, torch.cat([data.train.index, data.test.index]), labels)
