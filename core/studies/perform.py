"""A trial on the machine that does it: a training or a stored Run's weights, then its scores."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.data import splits as images
from core.data.splits import Data
from core.metrics.evaluation import Evaluation
from core.models.autoencoder import Autoencoder
from core.runs.files import restart_file
from core.runs.packing import packed, restored
from core.runs.pipeline import make
from core.runs.provenance import provenance_of
from core.runs.scoring import images_of, score_model
from core.studies.engines.protocol import Answer, Trial
from core.studies.trial import AS_STORED, Report, rows_of
from core.training.loop import Training
from core.training.records import EpochRecord
from core.training.restart import RestartPoint


def perform(trial: Trial, report: Report = lambda share: None) -> Answer:
    """Train, unless there is a stored Run, and measure. One thread; no store is needed.

    Args:
        trial: what to do.
        report: called with the share of the training that is done, 0 to 1.

    Raises:
        DataError, TrainingDiverged, ClusteringError: as training and scoring do.
    """
    started = time.perf_counter()
    data = images.load(trial.setting, download=True)
    if trial.trained_on == "all":
        data = replace(data, train=images_of(data, "all"))
    trained = _trained(trial, data, report)
    evaluations = [
        trained.evaluation
        if trained.evaluation is not None and (split, trial.scoring) == AS_STORED
        else _measure(trial, split, trained.model, data)
        for split in trial.splits
    ]
    if (restart := _restart(trial)) is not None:
        restart.remove()
    source = "trained" if trial.stored is None else "stored"
    seconds = round(time.perf_counter() - started, 2)
    return Answer(rows_of(trial, evaluations, trained.about, source, seconds), trained.files)


@dataclass(frozen=True, eq=False)
class _Trained:
    """A model and its provenance; of a new Run also its files and its own Evaluation."""

    model: Autoencoder
    about: Mapping[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)
    evaluation: Evaluation | None = None


def _trained(trial: Trial, data: Data, report: Report) -> _Trained:
    """The stored model, a new Run where one is wanted, or else a training of the images alone."""
    setting = trial.setting

    def progress(stage: str, record: EpochRecord | None) -> None:
        if record is not None:
            report(record.epoch / setting.epochs)

    restart = _restart(trial)
    if trial.stored is not None:
        return _Trained(restored(setting, trial.stored.weights), trial.stored.provenance)
    if trial.keep and trial.trained_on != "all":
        made = make(setting, progress, threads=1, restart=restart)
        return _Trained(made.model, made.provenance, packed(made), made.evaluation)
    training = Training(setting, data, threads=1, n_snapshots=0)
    for record in training.epochs(restart):
        progress("training", record)
    return _Trained(training.model, provenance_of(training))


def _restart(trial: Trial) -> RestartPoint | None:
    """Where its state is kept; a training on all images has a file of its own."""
    if not trial.restarts:
        return None
    name = trial.setting.name + ("-all" if trial.trained_on == "all" else "")
    return RestartPoint(restart_file(Path(trial.restarts), name))


def _measure(trial: Trial, split: str, model: Autoencoder, data: Data) -> Evaluation:
    """Every metric of one split, and every diagnostic."""
    if trial.trained_on == "all" and split == "all":
        split = "train"  # which are all images, then
    return score_model(trial.setting, model, data, trial.scoring, split, trial.pixels).evaluation
