"""The process through which the app trains on a Ray cluster: it hands trainings on and relays news.

It is a process of its own, as Ray may end the one that it is in, and takes 100 MB. Imports nothing
heavy before it runs; torch never.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.jobs import tasks
from core.jobs.engine import asked_cluster
from core.jobs.limits import is_public
from core.setting.errors import UserError
from core.setting.setting import Setting
from core.studies.engines.protocol import EngineError
from core.training.capacity import WORKER_BYTES
from core.workers.process import parents_pipe
from core.workers.serve import Call, Raised

if TYPE_CHECKING:
    from core.studies.engines.ray_tasks import RayTasks

BEGUN, AGAIN = "a node has begun", "its node or process died, it begins again"
_PACE = 0.25  # seconds between two messages of a training
_LOOK = 0.1
_COUNT_SECONDS = 5.0  # how old the count of places may be
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Begin:
    """A training that is wanted.

    Attributes:
        number: to know it by.
        setting: what to train.
        memory: bytes that it gets.
        restart: the file that has its state, if it was begun before.
    """

    number: int
    setting: Setting
    memory: int
    restart: Path


@dataclass(frozen=True)
class Stop:
    """A training is not wanted any more; it may have ended."""

    number: int


@dataclass(frozen=True)
class Places:
    """So many trainings have room at a time."""

    count: int


@dataclass(frozen=True)
class News:
    """Of a training: BEGUN, AGAIN, what it reports, and in the end `Returned` or `Raised`."""

    number: int
    content: Any


def serve(pipe: connection.Connection) -> None:
    """Do what is sent until the pipe ends; `Raised` is sent if the cluster can't be used."""
    try:
        cluster = asked_cluster()
        cluster.check_reachable()  # before Ray is imported, which takes seconds
        from core.studies.engines.ray_tasks import RayTasks

        with RayTasks(cluster, _PACE) as found:
            found.check_room(WORKER_BYTES)
            _Driver(pipe, found).go_on()
    except (EOFError, BrokenPipeError):
        return
    except Exception as error:
        _log.error("the cluster can't be used: %s", error)
        told = str(error) if isinstance(error, UserError) else type(error).__name__
        if is_public():  # strangers need no addresses
            told = "the cluster that does them can't be used; the server's log says why"
        sentence = f"Trainings are not possible now: {told.rstrip('.')}."
        pipe.send(Raised(EngineError(sentence)))


class _Driver:
    def __init__(self, pipe: connection.Connection, cluster: RayTasks) -> None:
        self._pipe, self._cluster = pipe, cluster
        self._counted = 0.0

    def go_on(self) -> None:
        """Forever."""
        while True:
            if time.monotonic() - self._counted > _COUNT_SECONDS or not self._counted:
                self._counted = time.monotonic()
                self._pipe.send(Places(max(self._cluster.room(WORKER_BYTES), 1)))
            for message in self._messages():
                self._obey(message)
            for task, content in self._cluster.wait(_LOOK):
                self._pipe.send(News(task.what, self._readable(content)))

    def _messages(self) -> Iterator[Begin | Stop]:
        patience = 0.0 if self._cluster.running else _COUNT_SECONDS
        while self._pipe.poll(patience):
            yield self._pipe.recv()
            patience = 0.0

    def _obey(self, message: Begin | Stop) -> None:
        from core.studies.engines.ray_tasks import Task

        if isinstance(message, Begin):

            def call() -> Call:
                state = b""
                with contextlib.suppress(OSError):
                    state = message.restart.read_bytes()
                return Call(tasks.train_away, (message.setting, state), reports=True)

            self._cluster.give(Task(message.number, call, message.setting.dataset, message.memory))
            return
        for task in self._cluster.running:
            if task.what == message.number:
                self._cluster.stop(task)

    def _readable(self, content: Any) -> Any:
        """What the app's process can read without Ray."""
        from core.studies.engines.ray_tasks import Again, Begun, NodeError

        if isinstance(content, Begun):
            return BEGUN
        if isinstance(content, Again):
            return AGAIN
        if isinstance(content, Raised) and isinstance(content.error, NodeError):
            _log.error("%s %s", content.error, content.error.detail)
            return Raised(EngineError(str(content.error)))
        return content


if __name__ == "__main__":
    from core.jobs import cluster_driver  # the classes by their own name, not by __main__'s

    cluster_driver.serve(parents_pipe())
