"""The engine of a Ray cluster: each trial is a task on whatever node has room for it.

What comes back are its rows and, where asked for, the files of its Run, which the sweep's process
writes. `core.studies.engines.ray_tasks` says what nodes need and what happens when one dies.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from types import TracebackType

from core.setting.setting import Setting
from core.studies.engines.local import Pool
from core.studies.engines.protocol import (
    Answer,
    Cluster,
    EngineError,
    Outcome,
    Trial,
    TrialProgress,
)
from core.studies.engines.ray_tasks import Again, NodeError, RayTasks, Task
from core.studies.trial import attempt
from core.training.capacity import WORKER_BYTES, Cost
from core.workers.serve import Call, Raised, Returned

_COUNT_SECONDS = 5.0  # how old the count of nodes may be
_SHARE_SECONDS = 1.0  # between two shares of a trial, which all go through one driver


class RayEngine:
    """Trials on a cluster: `with RayEngine(Cluster("auto")) as engine: ...`.

    Args:
        cluster: which, and what of it each trial gets.
        workers: trials at a time; 0: as many as there is room for.
    """

    def __init__(self, cluster: Cluster, workers: int = 0) -> None:
        self.workers = workers
        self._tasks = RayTasks(cluster, _SHARE_SECONDS)
        self._memory = WORKER_BYTES
        self._slots = (0.0, 0)  # when they were counted, and how many

    def __enter__(self) -> RayEngine:
        """Connect.

        Raises:
            EngineError: no such cluster, or no node with room for a trial.
        """
        self._tasks.__enter__()
        try:
            self._tasks.check_room(self._memory)
        except EngineError as error:
            self._tasks.__exit__(None, None, None)
            raise EngineError(f"{error}; ask for less with --cpus and --gpus") from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tasks.__exit__(kind, error, trace)

    def costs(self, settings: Sequence[Setting], splits: Sequence[str]) -> Mapping[Setting, Cost]:
        """As this machine takes: a cluster may be busy, and an estimate waits for no place there."""
        with Pool(1) as pool:
            return pool.costs(settings, splits)

    def fit(self, known: Collection[Cost]) -> str:
        """Have every trial get the memory that the largest needs; Ray places it where that is free."""
        self._memory = max((cost.memory for cost in known), default=WORKER_BYTES)
        self._slots = (0.0, 0)
        room, asked = self._tasks.room(self._memory), self.workers
        if not room:
            each = self._tasks.each(self._memory)
            return f"No node has {each} free; trainings wait until one has."
        return f"There is room for {room} at a time, not {asked}." if asked > room else ""

    @property
    def slots(self) -> int:
        """Trials that the nodes alive have room for, or as many as were asked for."""
        counted, slots = self._slots
        if not counted or time.monotonic() - counted > _COUNT_SECONDS:
            slots = max(self._tasks.room(self._memory), 1)
            self._slots = (time.monotonic(), slots)
        return min(slots, self.workers) if self.workers else slots

    @property
    def running(self) -> list[Trial]:
        """Trials under way, or waiting for a node."""
        return [task.what for task in self._tasks.running]

    @property
    def free(self) -> bool:
        """Whether there is room for another."""
        return len(self._tasks.running) < self.slots

    def give(self, trial: Trial) -> None:
        """Begin a trial; only when `free`."""
        sent = replace(trial, restarts="")  # another node has other folders
        call = Call(attempt, (sent,), reports=True)
        self._tasks.give(Task(trial, lambda: call, trial.setting.dataset, self._memory))

    def wait(self, timeout: float) -> Iterator[TrialProgress | Outcome]:
        """What has happened, after at most `timeout` seconds."""
        for task, content in self._tasks.wait(timeout):
            seconds = time.monotonic() - task.since
            if isinstance(content, Again):
                self._slots = (0.0, 0)
                yield TrialProgress(task.what, 0.0)
            elif isinstance(content, float):
                yield TrialProgress(task.what, content)
            elif isinstance(content, Returned):
                yield Outcome(task.what, content.value, seconds)
            elif isinstance(content, Raised):
                yield Outcome(task.what, Answer(reason=_reason(content.error)), seconds)


def _reason(error: Exception) -> str:
    detail = error.detail if isinstance(error, NodeError) else ""
    return f"{error} {detail}".strip()
