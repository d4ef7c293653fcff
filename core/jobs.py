"""One training queue for all visitors of a process: asked for twice, trained once.

The app keeps one `JobQueue`. A job runs in the queue's own thread, never in a page's script, so a
touched widget, a closed tab or a second visitor neither stops nor doubles it.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Literal

from core.checkpoints import Run, Store
from core.config import Setting
from core.sources import DataError
from core.training import EpochRecord, TrainingDiverged

State = Literal["waiting", "running", "done", "failed", "cancelled"]
MAX_WAITING = 20
KEPT = 50  # finished jobs remembered, so that a page can still tell how one ended

_log = logging.getLogger(__name__)


class QueueFull(RuntimeError):
    """So many trainings wait that another one would not start in sensible time."""


@dataclass(eq=False)
class Job:
    """One Setting's training, written by the worker and read by any number of pages.

    Attributes:
        setting: what is trained.
        state: waiting, running, done, failed or cancelled.
        stage: what is going on, in words.
        records: epochs so far; only ever appended to.
        error: why it failed, in a sentence.
        run: the result, once done.
    """

    setting: Setting
    state: State = "waiting"
    stage: str = "waiting for its turn"
    records: list[EpochRecord] = field(default_factory=list)
    error: str = ""
    run: Run | None = None
    _cancel: threading.Event = field(default_factory=threading.Event)

    @property
    def active(self) -> bool:
        """Waiting or running."""
        return self.state in ("waiting", "running")

    @property
    def fraction(self) -> float:
        """Share of the epochs done, 0 to 1."""
        return len(self.records) / self.setting.epochs

    @property
    def remaining_seconds(self) -> float | None:
        """Of training, from the pace so far; None before the first epoch."""
        if not self.records:
            return None
        per_epoch = self.records[-1].seconds / len(self.records)
        return per_epoch * (self.setting.epochs - len(self.records))

    def cancel(self) -> None:
        """Ask it to stop; a running one stops after the epoch it is in."""
        self._cancel.set()
        if self.state == "waiting":
            self.state, self.stage = "cancelled", "cancelled"


class JobQueue:
    """Trains Settings one after another in a thread of its own."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def submit(self, setting: Setting) -> Job:
        """The job that trains this Setting: the one under way, or a new one.

        Raises:
            QueueFull: more than `MAX_WAITING` wait already.
        """
        with self._changed:
            job = self._jobs.get(setting.name)
            if job is not None and job.active:
                return job
            if len(self.waiting()) >= MAX_WAITING:
                raise QueueFull(
                    f"{MAX_WAITING} trainings are waiting already. Try again when some are done."
                )
            job = Job(setting)
            self._jobs.pop(setting.name, None)
            self._jobs[setting.name] = job
            finished = [name for name, old in self._jobs.items() if not old.active]
            for name in finished[:-KEPT]:
                del self._jobs[name]
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="training", daemon=True)
                self._thread.start()
            self._changed.notify_all()
            return job

    def find(self, setting: Setting) -> Job | None:
        """The newest job of a Setting, finished or not."""
        return self._jobs.get(setting.name)

    def waiting(self) -> list[Job]:
        """Jobs that have not begun, in their order."""
        return [job for job in list(self._jobs.values()) if job.state == "waiting"]

    def active(self) -> list[Job]:
        """Jobs that wait or run, in their order."""
        return [job for job in list(self._jobs.values()) if job.active]

    def join(self, timeout: float) -> bool:
        """Wait until nothing waits or runs; False when that takes longer than `timeout` seconds."""
        until = time.monotonic() + timeout
        with self._changed:
            return self._changed.wait_for(lambda: not self.active(), until - time.monotonic())

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self.waiting)
                job = next(iter(self.waiting()), None)
                if job is None:  # cancelled in the moment between
                    continue
                job.state, job.stage = "running", "starting"
            self._run(job)
            with self._changed:
                self._changed.notify_all()

    def _run(self, job: Job) -> None:
        # here and not above: it brings scikit-learn, which the first page can do without
        from core.pipeline import Cancelled, train

        def progress(stage: str, record: EpochRecord | None) -> None:
            if job._cancel.is_set():
                raise Cancelled
            job.stage = stage
            if record is not None:
                job.records.append(record)

        outcome: dict[str, Any] = {"state": "failed"}
        try:
            outcome = {"run": train(job.setting, self.store, progress), "state": "done"}
        except Cancelled:
            outcome = {"state": "cancelled", "stage": "cancelled"}
        except (DataError, TrainingDiverged) as error:
            outcome["error"] = str(error)
        except OSError as error:
            outcome["error"] = f"The Run could not be stored: {error.strerror or error}."
        except Exception as error:  # the worker must survive whatever one job does
            _log.exception("training %s failed", job.setting.name)
            outcome["error"] = f"Training failed unexpectedly ({type(error).__name__})."
        with contextlib.suppress(AttributeError):
            for name, value in sorted(outcome.items(), reverse=True):
                if name != "state":
                    setattr(job, name, value)
            job.state = outcome["state"]  # last: whoever sees it sees the rest, too
