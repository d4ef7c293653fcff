"""A queue of work in the background, for all visitors of a process.

There is one for trainings (`core.jobs.trainings`), one for UMAPs (`core.jobs.projections`) and one for
sweeps (`core.jobs.sweeps`). Each does one job after another; only trainings on a cluster go on side by
side. None waits for another, save that sweeps and trainings take turns, setting by setting. A job is
done by a worker (`core.jobs.workers`), never by a page's script: it goes on when a visitor changes a
control or closes the tab, and two visitors who ask for the same get one job. Imports nothing heavy.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from core.jobs.limits import limit
from core.jobs.workers import Workers
from core.setting.amounts import counted, duration
from core.setting.errors import UserError
from core.training.records import Cancelled

State = Literal["waiting", "running", "done", "failed", "cancelled"]
MAX_WAITING = 20
_LOOK = 1.0  # seconds: places for jobs may come without a word
KEPT = 50  # finished jobs remembered, so that a page can still tell how one ended

_log = logging.getLogger(__name__)


class QueueFull(UserError, RuntimeError):
    """So many jobs wait that another one would not start in sensible time."""

    exit_status = 1


@dataclass(eq=False, kw_only=True)
class Work:
    """What every job has: written by the worker and read by any number of pages.

    Attributes:
        state: waiting, running, done, failed or cancelled.
        stage: what is going on, in words.
        error: why it failed, in a sentence.
        visitors: who asked for it, by their tokens.
        seconds: that it takes by estimate.
    """

    state: State = "waiting"
    stage: str = "waiting for its turn"
    error: str = ""
    visitors: set[str] = field(default_factory=set)
    seconds: float = 0.0
    _cancel: threading.Event = field(default_factory=threading.Event)

    @property
    def active(self) -> bool:
        """Waiting or running."""
        return self.state in ("waiting", "running")

    def cancel(self) -> None:
        """Ask it to stop; a running one stops within a second."""
        self._cancel.set()
        if self.state == "waiting":
            self.state, self.stage = "cancelled", "cancelled"
            self.let_go()
        elif self.state == "running":
            self.stage = "stopping"

    def withdraw(self, visitors: Collection[str]) -> None:
        """Those no longer want it; when nobody is left who does, it is cancelled."""
        self.visitors -= set(visitors)
        if not self.visitors:
            self.cancel()

    def let_go(self) -> None:
        """Drop what only an unfinished job needs; finished ones are remembered for a long time."""

    def check(self) -> None:
        """Raises Cancelled when somebody asked to stop."""
        if self._cancel.is_set():
            raise Cancelled

    def go_on(self, stage: str) -> None:
        """Set the stage; raises Cancelled when somebody asked to stop."""
        self.check()
        self.stage = stage


W = TypeVar("W", bound=Work)


class WorkQueue(Generic[W]):
    """Jobs by key, performed in their order, `at_a_time` of them at a time, each in a thread."""

    what, one = "jobs", "The job"  # several and one, in sentences
    result = "The Run"  # what a full disk has no room for

    def __init__(self, workers: Workers | None = None) -> None:
        self._workers = workers or Workers()
        self._jobs: OrderedDict[str, W] = OrderedDict()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @property
    def at_a_time(self) -> int:
        """Jobs that may run at a time; it may change while they do."""
        return 1

    def _perform(self, job: W) -> dict[str, Any]:
        """Do the work; gives attributes of the finished job. What goes wrong is raised."""
        raise NotImplementedError

    def _submit(
        self, key: str, make: Callable[[], W], visitor: str = "", seconds: float = 0.0
    ) -> W:
        with self._changed:
            job = self._jobs.get(key)
            if job is None or not job.active:
                self._check_limits(visitor, seconds)
                job = make()
                job.seconds = seconds
                self._jobs.pop(key, None)
                self._jobs[key] = job
                self._forget_old()
            job.visitors.add(visitor)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self.what, daemon=True)
                self._thread.start()
            self._changed.notify_all()
            return job

    def _check_limits(self, visitor: str, seconds: float) -> None:
        """Raises QueueFull where one more would be too much for all, or for this visitor."""
        active = self.active()
        own = [job for job in active if visitor in job.visitors]
        if len(self.waiting()) >= MAX_WAITING:
            raise QueueFull(
                f"{MAX_WAITING} {self.what} are waiting already. Try again when some are done."
            )
        if len(own) >= limit("VISITOR_JOBS"):
            raise QueueFull(
                f"{counted(len(own), self.what.removesuffix('s'))} that you asked for wait or run "
                "already. Try again when one is done, or cancel one."
            )
        for jobs, most, whose in (
            (own, limit("VISITOR_MINUTES"), "you asked for"),
            (active, limit("QUEUE_MINUTES"), "visitors asked for"),
        ):
            if jobs and sum(job.seconds for job in jobs) + seconds > 60 * most:
                raise QueueFull(
                    f"With this the {self.what} that {whose} would take more than "
                    f"{duration(60 * most)}. Try again when some are done."
                )

    def _forget_old(self) -> None:
        finished = [name for name, old in self._jobs.items() if not old.active]
        for name in finished[:-KEPT]:
            del self._jobs[name]

    def waiting(self) -> list[W]:
        """Jobs that have not begun, in their order."""
        return [job for job in list(self._jobs.values()) if job.state == "waiting"]

    def active(self) -> list[W]:
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
                self._changed.wait_for(self._may_begin, _LOOK)
                job = next(iter(self.waiting()), None)
                if job is None or not self._may_begin():  # it was cancelled meanwhile
                    continue
                job.state, job.stage = "running", "starting"
            threading.Thread(target=self._finish, args=(job,), name=self.one, daemon=True).start()

    def _may_begin(self) -> bool:
        running = [job for job in list(self._jobs.values()) if job.state == "running"]
        return bool(self.waiting()) and len(running) < self.at_a_time

    def _finish(self, job: W) -> None:
        self._run(job)
        with self._changed:
            self._changed.notify_all()

    def _run(self, job: W) -> None:
        outcome: dict[str, Any] = {"state": "failed"}
        started = time.monotonic()
        try:
            outcome = {**self._perform(job), "state": "done"}
        except Cancelled:
            outcome = {"state": "cancelled", "stage": "cancelled"}
        except UserError as error:
            outcome["error"] = str(error)
        except OSError as error:
            outcome["error"] = f"{self.result} could not be stored: {error.strerror or error}."
        except Exception as error:  # the worker must survive whatever one job does
            _log.exception("one of the %s failed", self.what)
            outcome["error"] = f"{self.one} failed unexpectedly ({type(error).__name__})."
        job.let_go()
        state = outcome.pop("state")
        about = {"what": self.what, "state": state, "error": outcome.get("error", "")}
        _log.info("job ended", extra=about | {"seconds": round(time.monotonic() - started, 1)})
        for name, value in outcome.items():
            setattr(job, name, value)
        job.state = state  # last: who reads "done" finds the rest there, too
