"""A sweep: every Setting of a study trained and scored, one line at a time, until none is missing.

    study = read_study(Path("studies/tiny.toml"))
    run(study, Path("studies/results/tiny.csv"), Store(), Options(workers=2), print)

What is in the results file is not done again, so a sweep that was stopped or killed goes on where it
was. Only this process writes results; workers train and score.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.checkpoints import Store
from core.config import Setting
from core.estimate import Cost, affordable, costs, disk_bytes, stored
from core.evaluation import METRICS
from core.results import DONE, FAILED, Key, ResultsFile, Row, key_of, read, row
from core.study import Study
from core.trial import Trial
from core.workers import Outcome, Pool, Progress

Say = Callable[[str], None]
QUIET_SECONDS = 30.0  # after which one hears what is going on
_SHOWN = ("acc", "silhouette_labels", "knn_accuracy")


@dataclass(frozen=True)
class Options:
    """How a sweep is run.

    Attributes:
        workers: processes, each with one thread.
        keep_runs: store weights and latents as Runs, too.
        retry_failed: try again what failed before.
    """

    workers: int = 1
    keep_runs: bool = False
    retry_failed: bool = False


class Stopped(KeyboardInterrupt):
    """Ctrl-C in a sweep: what is done is kept; the message says how to go on."""


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


def default_out(study: Path) -> Path:
    """Where results go when nothing is said: `results/NAME.csv` beside the study."""
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
    for setting, grid in study.settings.items():
        keys = {split: (setting, split, study.trained_on, study.scoring) for split in study.splits}
        missing = tuple(split for split, key in keys.items() if key not in there)
        if not missing:
            done += 1
        elif not options.retry_failed and any(keys[split] in failures for split in missing):
            failed += 1
        else:
            known = pixels.setdefault(_source(setting), {})
            trials.append(
                Trial(
                    setting,
                    grid,
                    missing,
                    study.scoring,
                    options.keep_runs,
                    known,
                    study.trained_on,
                )
            )
    return Plan(trials, done, failed)


def _source(setting: Setting) -> tuple[Any, ...]:
    """Which images: Settings that share them share the baseline on pixels."""
    return setting.dataset, setting.digits, setting.image_size, setting.holdout


def describe(study: Study, out: Path, store: Store, options: Options, say: Say) -> dict[str, Any]:
    """Say what a sweep would do; nothing is trained or written."""
    todo = plan(study, read(out), options)
    settings = [trial.setting for trial in todo.trials]
    here = stored(settings, store)
    known = costs([s for s in settings if s not in here], study.splits)
    workers, notice = affordable(options.workers, known.values())
    for grid in study.grids:
        lists = " x ".join(f"{n} {name}" for name, n in grid.lengths.items()) or "one of each"
        say(f"grid {grid.name}: {len(grid.settings)} settings ({lists})")
    say(
        f"{len(study.settings)} different settings, measured on {', '.join(study.splits)}: "
        f"{todo.done} are in {out}, {todo.failed} failed, {len(settings)} to do "
        f"({len(here)} of them are stored runs)"
    )
    if notice:
        say(notice)
    unknown = len(settings) - len(here) - len(known)
    if unknown:
        say(f"{unknown} can't be timed: their images are not here or can't be had")
    seconds = sum(cost.seconds for cost in known.values()) / workers
    rows = sum(len(trial.splits) for trial in todo.trials)
    size = disk_bytes(known.values(), rows, options.keep_runs)
    say(f"about {_duration(seconds)} with {_number(workers, 'worker')}, {_size(size)} on disk")
    return {
        **_summary(study, todo, out),
        "todo": len(settings),
        "stored": len(here),
        "workers": workers,
        "estimated_seconds": round(seconds, 1),
        "estimated_bytes": size,
    }


def run(study: Study, out: Path, store: Store, options: Options, say: Say) -> dict[str, Any]:
    """Do what is missing of a study; returns what is in the results file then.

    Raises:
        ResultsError: `out` is no results file, or another sweep writes to it.
        OSError: it can't be written.
        Stopped: Ctrl-C.
    """
    wanted = set(study.settings)

    def keep(found: Row) -> bool:
        """Failures that are tried again make room."""
        key = key_of(found)
        again = options.retry_failed and key is not None and key[0] in wanted
        return found["status"] != FAILED or not again

    started = time.monotonic()
    with ResultsFile(out, keep) as results:
        todo = plan(study, results.rows, options)
        sweep = _Sweep(study, todo, out, results, say)
        try:
            if todo.trials:
                sweep.work(store, options)
        except KeyboardInterrupt:
            raise Stopped(
                f"stopped; {sweep.done} of {len(wanted)} settings are in {out}, "
                "and the same command goes on from there"
            ) from None
    seconds = round(time.monotonic() - started, 1)
    failed = todo.failed + sweep.failed
    say(f"{sweep.done} of {len(wanted)} settings are in {out}" + _failures(failed))
    counts = {"done": sweep.done, "failed": failed, "trained": sweep.trained}
    return {**_summary(study, todo, out), **counts, "seconds": seconds}


class _Sweep:
    """A sweep under way: counts, and what it will still take."""

    def __init__(self, study: Study, todo: Plan, out: Path, results: ResultsFile, say: Say) -> None:
        self.study, self.todo, self.out, self.results, self.say = study, todo, out, results, say
        self.done, self.failed, self.trained = todo.done, 0, 0
        self._costs: dict[Setting, Cost] = {}
        self._ahead = {trial.setting: 1.0 for trial in todo.trials}  # share still to be done
        self._expected = self._taken = 0.0  # seconds of those trained so far
        self._workers = 1

    def work(self, store: Store, options: Options) -> None:
        """Give trials to workers until all have ended."""
        settings = [trial.setting for trial in self.todo.trials]
        here = stored(settings, store)
        self._costs = costs([s for s in settings if s not in here], self.study.splits)
        self._workers, notice = affordable(options.workers, self._costs.values())
        if notice:
            self.say(notice)
        self.say(
            f"{len(settings)} settings to do, {self.todo.done} done before"
            f"{_failures(self.todo.failed)}; {_number(self._workers, 'worker')}, {self._left()}"
        )
        waiting, heard = deque(self.todo.trials), time.monotonic()
        with Pool(self._workers, store.root) as pool:
            while waiting or pool.running:
                while waiting and pool.free:
                    pool.give(waiting.popleft())
                for event in pool.wait(1.0):
                    if isinstance(event, Progress):
                        self._ahead[event.trial.setting] = 1 - event.share
                    else:
                        self._end(event)
                        heard = time.monotonic()
                if time.monotonic() - heard > QUIET_SECONDS:
                    heard = time.monotonic()
                    self._say_what_runs(pool.running)

    def _end(self, outcome: Outcome) -> None:
        """Write what a trial gave, then count it and say so."""
        trial = outcome.trial
        rows = outcome.rows or [
            row(trial.setting, trial.grid, split, trial.scoring, {}, trial.trained_on)
            | {"status": FAILED, "reason": outcome.reason}
            for split in trial.splits
        ]
        self.results.add(rows)
        del self._ahead[trial.setting]
        if outcome.rows:
            self.done += 1
            self._learn(outcome)
            scores = [
                f"{METRICS[name].label} {rows[0][name]:.3f}"
                for name in _SHOWN
                if rows[0].get(name) is not None
            ]
            warned = f"; but {rows[0]['warnings']}" if rows[0]["warnings"] else ""
            text = f"{', '.join(scores)}{warned}; {outcome.seconds:.1f} s"
        else:
            self.failed += 1
            text = f"failed: {outcome.reason.rstrip('.')}"
        number = self.done + self.failed + self.todo.failed
        say_left = f"; {self._left()}" if self._ahead else ""
        self.say(f"[{number}/{len(self.study.settings)}] {self._name(trial)}: {text}{say_left}")

    def _learn(self, outcome: Outcome) -> None:
        """From a training that has ended: how good the estimates are, and the baseline on pixels."""
        trial, first = outcome.trial, outcome.rows[0]
        if first["source"] == "trained":
            self.trained += 1
            if cost := self._costs.get(trial.setting):
                self._expected += cost.seconds
                self._taken += outcome.seconds
        for found in outcome.rows:
            if (baseline := found.get("knn_accuracy_pixels")) is not None:
                trial.pixels[trial.scoring.neighbours] = baseline

    def _left(self) -> str:
        """Remaining time in words."""
        known = [
            (self._costs[s].seconds, share) for s, share in self._ahead.items() if s in self._costs
        ]
        pace = self._taken / self._expected if self._expected else 1.0
        seconds = pace * sum(cost * share for cost, share in known) / self._workers
        return f"about {_duration(seconds)} left"

    def _say_what_runs(self, running: list[Trial]) -> None:
        names = [f"{self._name(t)} {1 - self._ahead[t.setting]:.0%}" for t in running]
        self.say(f"... {'; '.join(names)}; {self._left()}")

    def _name(self, trial: Trial) -> str:
        """What tells a Setting from the others of the study."""
        text = trial.setting.to_text()
        parts = [f"{name.replace('_', ' ')} {text[name]}" for name in self.study.varied]
        return ", ".join(parts) or trial.setting.name


def _summary(study: Study, todo: Plan, out: Path) -> dict[str, Any]:
    return {
        "study": str(study.path),
        "results": str(out),
        "settings": len(study.settings),
        "done": todo.done,
        "failed": todo.failed,
    }


def _failures(count: int) -> str:
    if not count:
        return ""
    return f"; {count} failed (the column `reason` says why; --retry-failed tries again)"


def _number(count: int, one: str) -> str:
    return f"{count} {one}" + "s" * (count != 1)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _size(size: int) -> str:
    return f"{max(1, round(size / 1000))} kB" if size < 1e6 else f"{size / 1e6:.0f} MB"
