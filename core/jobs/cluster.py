"""Trainings of the app on a Ray cluster, asked of the one process that speaks with it.

    trainer = ClusterTrainer()
    trainer.train(setting, memory, restart, watch=job.check, report=print)

Neither torch nor Ray is in this process, and no memory of a training: what comes back are its news, its
state every few seconds, and the files of its Run.
"""

from __future__ import annotations

import contextlib
import itertools
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.jobs import tasks
from core.jobs.cluster_driver import Begin, News, Places, Stop
from core.jobs.engine import asked_cluster
from core.jobs.workers import WorkerError
from core.runs.files import replace_synced
from core.setting.setting import Setting
from core.studies.engines.protocol import EngineError
from core.workers.process import Process
from core.workers.serve import Raised, Returned

IDLE_SECONDS = 600.0  # after which the process ends, and with it what nodes keep at hand for it
_LOOK = 0.1
_AGAIN_SECONDS = 10.0  # between two tries to reach a cluster that could not be


class ClusterTrainer:
    """Trains Settings on the cluster that the environment names; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._driver: _Driver | None = None
        self._numbers = itertools.count()
        self._places = 1
        self._refused, self._tried = "", 0.0

    @property
    def places(self) -> int:
        """Trainings that the cluster has room for, as far as is known; at least 1."""
        return self._places

    def problem(self) -> str:
        """Why nothing can be trained there now, in a sentence; empty: it can, or nobody knows yet."""
        try:
            asked_cluster()
        except EngineError as error:
            return str(error)
        if self._refused and time.monotonic() - self._tried > _AGAIN_SECONDS:
            self.prepare()
        return self._refused

    def prepare(self) -> None:
        """Connect before it is needed, and find out whether that is possible."""
        with contextlib.suppress(EngineError):
            self._connected()

    def train(
        self,
        setting: Setting,
        memory: int,
        restart: Path,
        watch: Callable[[], None],
        report: Callable[[Any], None],
    ) -> dict[str, bytes]:
        """The files of a new Run.

        Args:
            setting: what to train.
            memory: bytes that it takes.
            restart: file that its state is kept in, and that it begins with if it is there.
            watch: called several times a second; what it raises ends the training.
            report: called with `tasks.TrainingNews`, and BEGUN and AGAIN of `cluster_driver`.

        Raises:
            EngineError: the cluster can't be used, or its nodes died again and again.
            WorkerError: the process that speaks with the cluster ended.
            UserError: as `core.jobs.tasks.train_away`.
        """
        number = next(self._numbers)
        with self._lock:  # or it could end meanwhile
            driver = self._connected()
            messages = driver.begin(Begin(number, setting, memory, restart))
        try:
            while True:
                watch()
                with contextlib.suppress(queue.Empty):
                    content = messages.get(timeout=_LOOK)
                    if isinstance(content, Returned):
                        files: dict[str, bytes] = content.value
                        return files
                    if isinstance(content, Raised):
                        raise content.error
                    if isinstance(content, tasks.State):
                        with contextlib.suppress(OSError):  # a full disk is no error
                            replace_synced(restart, content.content)
                    else:
                        report(content)
        finally:
            driver.stop(number)
            self._end_later(driver)

    # --------------------------------------------------------------------------------- inside
    def _connected(self) -> _Driver:
        """The process there is, or a new one."""
        asked_cluster()
        with self._lock:
            if self._driver is None or self._driver.ended:
                self._tried = time.monotonic()
                self._driver = _Driver(self._hear)
                self._end_later(self._driver)
            return self._driver

    def _hear(self, content: Places | Raised) -> None:
        """What the process says of the cluster."""
        if isinstance(content, Places):
            self._places, self._refused = content.count, ""
        else:
            self._places, self._refused = 1, str(content.error)

    def _end_later(self, driver: _Driver) -> None:
        timer = threading.Timer(IDLE_SECONDS + 1, self.tidy, (IDLE_SECONDS, driver))
        timer.daemon = True
        timer.start()

    def tidy(self, idle: float = 0.0, driver: _Driver | None = None) -> None:
        """End the process, if it was idle for so many seconds."""
        with self._lock:
            driver = driver or self._driver
            if driver is None or driver.idle_seconds < idle:
                return
            driver.ended = True
        driver.end()


class _Driver:
    """The process, and who waits for what it says."""

    def __init__(self, hear: Callable[[Places | Raised], None]) -> None:
        self._process = Process("core.jobs.cluster_driver")
        self._waiting: dict[int, queue.SimpleQueue[Any]] = {}
        self._lock = threading.Lock()
        self._used = time.monotonic()
        self.ended = False
        threading.Thread(target=self._listen, args=(hear,), daemon=True, name="cluster").start()

    @property
    def idle_seconds(self) -> float:
        """Since it had something to do."""
        return 0.0 if self._waiting else time.monotonic() - self._used

    def begin(self, wanted: Begin) -> queue.SimpleQueue[Any]:
        """Have a training begun; where its news will be."""
        found: queue.SimpleQueue[Any] = queue.SimpleQueue()
        with self._lock:
            self._waiting[wanted.number] = found
            if self.ended:
                found.put(Raised(_ended("")))
            with contextlib.suppress(OSError):  # it is ending: `_listen` tells
                self._process.pipe.send(wanted)
        return found

    def stop(self, number: int) -> None:
        """A training has ended, or is not wanted any more."""
        with self._lock:
            self._waiting.pop(number, None)
            self._used = time.monotonic()
            with contextlib.suppress(OSError):
                self._process.pipe.send(Stop(number))

    def end(self) -> None:
        """End the process."""
        with self._lock, contextlib.suppress(OSError):
            self._process.kill()

    def _listen(self, hear: Callable[[Places | Raised], None]) -> None:
        why = None
        with contextlib.suppress(EOFError, OSError):
            while True:
                content = self._process.pipe.recv()
                if isinstance(content, News):
                    if (found := self._waiting.get(content.number)) is not None:
                        found.put(content.content)
                    continue
                hear(content)
                if isinstance(content, Raised):
                    why = content.error
        self.ended = True
        said = self._process.why_it_ended()
        with self._lock:
            for found in self._waiting.values():
                found.put(Raised(why or _ended(f" ({said})")))


def _ended(why: str) -> WorkerError:
    return WorkerError(
        f"The process that speaks with the cluster ended{why}. Trained again, it goes on where it was."
    )
