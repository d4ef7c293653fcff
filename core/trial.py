"""One Setting of a study, the whole way: its stored Run or a training, then its rows of results."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import torch

from core import data as images
from core import results
from core.checkpoints import DamagedRun, Run, Store, provenance
from core.clustering import cluster
from core.config import Setting
from core.data import Data, Split
from core.evaluation import METRICS, Evaluation
from core.models import Autoencoder
from core.pipeline import KNN_REFERENCES, guard_context, pixel_baseline, train
from core.scoring import evaluate
from core.study import Scoring
from core.training import EpochRecord, Training, encode, reconstruction_errors

Report = Callable[[float], None]
_AS_STORED = ("heldout", Scoring())  # what a Run's own Evaluation was measured on, and how


@dataclass(frozen=True)
class Trial:
    """What a worker is asked to do.

    Attributes:
        setting: what is trained.
        grid: name of its grid.
        splits: what it is measured on; of `core.study.SPLITS`.
        scoring: the clustering to score.
        keep: whether a Run trained now is stored.
        pixels: kNN accuracy on pixels by number of neighbours, where known: it is the same for every
            Setting of these images, and takes as long as a training. Trials of the same images
            share this dict, so that what one finds out spares the others.
        trained_on: of `core.study.TRAINED_ON`. A Run is of training images only: with "all" none is
            looked up or stored.
    """

    setting: Setting
    grid: str
    splits: tuple[str, ...]
    scoring: Scoring
    keep: bool = False
    pixels: dict[int, float] = field(default_factory=dict)
    trained_on: str = "train"


def perform(
    trial: Trial, store: Store, report: Report = lambda share: None
) -> list[dict[str, Any]]:
    """The rows of a trial, one per split. A Run is only stored for `trial.keep`.

    Args:
        trial: what to do.
        store: where a Run may be, and where it goes.
        report: called with the share of the training that is done, 0 to 1.

    Raises:
        DataError, TrainingDiverged, ClusteringError: as training and scoring do.
    """
    setting, started = trial.setting, time.perf_counter()

    def progress(stage: str, record: EpochRecord | None) -> None:
        if record is not None:
            report(record.epoch / setting.epochs)

    run = None if trial.trained_on == "all" else _stored(setting, store)
    source = "stored" if run is not None else "trained"
    if run is None and trial.keep and trial.trained_on != "all":
        run = train(setting, store, progress, threads=1)
    if run is not None and all((split, trial.scoring) == _AS_STORED for split in trial.splits):
        evaluations, about = [run.evaluation], run.provenance
    else:
        data = images.load(setting)
        if trial.trained_on == "all":
            data = replace(data, train=_both(data))
        if run is not None:
            model, about = run.model(), run.provenance
        else:
            training = Training(setting, data, threads=1, n_moments=0)
            for record in training.epochs():
                progress("training", record)
            model = training.model
            about = provenance(setting, training.records[-1].seconds, str(training.device))
        evaluations = [measure(trial, split, model, data) for split in trial.splits]
    rows = []
    for split, evaluation in zip(trial.splits, evaluations, strict=True):
        rows.append(
            results.row(setting, trial.grid, split, trial.scoring, about, trial.trained_on)
            | results.scores(evaluation)
            | {"status": results.DONE, "source": source}
        )
    total = round(time.perf_counter() - started, 2)
    return [{**row, "seconds": total} for row in rows]


def _stored(setting: Setting, store: Store) -> Run | None:
    try:
        return store.find(setting)
    except DamagedRun:  # set aside by now; training replaces it
        return None


def measure(trial: Trial, split: str, model: Autoencoder, data: Data) -> Evaluation:
    """Every metric of one split, and every warning.

    On held-out images this is what `core.pipeline.score` gives: neighbours for kNN come from the
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
        latents, scoring.method, scoring.clusters or len(setting.digits), seed=setting.seed
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
