"""A sweep: every Setting of a study trained and scored, one line at a time, until none is missing.

    study = read_study(Path("studies/tiny.toml"))
    run(study, Path("studies/results/tiny.csv"), Store(), Pool(2), Options(), Lines(print))

What is in the results file is not done again, so a sweep that was stopped or killed goes on where it
was. Only this process writes, results as well as Runs; an engine's workers, wherever they are, train
and score.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.metrics.catalogue import METRICS
from core.runs.run import DamagedRun
from core.runs.store import Store
from core.runs.training_lock import TrainingLock
from core.setting.amounts import counted, duration
from core.setting.errors import UserError
from core.setting.setting import Setting
from core.studies.engines.protocol import Answer, Engine, Outcome, Trial, TrialProgress
from core.studies.pace import Pace
from core.studies.plan import Options, Plan, missing_costs, plan, summary
from core.studies.results import FAILED, ResultsFile, Row, key_of, read, row
from core.studies.study import Study
from core.studies.trial import at_hand
from core.studies.watch import SweepState, Watch

_SHOWN = ("acc", "silhouette_labels", "knn_accuracy")
_WAIT_SECONDS = 0.2  # before it is tried again to begin any trial at all


class Stopped(KeyboardInterrupt):
    """Ctrl-C in a sweep: what is done is kept; the message says how to go on."""


def run(
    study: Study, out: Path, store: Store, engine: Engine, options: Options, watch: Watch
) -> dict[str, Any]:
    """Do what is missing of a study; returns what is in the results file then.

    Raises:
        EngineError: the engine can't begin; nothing was touched.
        ResultsError: `out` is no results file, or another sweep writes to it.
        ReadOnlyStore: Runs are to be kept, and can't be.
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
    if options.keep_runs:
        store.must_be_writable()
    read(out)  # what is wrong with it is known before an engine begins
    with engine, ResultsFile(out, keep) as results:
        todo = plan(study, results.rows, options)
        sweep = _Sweep(study, todo, results, store, watch)
        _work(sweep, engine, out)
    failed = todo.failed + sweep.failed
    watch.say(f"{sweep.done} of {len(wanted)} settings are in {out}" + _failures(failed))
    counts = {"done": sweep.done, "failed": failed, "trained": sweep.trained}
    seconds = round(time.monotonic() - started, 1)
    return {**summary(study, todo, out), **counts, "seconds": seconds}


def _work(sweep: _Sweep, engine: Engine, out: Path) -> None:
    """Do all trials; whatever ends them early says where the results are."""
    try:
        if sweep.todo.trials:
            sweep.work(engine)
    except (KeyboardInterrupt, OSError) as stop:
        so_far = (
            f"{sweep.done} of {len(sweep.study.settings)} settings are in {out}, "
            "and the same command goes on from there"
        )
        if isinstance(stop, KeyboardInterrupt):
            raise Stopped(f"stopped; {so_far}") from None
        if isinstance(stop, UserError):  # a whole sentence already
            raise
        why = f"{stop.strerror or stop}; {so_far}"
        raise OSError(stop.errno, why, stop.filename) from stop
    finally:
        sweep.release()


