"""Workers of a process: what is heavy is done by them, so many at a time as cores and memory allow.

    workers = Workers()
    found = workers.call(cluster, latents, "ward", 10)

A visitor's page waits for such a call, a training may take minutes: one worker at least is left to
pages, a training never takes the last. A worker that nobody needs for a while ends, and its memory is
free.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from core.training.capacity import available_memory
from core.training.threads import cores
from core.workers.process import Process
from core.workers.serve import Call, Raised, Report, Returned
from core.workers.serve import OutOfMemory as OutOfMemory
from core.workers.serve import WorkerError as WorkerError

T = TypeVar("T")
_log = logging.getLogger(__name__)

NEEDED = 500_000_000  # bytes free, before another worker starts
LEFT = 150_000_000  # bytes that a worker must leave to others
IDLE_SECONDS = 120.0
PAGE_SECONDS = 120.0  # that a page's call may take
_LOOK, _PATIENCE = 0.1, 0.7


class Workers:
    """Starts workers when they are needed; safe for several threads.

    Args:
        most: at a time; default: one per core, at least 2.
        waiting: called again and again while a page's call waits for a worker; what it raises ends that.
    """

    def __init__(self, most: int = 0, waiting: Callable[[], None] = lambda: None) -> None:
        self.most = most or max(cores(), 2)
        self._waiting = waiting
        self._changed = threading.Condition()
        self._idle: list[tuple[float, Process]] = []  # since when; the newest last
        self._busy: list[Process] = []
        self._jobs = 0  # of the busy ones

    def call(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """What `function(*args, **kwargs)` returns, for a page.

        Raises:
            WorkerError: no worker got free, or it died, took too long or had too little memory.
            UserError: as the function raised it.
        """
        until = time.monotonic() + PAGE_SECONDS

        def watch() -> None:
            if time.monotonic() > until:
                raise WorkerError(
                    f"This took longer than {PAGE_SECONDS:.0f} seconds and was stopped. On your own "
                    "machine there is no such limit."
                )

        return self._perform(Call(function, args, kwargs), watch, None, is_job=False)

    def work(
        self,
        function: Callable[..., T],
        *args: Any,
        watch: Callable[[], None],
        report: Callable[[Any], None],
        takes_minutes: bool = True,
    ) -> T:
        """What `function(*args, report=...)` returns, for a queue's job, however long it takes.

        Args:
            function: is given `report`.
            args: its arguments by position.
            watch: called several times a second; what it raises stops the worker.
            report: called with what the function reports.
            takes_minutes: whether a worker must be left to pages beside it.

        Raises:
            WorkerError, UserError: as in `call`.
        """
        call = Call(function, args, reports=True)
        return self._perform(call, watch, report, is_job=takes_minutes)

    # --------------------------------------------------------------------------------- inside
    def _perform(
        self,
        call: Call,
        watch: Callable[[], None],
        report: Callable[[Any], None] | None,
        *,
        is_job: bool,
    ) -> Any:
        tell = report or (lambda content: None)
        if not _are_used():
            return _in_this_process(call, watch, tell)
        asked = time.monotonic()

        def waiting() -> None:
            watch()
            self._waiting()

        worker = self._taken(watch if report else waiting, is_job)
        begun, healthy = time.monotonic(), False
        try:
            answer = self._answer(worker, call, watch, tell)
            healthy = True
        except (EOFError, OSError) as ended:
            raise WorkerError(
                f"The process that did this ended ({worker.why_it_ended()}). Fewer or smaller images, "
                "or a smaller batch, need less memory."
            ) from ended
        finally:
            self._give_back(worker, is_job, healthy)
            about = {
                "function": call.function.__qualname__,
                "waited": round(begun - asked, 3),
                "seconds": round(time.monotonic() - begun, 3),
                "worker": worker.pid,
            }
            _log.info("call" if healthy else "worker ended", extra=about)
        if isinstance(answer, Raised):
            raise answer.error
        return answer.value

    def _answer(
        self,
        worker: Process,
        call: Call,
        watch: Callable[[], None],
        report: Callable[[Any], None],
    ) -> Returned | Raised:
        free = available_memory()
        memory = 0 if free is None else max(free - LEFT, NEEDED // 2)
        worker.pipe.send(replace(call, memory=memory))
        while True:
            watch()
            if not worker.pipe.poll(_LOOK):
                continue
            content = worker.pipe.recv()
            if isinstance(content, Report):
                report(content.content)
            else:
                return content

    def _taken(self, watch: Callable[[], None], is_job: bool) -> Process:
        """An idle worker, or a new one; waits until there may be one.

        Most calls are short: it takes less to wait for one to end than to start a worker.
        """
        patience = time.monotonic() + _PATIENCE
        while True:
            with self._changed:
                if not (is_job and self._jobs and self._jobs >= self.most - 1):
                    worker = self._idle_one()
                    if worker is None and (
                        len(self._busy) == self._jobs or time.monotonic() > patience
                    ):
                        worker = self._started()
                    if worker is not None:
                        self._busy.append(worker)
                        self._jobs += is_job
                        return worker
                self._changed.wait(_LOOK)
            watch()

    def _idle_one(self) -> Process | None:
        """The one that came last and lives: the system ends idle ones first when memory is short."""
        while self._idle:
            _, worker = self._idle.pop()
            if worker.is_alive:
                return worker
            worker.end()
        return None

    def _started(self) -> Process | None:
        """A new worker, where cores and memory allow one more; the first one is always allowed."""
        if len(self._busy) >= self.most:
            return None
        free = available_memory()
        if self._busy and free is not None and free < NEEDED:
            return None
        return Process("core.workers.serve")

    def _give_back(self, worker: Process, is_job: bool, healthy: bool) -> None:
        with self._changed:
            self._busy.remove(worker)
            self._jobs -= is_job
            if healthy:
                self._idle.append((time.monotonic(), worker))
            self._changed.notify_all()
        if healthy:
            timer = threading.Timer(IDLE_SECONDS + 1, self.tidy)
            timer.daemon = True
            timer.start()
        else:
            with contextlib.suppress(OSError):
                worker.end()

    @property
    def is_ready(self) -> bool:
        """Whether a call could begin now, without the seconds that a worker's start takes."""
        with self._changed:
            return not _are_used() or any(worker.is_alive for _, worker in self._idle)

    def tidy(self, idle: float = IDLE_SECONDS) -> None:
        """End the workers that were idle for so many seconds."""
        with self._changed:
            old = [each for each in self._idle if time.monotonic() - each[0] >= idle]
            self._idle = [each for each in self._idle if each not in old]
        for _, worker in old:
            worker.end()

    @property
    def pids(self) -> list[int]:
        """Of the workers that there are, busy ones first."""
        with self._changed:
            return [w.pid for w in self._busy] + [w.pid for _, w in self._idle]


def _are_used() -> bool:
    return os.environ.get("LATENT_CLUSTERS_WORKERS") != "0"


def _in_this_process(call: Call, watch: Callable[[], None], report: Callable[[Any], None]) -> Any:
    """The same without a worker, for tests and debuggers: nothing is limited or can be killed."""

    def tell(content: Any) -> None:
        watch()
        report(content)

    watch()
    return call.function(*call.args, **call.kwargs, **({"report": tell} if call.reports else {}))
