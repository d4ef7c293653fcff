"""Calls of functions of ours on the nodes of a Ray cluster; what they report comes back while they run.

Nodes need the same Python packages (requirements.txt and requirements-cluster.txt) but neither this
checkout nor a shared disk: `core` travels there once (`working_dir` of Ray's runtime environment, kept
by its content's hash), and so do the files of a data set, through Ray's own memory, when a node needs
them first. A call is a few hundred bytes.

A node that dies loses its calls; they begin again elsewhere, `TRIES` times at most. What a lost node
still does is ignored, so each call ends once. Imports nothing heavy but Ray.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

# Before Ray is imported: it reports nothing to anybody.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import ray
from ray import exceptions

from core.data.present import files_of
from core.setting import paths
from core.studies.engines.local import one_thread
from core.studies.engines.protocol import Cluster, EngineError
from core.workers.serve import Call, Raised, Report, Returned, perform

TRIES = 3

# name of each file below the folder of data: its bytes, and a reference to its content
Files = dict[str, tuple[int, Any]]


class NodeError(EngineError):
    """What a node was asked came to nothing.

    Attributes:
        detail: what Ray or the node said, for who runs the cluster.
    """

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class Begun:
    """A node has begun with a task; before, it waited for a place."""


class Again:
    """A node or its process died; the task begins again."""


@dataclass(eq=False)
class Task:
    """A call on its way.

    Attributes:
        what: of whoever asked, to know it by.
        call: gives what a node is to call, anew for each try.
        dataset: whose files it needs.
        memory: bytes that it gets.
        tries: which try this is.
        since: when it was given, or a node began with it.
        stream: what its node gives.
    """

    what: Any
    call: Callable[[], Call]
    dataset: str
    memory: int
    tries: int = 0
    since: float = 0.0
    stream: Any = None


class RayTasks:
    """Tasks on a cluster: `with RayTasks(Cluster("auto"), pace=1.0) as tasks: tasks.give(Task(...))`.

    Args:
        cluster: which, and what of it each task gets.
        pace: seconds between two messages of a task, which all go through this process.
    """

    def __init__(self, cluster: Cluster, pace: float) -> None:
        self.cluster, self._pace = cluster, pace
        self._tasks: dict[Any, Task] = {}  # by the stream
        self._files: dict[str, tuple[int, Any]] = {}  # that are in Ray's memory
        self._function: Any = None

    def __enter__(self) -> RayTasks:
        """Connect.

        Raises:
            EngineError: no such cluster.
        """
        self.cluster.check_reachable()
        with tempfile.TemporaryDirectory(prefix="latent-clusters-") as folder:
            core = Path(folder) / "core"
            shutil.copytree(
                paths.ROOT / core.name, core, ignore=shutil.ignore_patterns("__pycache__")
            )
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
        self._function = ray.remote(_serve)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tasks.clear()
        self._files.clear()
        ray.shutdown()  # ends this job's tasks on all nodes

    def room(self, memory: int) -> int:
        """Tasks of so many bytes that fit on the nodes that are alive, whatever else runs there."""
        needed = {"CPU": self.cluster.cpus, "GPU": self.cluster.gpus, "memory": memory}
        return sum(
            min(
                int(node["Resources"].get(name, 0.0) / amount + 1e-9)
                for name, amount in needed.items()
                if amount
            )
            for node in ray.nodes()
            if node["Alive"]
        )

    def each(self, memory: int) -> str:
        """What a task of so many bytes gets, in words."""
        parts = [f"{self.cluster.cpus:g} CPU", f"{memory / 1e9:.1f} GB of memory"]
        if self.cluster.gpus:
            parts.insert(1, f"{self.cluster.gpus:g} GPU")
        return f"{', '.join(parts[:-1])} and {parts[-1]}"

    def check_room(self, memory: int) -> None:
        """Raise EngineError where no node could ever take a task of so many bytes."""
        if not self.room(memory):
            raise EngineError(
                f"no node of the cluster at {self.cluster.address} has {self.each(memory)}"
            )

    @property
    def running(self) -> list[Task]:
        """Tasks under way, or waiting for a node."""
        return list(self._tasks.values())

    def give(self, task: Task) -> None:
        """Begin a task; Ray places it where there is room."""
        task.tries, task.since = task.tries + 1, time.monotonic()
        task.stream = self._function.options(
            num_returns="streaming",
            max_retries=0,  # Ray's own would not be counted
            num_cpus=self.cluster.cpus,
            num_gpus=self.cluster.gpus,
            memory=task.memory,
            scheduling_strategy="SPREAD",
        ).remote(task.call(), self._sent(task.dataset), self._pace)
        self._tasks[task.stream] = task

    def stop(self, task: Task) -> None:
        """End a task and its process; nothing more is heard of it."""
        if self._tasks.pop(task.stream, None) is not None:
            ray.cancel(task.stream, force=True)

    def _sent(self, dataset: str) -> Files:
        """The files of a data set, in Ray's memory from now on; without any, nodes download them."""
        found = {}
        for file in files_of(dataset):
            name = str(file.relative_to(paths.DATA_DIR))
            if name not in self._files:
                content = file.read_bytes()
                self._files[name] = len(content), ray.put(content)
            found[name] = self._files[name]
        return found

    def wait(self, timeout: float) -> Iterator[tuple[Task, Any]]:
        """What has happened after at most `timeout` seconds, each with its task.

        `Begun`, `Again`, whatever calls report, and at a task's end `Returned` or `Raised`.
        """
        if not self._tasks:
            return
        streams = list(self._tasks)
        ready, _ = ray.wait(streams, num_returns=1, timeout=timeout)
        if ready:  # and whatever else is there
            ready, _ = ray.wait(streams, num_returns=len(streams), timeout=0)
        for stream in ready:
            task = self._tasks[stream]
            for content in self._next(task):
                yield task, content

    def _next(self, task: Task) -> Iterator[Any]:
        """The next things that a task gives."""
        contents: list[Any]
        try:
            contents = ray.get(next(task.stream))
        except exceptions.RayTaskError as error:  # `core` can't be imported there, for instance
            contents = [Raised(NodeError("A node could not do it.", _last_line(error)))]
        except (exceptions.RayError, StopIteration) as error:
            contents = [self._again(task, error)]
        for content in contents:
            if isinstance(content, Begun):
                task.since = time.monotonic()
            if isinstance(content, Returned | Raised):
                self._tasks.pop(task.stream, None)
            yield content.content if isinstance(content, Report) else content

    def _again(self, task: Task, error: Exception) -> Again | Raised:
        """A node or its process died: begin again, or give up."""
        if task.tries < TRIES:
            del self._tasks[task.stream]
            self.give(task)
            return Again()
        return Raised(
            NodeError(
                f"It was begun {TRIES} times and its node or process died each time.",
                f"{type(error).__name__}: {_last_line(error)}",
            )
        )