class _Sweep:
    """A sweep under way."""

    def __init__(
        self, study: Study, todo: Plan, results: ResultsFile, store: Store, watch: Watch
    ) -> None:
        self.study, self.todo, self.results, self.store = study, todo, results, store
        self.watch = watch
        self.done, self.failed, self.trained = todo.done, 0, 0
        self._pace = Pace({})
        self._locks: dict[Setting, TrainingLock] = {}  # of those whose Runs will be stored
        self._slots = 1

    def work(self, engine: Engine) -> None:
        """Give trials to the engine until all have ended."""
        known = missing_costs(self.study, self.todo, self.store, engine)
        self._pace = Pace(known)
        notice, self._slots = engine.fit(known.values()), engine.slots
        if notice:
            self.watch.say(notice)
        self.watch.say(
            f"{len(self.todo.trials)} settings to do, {self.todo.done} done before"
            f"{_failures(self.todo.failed)}; {counted(self._slots, 'worker')}{self._left()}"
        )
        waiting = deque(self.todo.trials)
        while waiting or engine.running:
            self._give(engine, waiting)
            if waiting and not engine.running:  # others train, here or in another process
                time.sleep(_WAIT_SECONDS)
            for event in engine.wait(1.0):
                if isinstance(event, TrialProgress):
                    self._pace.shares[event.trial.setting] = event.share
                else:
                    self._end(event)
            self._slots = engine.slots  # nodes come and go
            self.watch.show(self._state())

    def _give(self, engine: Engine, waiting: deque[Trial]) -> None:
        """Give away as many trials as the engine takes; those that others train now come later."""
        for _ in range(len(waiting)):
            if not engine.free:
                return
            trial = waiting.popleft()
            if not self._begin(engine, trial):
                waiting.append(trial)

    def _begin(self, engine: Engine, trial: Trial) -> bool:
        """Give a trial away, unless the store has all of its answer; False: others train it now."""
        if trial.keep and trial.trained_on != "all":  # its Run will be stored
            lock = self.store.training_lock(trial.setting)
            if not lock.try_acquire():
                return False
            self._locks[trial.setting] = lock
        found = at_hand(trial, self.store)
        if isinstance(found, Answer):
            self._end(Outcome(trial, found, 0.0))
            return True
        if found.stored is not None:  # it is only scored
            self.release(trial.setting)
        self._pace.shares[trial.setting] = 0.0
        engine.give(replace(found, restarts=str(self.store.root)))
        return True

    def release(self, *settings: Setting) -> None:
        """Let others train these Settings; all, if none is named."""
        for setting in settings or tuple(self._locks):
            if lock := self._locks.pop(setting, None):
                lock.release()

    def _end(self, outcome: Outcome) -> None:
        """Write what a trial gave, the Run first, then count it and say so.

        A sweep that is killed in between finds the Run in the store and trains nothing twice.
        """
        trial, answer = outcome.trial, outcome.answer
        reason = answer.reason or self._store_run(trial, answer)
        if trial.keep and answer.history:
            self.store.save_failure(trial.setting, reason, answer.history)
        self.release(trial.setting)
        rows = [] if reason else answer.rows
        self.results.add(rows or _failed_rows(trial, reason))
        trained = bool(rows) and rows[0]["source"] == "trained"
        self._pace.end(trial.setting, outcome.seconds if trained else None)
        if rows:
            self.done += 1
            self.trained += trained
            self._learn(trial, rows)
            text = _scores_in_words(rows[0], outcome.seconds)
        else:
            self.failed += 1
            text = f"failed: {reason.rstrip('.')}"
        number, total = self.done + self.failed + self.todo.failed, len(self.study.settings)
        left = self._left() if number < total else ""
        self.watch.say(f"[{number}/{total}] {self.study.label(trial.setting)}: {text}{left}")

    def _store_run(self, trial: Trial, answer: Answer) -> str:
        """Store the Run that came back, if any; why it can't be used, or nothing."""
        if answer.files:
            try:
                self.store.write(trial.setting, answer.files)
            except DamagedRun as damage:
                return str(damage)
            except ValueError as error:
                return f"The Run that came back can't be used: {error}."
        return ""

    def _learn(self, trial: Trial, rows: list[dict[str, Any]]) -> None:
        """The baseline on pixels, which other trials of the same images need not compute."""
        for found in rows:
            if (baseline := found.get("knn_accuracy_pixels")) is not None:
                trial.pixels[trial.scoring.neighbours] = baseline

    def _left(self) -> str:
        """Remaining time in words."""
        seconds = self._pace.seconds_left(self._slots)
        return "" if seconds is None else f"; about {duration(seconds)} left"

    def _state(self) -> SweepState:
        running = self._pace.shares.items()
        return SweepState(
            len(self.study.settings),
            self.done,
            self.failed + self.todo.failed,
            tuple((self.study.label(setting), share) for setting, share in running),
            self._slots,
            self._pace.seconds_left(self._slots),
            self._pace.starting,
        )


def _failed_rows(trial: Trial, reason: str) -> list[dict[str, Any]]:
    return [
        row(trial.setting, trial.grid, split, trial.scoring, {}, trial.trained_on)
        | {"status": FAILED, "reason": reason}
        for split in trial.splits
    ]


def _scores_in_words(found: dict[str, Any], seconds: float) -> str:
    scores = [
        f"{METRICS[name].label} {found[name]:.3f}" for name in _SHOWN if found.get(name) is not None
    ]
    warned = f"; but {found['warnings']}" if found["warnings"] else ""
    return f"{', '.join(scores)}{warned}; {seconds:.1f} s"


def _failures(count: int) -> str:
    if not count:
        return ""
    return f"; {count} failed (the column `reason` says why; --retry-failed tries again)"
