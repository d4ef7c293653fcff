"""One Setting of a study, seen from who gives it out: looked up in the store, or sent to a worker.

`at_hand` looks a Run up there. What a worker calls, perhaps on another machine, is named here and
imported there: nothing heavy comes with this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.data.sources import DataError
from core.latents.clustering_methods import ClusteringError
from core.metrics.evaluation import USUAL_SCORING, Evaluation
from core.runs.run import DamagedRun
from core.runs.store import Store
from core.setting.setting import Setting
from core.studies import results
from core.studies.engines.protocol import Answer, Stored, Trial
from core.training.records import TrainingDiverged

if TYPE_CHECKING:
    from core.training.capacity import Cost

Report = Callable[[float], None]
AS_STORED = ("heldout", USUAL_SCORING)  # what a Run's own Evaluation was measured on, and how


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
    if all((split, trial.scoring) == AS_STORED for split in trial.splits):
        return Answer(rows_of(trial, [run.evaluation], run.provenance, "stored", 0.0))
    return replace(trial, stored=Stored(run.weights(), run.provenance))


def attempt(trial: Trial, report: Report = lambda share: None) -> Answer:
    """A worker's whole answer; what goes wrong is its reason: one Setting's failure is a result.

    Args:
        trial: what to do.
        report: called with the share of the training that is done, 0 to 1.
    """
    try:
        from core.studies.perform import perform

        return perform(trial, report)
    except TrainingDiverged as stop:
        return Answer(reason=str(stop), history=[record.to_json() for record in stop.records])
    except (ClusteringError, DataError) as error:
        return Answer(reason=str(error))
    except Exception as error:
        return Answer(reason=f"{type(error).__name__}: {error}")


def study_costs(
    settings: Sequence[Setting], splits: Sequence[str], seconds: float = 10.0
) -> dict[Setting, Cost]:
    """What each Setting takes, timed in a worker for some seconds: `core.training.estimate.costs`."""
    from core.training.estimate import costs

    return costs(settings, splits, seconds)


def rows_of(
    trial: Trial,
    evaluations: list[Evaluation],
    about: Mapping[str, Any],
    source: str,
    seconds: float,
) -> list[dict[str, Any]]:
    """Of a trial that went well, one for each split."""
    return [
        results.row(trial.setting, trial.grid, split, trial.scoring, about, trial.trained_on)
        | results.scores(evaluation)
        | {"status": results.DONE, "source": source, "seconds": seconds}
        for split, evaluation in zip(trial.splits, evaluations, strict=True)
    ]
