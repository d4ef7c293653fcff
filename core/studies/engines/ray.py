"""The engine of a Ray cluster: each trial is a task on whatever node has room for it.

Nodes need the same Python packages (requirements.txt and requirements-cluster.txt) but neither this
checkout nor a shared disk: `core` and the files of the data sets travel there once (`working_dir` of
Ray's runtime environment, kept by its content's hash), a trial is a few hundred bytes, and what comes
back are its rows and, where asked for, the files of its Run, which the sweep's process writes.

A node that dies loses its trials; they begin again elsewhere, `TRIES` times at most. What a lost node
still does is ignored, so each trial has one answer.
"""

from __future__ import annotations

import logging
import os
import queue
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

# Before Ray is imported: it reports nothing to anybody.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import ray
from ray import exceptions

from core.data.present import files_of
from core.setting.paths import DATA_DIR, ROOT
from core.studies.engines.local import one_thread
from core.studies.engines.protocol import (
    Answer,
    Cluster,
    EngineError,
    Outcome,
    Trial,
    TrialProgress,
)
from core.studies.trial import attempt
from core.training.capacity import WORKER_BYTES, Cost

TRIES = 3
CONNECT_SECONDS = 5.0  # in which a cluster's head must answer
MAX_SENT_BYTES = 400_000_000  # bytes; Ray takes no more than 500 MB
_COUNT_SECONDS = 5.0  # how old the count of nodes may be
_SHARE_SECONDS = 1.0  # between two shares of a trial, which all go through one driver


@dataclass
class _Task:
    """A trial on its way: the stream of what its task gives, and which try this is."""

    trial: Trial
    stream: Any
    tries: int
    since: float


