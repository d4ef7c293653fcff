"""Sweeps started from the app: one at a time for all visitors of a process, in turns with trainings.

A sweep takes hours and a training on the Explore page minutes. So a sweep gives its next setting to a
worker only while no training waits or runs, and a training waits only for the settings that the sweep
trains now. Of the two one is at work at a time, and nobody waits for a whole sweep. UMAPs
(`core.jobs.queue`) go on beside them. Imports nothing heavy.
"""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from core.jobs.queue import Work, WorkQueue
from core.jobs.trainings import JobQueue
from core.setting.setting import Setting
from core.studies.engines.protocol import Engine, Outcome, Trial, TrialProgress
from core.studies.plan import Options
from core.studies.study import Study
from core.studies.watch import SweepState

if TYPE_CHECKING:
    from core.training.capacity import Cost

LINES = 200  # of a sweep's log that are remembered
KEPT_RESULTS = 100  # files of studies that visitors wrote; the oldest go


@dataclass(eq=False)
class SweepJob(Work):
    """One sweep; a running one that is cancelled keeps what is done.

    Attributes:
        study: what is asked.
        out: its results file, of which there is never a second sweep.
        options: as for `core.studies.sweep.run`.
        progress: how far it is; None before its first trial.
        lines: what happened last, oldest first.
        trained: settings that were trained by it, once it is done.
    """

    study: Study
    out: Path
    options: Options
    progress: SweepState | None = None
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=LINES))
    trained: int = 0

    def say(self, text: str) -> None:
        """Add a line to the log."""
        self.go_on("running")
        self.lines.append(text)

    def show(self, state: SweepState) -> None:
        """Keep how far it is; stops the sweep when somebody cancelled it."""
        self.go_on("running" if state.running else "waiting for a training")
        self.progress = state


class SweepQueue(WorkQueue[SweepJob]):
    """Does sweeps one after another.

    Args:
        trainings: the queue that has precedence at each setting.
        turn: the lock that `trainings` was given.
        engine: makes what does the trials.
    """

    what, one = "sweeps", "The sweep"
    result = "Its results"

    def __init__(
        self, trainings: JobQueue, turn: threading.Lock, engine: Callable[[], Engine]
    ) -> None:
        super().__init__()
        self._trainings, self._turn, self._engine = trainings, turn, engine

    def submit(
        self, study: Study, out: Path, options: Options, visitor: str = "", seconds: float = 0.0
    ) -> SweepJob:
        """The job that writes these results: the one under way, or a new one.

        Args:
            study: what is asked.
            out: its results file.
            options: as for `core.studies.sweep.run`.
            visitor: token of who asks.
            seconds: that it takes by estimate.

        Raises:
            QueueFull: too many wait already, or too many of this visitor.
        """
        return self._submit(str(out), lambda: SweepJob(study, out, options), visitor, seconds)

    def find(self, out: Path) -> SweepJob | None:
        """The newest job of these results, finished or not."""
        return self._jobs.get(str(out))

    def _perform(self, job: SweepJob) -> dict[str, Any]:
        from core.studies.sweep import run

        engine = _InTurns(self._engine(), self._trainings, self._turn)
        found = run(job.study, job.out, self._trainings.store, engine, job.options, job)
        return {"trained": found["trained"], "stage": "done"}


class _InTurns:
    """An engine that begins trials only in its turn, and has it until they have ended."""

    def __init__(self, engine: Engine, trainings: JobQueue, turn: threading.Lock) -> None:
        self._inner, self._trainings, self._turn = engine, trainings, turn
        self._mine = False

    def __enter__(self) -> _InTurns:
        self._inner.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._inner.__exit__(kind, error, trace)
        self._release()

    def _release(self) -> None:
        if self._mine:
            self._mine = False
            self._turn.release()

    def costs(self, settings: Sequence[Setting], splits: Sequence[str]) -> Mapping[Setting, Cost]:
        return self._inner.costs(settings, splits)

    def fit(self, known: Collection[Cost]) -> str:
        return self._inner.fit(known)

    @property
    def slots(self) -> int:
        return self._inner.slots

    @property
    def running(self) -> list[Trial]:
        return self._inner.running

    @property
    def free(self) -> bool:
        """Whether a trial may begin: nobody waits to train, and it is our turn."""
        if self._trainings.wants_turn or not self._inner.free:
            return False
        self._mine = self._mine or self._turn.acquire(blocking=False)
        return self._mine

    def give(self, trial: Trial) -> None:
        self._inner.give(trial)

    def wait(self, timeout: float) -> Iterator[TrialProgress | Outcome]:
        if not self._inner.running:  # a training has the turn
            self._release()
            threading.Event().wait(min(timeout, 0.2))
            return
        yield from self._inner.wait(timeout)
        if not self._inner.running:
            self._release()


def own_results(folder: Path, text: str) -> Path:
    """The results file of a study that a visitor wrote: equal texts share one.

    Making room for it is `tidy`'s.
    """
    return folder / f"own-{hashlib.sha256(text.encode()).hexdigest()[:12]}.csv"


def tidy(folder: Path, but: Collection[Path] = ()) -> None:
    """Delete the oldest results of visitors' studies beyond `KEPT_RESULTS`, never those of `but`."""
    files = sorted(folder.glob("own-*.csv"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[KEPT_RESULTS:]:
        if file not in but:
            file.unlink(missing_ok=True)
            file.with_name(f".{file.name}.lock").unlink(missing_ok=True)
