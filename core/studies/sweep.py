"""A sweep: every Setting of a study trained and scored, one line at a time, until none is missing.

    study = read_study(Path("studies/tiny.toml"))
    run(study, Path("studies/results/tiny.csv"), Store(), Pool(2), Options(), Lines(print))

What is in the results file is not done again, so a sweep that was stopped or killed goes on where it
was. Only this process writes, results as well as Runs; an engine's workers, wherever they are, train
and score.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from core.metrics.catalogue import METRICS
from core.runs.run import DamagedRun
from core.runs.store import Store
from core.setting.amounts import counted, duration, in_bytes
from core.setting.setting import Setting
from core.studies.engines.protocol import Engine, Outcome, TrialProgress
from core.studies.results import DONE, FAILED, Key, ResultsFile, Row, key_of, read, row
from core.studies.study import Grid, Study
from core.studies.trial import Answer, Trial, at_hand
from core.training.estimate import Cost, costs, disk_bytes

_SHOWN = ("acc", "silhouette_labels", "knn_accuracy")


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
class SweepState:
    """How far a sweep is.

    Attributes:
        settings: of the study.
        done: of them, those that have all their rows.
        failed: those that failed.
        running: of those under way, what tells each from the others and the share of its training.
        slots: how many can be under way.
        seconds_left: by estimate; None when nothing could be timed.
    """

    settings: int
    done: int
    failed: int
    running: tuple[tuple[str, float], ...]
    slots: int
    seconds_left: float | None


class Watch(Protocol):
    """Who is told how a sweep goes. What it raises stops the sweep; what is done is kept."""

    def say(self, text: str) -> None:
        """Something happened, in one line."""
        ...

    def show(self, state: SweepState) -> None:
        """How far it is: after each event, and at least about once a second."""
        ...


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


def estimate(
    todo: Plan, store: Store, known: Mapping[Setting, Cost], slots: int, options: Options
) -> Estimate:
    """What is missing, put in time and disk by the costs that are `known`."""
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


def describe(
    study: Study, out: Path, store: Store, engine: Engine, options: Options, watch: Watch
) -> dict[str, Any]:
    """Say what a sweep would do; nothing is trained or written.

    Raises:
        EngineError: the engine can't begin.
    """
    todo = plan(study, read(out), options)
    with engine:
        settings = [trial.setting for trial in todo.trials]
        here = store.stored(settings)
        known = costs([s for s in settings if s not in here], study.splits)
        notice, slots = engine.fit(known.values()), engine.slots
    found = estimate(todo, store, known, slots, options)
    for grid in study.grids:
        watch.say(f"grid {grid.name}: {len(grid.settings)} settings ({lengths(grid)})")
    watch.say(
        f"{len(study.settings)} different settings, measured on {', '.join(study.splits)}: "
        f"{todo.done} are in {out}, {todo.failed} failed, {len(settings)} to do "
        f"({found.stored} of them are stored runs)"
    )
    if notice:
        watch.say(notice)
    if found.unknown:
        watch.say(
            f"{found.unknown} can't be timed: the images are not here, or a step needs more memory "
            "than is free"
        )
    watch.say(
        f"about {duration(found.seconds)} with {counted(slots, 'worker')}, "
        f"{in_bytes(found.disk)} on disk"
    )
    return {
        **_summary(study, todo, out),
        "todo": len(settings),
        "stored": found.stored,
        "unknown": found.unknown,
        "workers": slots,
        "estimated_seconds": round(found.seconds, 1),
        "estimated_bytes": found.disk,
    }


def lengths(grid: Grid) -> str:
    """A grid as the product that it is: `2 latent_dim x 3 seed`."""
    return " x ".join(f"{n} {name}" for name, n in grid.lengths.items()) or "one of each"


def run(
    study: Study, out: Path, store: Store, engine: Engine, options: Options, watch: Watch
) -> dict[str, Any]:
    """Do what is missing of a study; returns what is in the results file then.

    Raises:
        EngineError: the engine can't begin; nothing was touched.
        ResultsError: `out` is no results file, or another sweep writes to it.
        OSError: it or a Run can't be written.
        Stopped: Ctrl-C.
    """
    wanted = set(study.settings)

    def keep(found: Row) -> bool:
        """Failures that are tried again make room."""
        key = key_of(found)
        again = options.retry_failed and key is not None and key[0] in wanted
        return found["status"] != FAILED or not again

    started = time.monotonic()
    read(out)  # what is wrong with it is known before an engine begins
    with engine, ResultsFile(out, keep) as results:
        todo = plan(study, results.rows, options)
        sweep = _Sweep(study, todo, results, store, watch)
        try:
            if todo.trials:
                sweep.work(engine)
        except KeyboardInterrupt:
            raise Stopped(
                f"stopped; {sweep.done} of {len(wanted)} settings are in {out}, "
                "and the same command goes on from there"
            ) from None
        except OSError as error:
            raise OSError(
                error.errno,
                f"{error.strerror or error}; {sweep.done} of {len(wanted)} settings are in {out}, "
                "and the same command goes on from there",
                error.filename,
            ) from error
    seconds = round(time.monotonic() - started, 1)
    failed = todo.failed + sweep.failed
    watch.say(f"{sweep.done} of {len(wanted)} settings are in {out}" + _failures(failed))
    counts = {"done": sweep.done, "failed": failed, "trained": sweep.trained}
    return {**_summary(study, todo, out), **counts, "seconds": seconds}


class _Sweep:
    """A sweep under way: counts, and what it will still take."""

    def __init__(
        self, study: Study, todo: Plan, results: ResultsFile, store: Store, watch: Watch
    ) -> None:
        self.study, self.todo, self.results, self.store = study, todo, results, store
        self.watch = watch
        self.done, self.failed, self.trained = todo.done, 0, 0
        self._costs: dict[Setting, Cost] = {}
        self._shares: dict[Setting, float] = {}  # of those under way
        self._ahead = 0.0  # seconds, by estimate, of all that have not ended
        self._expected = self._taken = 0.0  # seconds of those trained so far
        self._slots = 1

    def work(self, engine: Engine) -> None:
        """Give trials to the engine until all have ended."""
        settings = [trial.setting for trial in self.todo.trials]
        here = self.store.stored(settings)
        self._costs = costs([s for s in settings if s not in here], self.study.splits)
        self._ahead = sum(cost.seconds for cost in self._costs.values())
        notice, self._slots = engine.fit(self._costs.values()), engine.slots
        if notice:
            self.watch.say(notice)
        self.watch.say(
            f"{len(settings)} settings to do, {self.todo.done} done before"
            f"{_failures(self.todo.failed)}; {counted(self._slots, 'worker')}{self._left()}"
        )
        waiting = deque(self.todo.trials)
        while waiting or engine.running:
            while waiting and engine.free:
                self._begin(engine, waiting.popleft())
            for event in engine.wait(1.0):
                if isinstance(event, TrialProgress):
                    self._shares[event.trial.setting] = event.share
                else:
                    self._end(event)
            self._slots = engine.slots  # nodes come and go
            self.watch.show(self._state())

    def _begin(self, engine: Engine, trial: Trial) -> None:
        """Give a trial away, unless the store has all of its answer."""
        found = at_hand(trial, self.store)
        if isinstance(found, Answer):
            self._end(Outcome(trial, found, 0.0))
        else:
            self._shares[trial.setting] = 0.0
            engine.give(found)

    def _end(self, outcome: Outcome) -> None:
        """Write what a trial gave, the Run first, then count it and say so.

        A sweep that is killed in between finds the Run in the store and trains nothing twice.
        """
        trial, answer = outcome.trial, outcome.answer
        reason = answer.reason
        if answer.files:
            try:
                self.store.write(trial.setting, answer.files)
            except (DamagedRun, ValueError) as damage:
                reason = f"The Run that came back can't be used: {damage}."
        if trial.keep and answer.history:
            self.store.save_failure(trial.setting, reason, answer.history)
        rows = [] if reason else answer.rows
        self.results.add(
            rows
            or [
                row(trial.setting, trial.grid, split, trial.scoring, {}, trial.trained_on)
                | {"status": FAILED, "reason": reason}
                for split in trial.splits
            ]
        )
        self._shares.pop(trial.setting, None)
        if cost := self._costs.get(trial.setting):
            self._ahead -= cost.seconds
        if rows:
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
            text = f"failed: {reason.rstrip('.')}"
        number, total = self.done + self.failed + self.todo.failed, len(self.study.settings)
        left = self._left() if number < total else ""
        self.watch.say(f"[{number}/{total}] {label(self.study, trial.setting)}: {text}{left}")

    def _learn(self, outcome: Outcome) -> None:
        """From a training that has ended: how good the estimates are, and the baseline on pixels."""
        trial, rows = outcome.trial, outcome.answer.rows
        if rows[0]["source"] == "trained":
            self.trained += 1
            if cost := self._costs.get(trial.setting):
                self._expected += cost.seconds
                self._taken += outcome.seconds
        for found in rows:
            if (baseline := found.get("knn_accuracy_pixels")) is not None:
                trial.pixels[trial.scoring.neighbours] = baseline

    def _seconds_left(self) -> float | None:
        if not self._costs:
            return None
        under_way = sum(
            share * self._costs[setting].seconds
            for setting, share in self._shares.items()
            if setting in self._costs
        )
        pace = self._taken / self._expected if self._expected else 1.0
        return pace * max(self._ahead - under_way, 0.0) / self._slots

    def _left(self) -> str:
        """Remaining time in words."""
        seconds = self._seconds_left()
        return "" if seconds is None else f"; about {duration(seconds)} left"

    def _state(self) -> SweepState:
        return SweepState(
            len(self.study.settings),
            self.done,
            self.failed + self.todo.failed,
            tuple((label(self.study, s), share) for s, share in self._shares.items()),
            self._slots,
            self._seconds_left(),
        )


def label(study: Study, setting: Setting) -> str:
    """What tells a Setting from the others of the study."""
    text = setting.to_text()
    parts = [f"{name.replace('_', ' ')} {text[name]}" for name in study.varied]
    return ", ".join(parts) or setting.name


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