class RayEngine:
    """Trials on a cluster: `with RayEngine(Cluster("auto"), ["mnist"]) as engine: ...`.

    Args:
        cluster: which, and what of it each trial gets.
        data_sets: names of data sets whose files travel to the nodes; nodes download any others.
        workers: trials at a time; 0: as many as there is room for.
    """

    def __init__(self, cluster: Cluster, data_sets: Collection[str], workers: int = 0) -> None:
        self.cluster, self.data_sets, self.workers = cluster, data_sets, workers
        self._memory = WORKER_BYTES
        self._tasks: dict[Any, _Task] = {}  # by the stream
        self._slots = (0.0, 0)  # when they were counted, and how many
        self._function: Any = None

    def __enter__(self) -> RayEngine:
        """Connect.

        Raises:
            EngineError: no such cluster, or no node with room for a trial.
        """
        self._check_reachable()
        with tempfile.TemporaryDirectory(prefix="latent-clusters-") as folder:
            _pack(Path(folder), self.data_sets)
            environment: dict[str, Any] = {"working_dir": folder}
            if not self.cluster.gpus:  # the same weights whatever else a node has
                environment["env_vars"] = {"CUDA_VISIBLE_DEVICES": ""}
            try:
                ray.init(
                    address=self.cluster.address,
                    runtime_env=environment,
                    log_to_driver=False,
                    logging_level=logging.ERROR,
                    configure_logging=False,
                )
            except (Exception, SystemExit) as error:  # Ray ends the process where a head is silent
                why = " ".join(str(error).split()).split(". ")[0][:200]
                raise EngineError(
                    f"no Ray cluster can be used at {self.cluster.address} ({why})"
                ) from error
        try:
            if not self._room():
                raise EngineError(
                    f"no node of the cluster at {self.cluster.address} has {self._each()}; "
                    "ask for less with --cpus and --gpus"
                )
            self._function = ray.remote(_serve)
        except BaseException:
            ray.shutdown()
            raise
        return self

    def _check_reachable(self) -> None:
        """Fail at once where Ray would take minutes to."""
        address = self.cluster.address
        if address == "auto":
            address = os.environ.get("RAY_ADDRESS", "auto")
        host, _, port = address.rpartition(":")
        if not port.isdecimal():
            return  # Ray looks for one on this machine, which takes no time
        try:
            socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
        except OSError as error:
            raise EngineError(
                f"no Ray cluster answers at {address} ({error.strerror or error}); "
                "`ray start --head` starts one"
            ) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tasks.clear()
        ray.shutdown()  # ends this job's tasks on all nodes

    def fit(self, known: Collection[Cost]) -> str:
        """Have every trial get the memory that the largest needs; Ray places it where that is free."""
        self._memory = max((cost.memory for cost in known), default=WORKER_BYTES)
        self._slots = (0.0, 0)
        room, asked = self._room(), self.workers
        if not room:
            return f"No node has {self._each()} free; trainings wait until one has."
        return f"There is room for {room} at a time, not {asked}." if asked > room else ""

    @property
    def slots(self) -> int:
        """Trials that the nodes alive have room for, or as many as were asked for."""
        counted, slots = self._slots
        if not counted or time.monotonic() - counted > _COUNT_SECONDS:
            slots = max(self._room(), 1)
            self._slots = (time.monotonic(), slots)
        return min(slots, self.workers) if self.workers else slots

    def _room(self) -> int:
        """Trials that fit on the nodes that are alive, whatever else runs there."""
        needed = {"CPU": self.cluster.cpus, "GPU": self.cluster.gpus, "memory": self._memory}
        return sum(
            min(
                int(node["Resources"].get(name, 0.0) / amount + 1e-9)
                for name, amount in needed.items()
                if amount
            )
            for node in ray.nodes()
            if node["Alive"]
        )

    def _each(self) -> str:
        parts = [f"{self.cluster.cpus:g} CPU", f"{self._memory / 1e9:.1f} GB of memory"]
        if self.cluster.gpus:
            parts.insert(1, f"{self.cluster.gpus:g} GPU")
        return f"{', '.join(parts[:-1])} and {parts[-1]}"

    @property
    def running(self) -> list[Trial]:
        """Trials under way, or waiting for a node."""
        return [task.trial for task in self._tasks.values()]

    @property
    def free(self) -> bool:
        """Whether there is room for another."""
        return len(self._tasks) < self.slots

    def give(self, trial: Trial) -> None:
        """Begin a trial; only when `free`."""
        self._start(replace(trial, restarts=""), 1)  # another node has other folders

    def _start(self, trial: Trial, tries: int) -> None:
        task = self._function.options(
            num_returns="streaming",
            max_retries=0,  # Ray's own would not be counted
            num_cpus=self.cluster.cpus,
            num_gpus=self.cluster.gpus,
            memory=self._memory,
            scheduling_strategy="SPREAD",
        ).remote(trial)
        self._tasks[task] = _Task(trial, task, tries, time.monotonic())

    def wait(self, timeout: float) -> Iterator[TrialProgress | Outcome]:
        """What has happened, after at most `timeout` seconds."""
        if not self._tasks:
            return
        tasks = list(self._tasks)
        ready, _ = ray.wait(tasks, num_returns=1, timeout=timeout)
        if ready:  # and whatever else is there
            ready, _ = ray.wait(tasks, num_returns=len(tasks), timeout=0)
        for task in ready:
            event = self._next(self._tasks[task])
            if event is not None:
                yield event

    def _next(self, task: _Task) -> TrialProgress | Outcome | None:
        """The next thing that a task gives."""
        try:
            content = ray.get(next(task.stream))
        except exceptions.RayTaskError as error:  # `core` can't be imported there, for instance
            content = Answer(reason=f"A node could not do it: {_last_line(error)}")
        except (exceptions.RayError, StopIteration) as error:
            return self._again(task, error)
        if content is None:
            task.since = time.monotonic()
            return None
        if isinstance(content, float):
            return TrialProgress(task.trial, content)
        del self._tasks[task.stream]
        return Outcome(task.trial, content, time.monotonic() - task.since)

    def _again(self, task: _Task, error: Exception) -> TrialProgress | Outcome:
        """A node or its process died: begin again, or give up."""
        del self._tasks[task.stream]
        self._slots = (0.0, 0)
        if task.tries < TRIES:
            self._start(task.trial, task.tries + 1)
            return TrialProgress(task.trial, 0.0)
        reason = f"It was begun {TRIES} times and its node or process died each time"
        reason += f" ({type(error).__name__}: {_last_line(error)})."
        return Outcome(task.trial, Answer(reason=reason), time.monotonic() - task.since)


def _last_line(error: Exception) -> str:
    """What a long message comes down to."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or [type(error).__name__])[-1][:300]


def _pack(folder: Path, data_sets: Collection[str]) -> None:
    """Lay out what travels to the nodes: `core`, and beside it the files of the data sets."""
    core = ROOT / "core"
    shutil.copytree(core, folder / core.name, ignore=shutil.ignore_patterns("__pycache__"))
    room = MAX_SENT_BYTES
    for name in data_sets:
        files = files_of(name)
        room -= sum(file.stat().st_size for file in files)
        if room < 0:
            return  # nodes download the rest
        for file in files:
            target = folder / "data" / file.relative_to(DATA_DIR)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)


# ------------------------------------------------------------------------------- on the nodes
def _serve(trial: Trial) -> Iterator[float | Answer | None]:
    """Perform a trial. None: it has begun; a float: its share so far; then its Answer."""
    one_thread()
    messages: queue.SimpleQueue[float | Answer] = queue.SimpleQueue()
    threading.Thread(target=lambda: messages.put(attempt(trial, messages.put)), daemon=True).start()
    yield None
    reported = time.monotonic()
    while True:
        content = messages.get()
        if isinstance(content, Answer):
            yield content
            return
        if time.monotonic() - reported > _SHARE_SECONDS:
            reported = time.monotonic()
            yield float(content)