def _last_line(error: Exception) -> str:
    """What a long message comes down to."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or [type(error).__name__])[-1][:300]


# ------------------------------------------------------------------------------- on the nodes
def _serve(call: Call, files: Files, pace: float) -> Iterator[list[Any]]:
    """Perform a call: lists of what it reports, so many seconds apart; then how it ended."""
    one_thread()
    yield [Begun()]
    _lay_out(files)
    messages: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=lambda: messages.put(perform(call, messages.put)), daemon=True).start()
    due = time.monotonic() + pace
    while True:
        batch = [messages.get()]
        while not (ended := isinstance(batch[-1], Returned | Raised)):
            try:
                batch.append(messages.get(timeout=max(due - time.monotonic(), 0)))
            except queue.Empty:
                break
        due = time.monotonic() + pace
        yield batch
        if ended:
            return


def _lay_out(files: Files) -> None:
    """Have the files of a data set where `core.data` looks for them."""
    for name, (size, content) in files.items():
        target = paths.DATA_DIR / name
        with contextlib.suppress(FileNotFoundError):
            if target.stat().st_size == size:
                continue
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f"{target.name}.{os.getpid()}")  # tasks may do this at once
        received: Any = ray.get(content)
        temporary.write_bytes(received)
        os.replace(temporary, target)
