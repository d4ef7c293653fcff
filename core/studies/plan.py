"""What a sweep would do: which Settings of a study are missing, and what they would take."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.runs.store import Store
from core.setting.amounts import counted, duration, in_bytes
from core.setting.setting import Setting
from core.studies.engines.protocol import Engine, Trial
from core.studies.results import DONE, Key, Row, key_of, read
from core.studies.study import Study
from core.studies.watch import Watch

if TYPE_CHECKING:
    from core.training.capacity import Cost


@dataclass(frozen=True)
class Options:
    """How a sweep is run.

    Attributes:
        keep_runs: store weights and latents as Runs, too.
        retry_failed: try again what failed before.
    """

    keep_runs: bool = False
    retry_failed: bool = False


@dataclass(frozen=True)
class Plan:
    """What of a study is there and what is missing.

    Attributes:
        trials: to do, in order; each with the splits that are missing.
        done: Settings that have all their rows.
        failed: Settings that failed and are not tried again.
    """

    trials: list[Trial]
    done: int
    failed: int


@dataclass(frozen=True)
class Estimate:
    """What a sweep would take.

    Attributes:
        plan: what is missing.
        stored: how many of the missing are stored Runs, which are only scored.
        unknown: how many can't be timed: their images are not here, or a step of them needs more
            memory than is free.
        slots: trials at a time.
        seconds: of the others.
        disk: bytes that it adds.
        memory: bytes of the largest worker.
    """

    plan: Plan
    stored: int
    unknown: int
    slots: int
    seconds: float
    disk: int
    memory: int


def default_out(study: Path) -> Path:
    """Where results go unless a file is named: `results/NAME.csv` beside the study."""
    return study.parent / "results" / f"{study.stem}.csv"


def plan(study: Study, rows: Collection[Row], options: Options) -> Plan:
    """Compare a study with the rows that are there."""
    there: set[Key] = set()
    failures: set[Key] = set()
    pixels: dict[tuple[Any, ...], dict[int, float]] = {}
    for found in rows:
        key = key_of(found)
        if key is None:
            continue
        (there if found["status"] == DONE else failures).add(key)
        with contextlib.suppress(KeyError, ValueError):  # empty, or no number any more
            baseline = float(found["knn_accuracy_pixels"])
            pixels.setdefault(_source(key[0]), {})[key[3].neighbours] = baseline
    trials, done, failed = [], 0, 0
    scoring, trained_on, keep = study.scoring, study.trained_on, options.keep_runs
    for setting, grid in study.settings.items():
        keys = {split: (setting, split, trained_on, scoring) for split in study.splits}
        missing = tuple(split for split, key in keys.items() if key not in there)
        if not missing:
            done += 1
        elif not options.retry_failed and any(keys[split] in failures for split in missing):
            failed += 1
        else:
            known = pixels.setdefault(_source(setting), {})
            trials.append(Trial(setting, grid, missing, scoring, keep, known, trained_on))
    return Plan(trials, done, failed)


def _source(setting: Setting) -> tuple[Any, ...]:
    """Which images: Settings that share them share the baseline on pixels."""
    return setting.dataset, setting.digits, setting.image_size, setting.holdout


def estimate(
    todo: Plan, store: Store, known: Mapping[Setting, Cost], slots: int, options: Options
) -> Estimate:
    """What is missing, put in time and disk by the costs that are `known`."""
    from core.training.capacity import disk_bytes

    settings = [trial.setting for trial in todo.trials]
    here = store.stored(settings)
    timed = [known[s] for s in settings if s in known and s not in here]
    return Estimate(
        todo,
        len(here),
        len(settings) - len(here) - len(timed),
        slots,
        sum(cost.seconds for cost in timed) / slots,
        disk_bytes(timed, sum(len(trial.splits) for trial in todo.trials), options.keep_runs),
        max((cost.memory for cost in timed), default=0),
    )


def missing_costs(study: Study, todo: Plan, store: Store, engine: Engine) -> Mapping[Setting, Cost]:
    """What each training that is missing costs, as far as the engine can tell."""
    settings = [trial.setting for trial in todo.trials]
    here = store.stored(settings)
    missing = [setting for setting in settings if setting not in here]
    return engine.costs(missing, study.splits) if missing else {}


def describe(
    study: Study, out: Path, store: Store, engine: Engine, options: Options, watch: Watch
) -> dict[str, Any]:
    """Say what a sweep would do; nothing is trained or written.

    Raises:
        EngineError: the engine can't begin.
    """
    todo = plan(study, read(out), options)
    with engine:
        known = missing_costs(study, todo, store, engine)
        notice, slots = engine.fit(known.values()), engine.slots
    found = estimate(todo, store, known, slots, options)
    for line in _described(study, out, found, notice):
        watch.say(line)
    return {
        **summary(study, todo, out),
        "todo": len(todo.trials),
        "stored": found.stored,
        "unknown": found.unknown,
        "workers": slots,
        "estimated_seconds": round(found.seconds, 1),
        "estimated_bytes": found.disk,
    }


def _described(study: Study, out: Path, found: Estimate, notice: str) -> list[str]:
    """An estimate in lines."""
    todo = found.plan
    lines = [
        f"grid {grid.name}: {len(grid.settings)} settings ({grid.product()})"
        for grid in study.grids
    ]
    lines.append(
        f"{len(study.settings)} different settings, measured on {', '.join(study.splits)}: "
        f"{todo.done} are in {out}, {todo.failed} failed, {len(todo.trials)} to do "
        f"({found.stored} of them are stored runs)"
    )
    if notice:
        lines.append(notice)
    if found.unknown:
        lines.append(
            f"{found.unknown} can't be timed: the images are not here, or a step needs more memory "
            "than is free"
        )
    lines.append(
        f"about {duration(found.seconds)} with {counted(found.slots, 'worker')}, "
        f"{in_bytes(found.disk)} on disk"
    )
    return lines


def summary(study: Study, todo: Plan, out: Path) -> dict[str, Any]:
    """Which study, where its results are, and how many were there before."""
    return {
        "study": str(study.path),
        "results": str(out),
        "settings": len(study.settings),
        "done": todo.done,
        "failed": todo.failed,
    }
