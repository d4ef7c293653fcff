"""Processes that each do one thing after another, with one thread, and never outlive who started them.

Each is a fresh Python (spawn) with a pipe of its own. The parent gives a `Trial` and gets back, in any
order: shares of the work done, then rows or the reason why there are none. A worker that dies loses the
trial it had, no other; the next trial gets a new one. Workers leave Ctrl-C to the parent, and end with
it even when it is killed.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import connection
from pathlib import Path
from types import TracebackType
from typing import Any

from core.trial import Trial

_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Progress:
    """A share of a trial's training is done, 0 to 1."""

    trial: Trial
    share: float


@dataclass(frozen=True)
class Outcome:
    """A trial has ended.

    Attributes:
        trial: which.
        rows: its rows; empty when it failed.
        reason: why it failed, in a sentence.
        seconds: since it was given, the start of a new worker not included.
    """

    trial: Trial
    rows: list[dict[str, Any]]
    reason: str
    seconds: float


class _Worker:
    """One process and the parent's end of its pipe."""

    def __init__(self, root: Path) -> None:
        self.pipe, other = _SPAWN.Pipe()
        self.process = _SPAWN.Process(target=_serve, args=(other, root), daemon=True)
        with _without_ctrl_c():
            self.process.start()
        other.close()  # or the end of the process would not end the pipe
        self.trial: Trial | None = None
        self.since = time.monotonic()


class Pool:
    """Up to `count` workers: `with Pool(2, store.root) as pool: pool.give(trial); pool.wait(1)`."""

    def __init__(self, count: int, root: Path) -> None:
        self.count, self.root = count, root
        self._workers: list[_Worker] = []

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()

    @property
    def running(self) -> list[Trial]:
        """Trials under way."""
        return [worker.trial for worker in self._workers if worker.trial is not None]

    @property
    def free(self) -> bool:
        """Whether another trial would begin at once."""
        return len(self.running) < self.count

    def give(self, trial: Trial) -> None:
        """Begin a trial; only when `free`."""
        worker = next((w for w in self._workers if w.trial is None), None)
        if worker is None:
            worker = _Worker(self.root)
            self._workers.append(worker)
        worker.trial = trial
        with contextlib.suppress(OSError):  # it died while it waited: `wait` finds that out
            worker.pipe.send(trial)

    def wait(self, timeout: float) -> Iterator[Progress | Outcome]:
        """What has happened, after at most `timeout` seconds."""
        ready = connection.wait([w.pipe for w in self._workers if w.trial], timeout)
        for worker in [w for w in self._workers if w.pipe in ready]:
            trial = worker.trial
            if trial is None:
                continue
            try:
                kind, content = worker.pipe.recv()
            except (EOFError, OSError):
                kind, content = "failed", self._bury(worker)
            if kind == "began":
                worker.since = time.monotonic()
            elif kind == "share":
                yield Progress(trial, content)
            else:
                worker.trial = None
                rows, reason = (content, "") if kind == "rows" else ([], content)
                yield Outcome(trial, rows, reason, time.monotonic() - worker.since)

    def _bury(self, worker: _Worker) -> str:
        """Forget a worker that died; why, as far as one can tell."""
        worker.process.join(5)
        worker.pipe.close()
        self._workers.remove(worker)
        code = worker.process.exitcode
        hint = "; perhaps memory was short" if code == -9 else ""
        return f"Its process ended without an answer (exit status {code}{hint})."


@contextlib.contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """A process started meanwhile ignores Ctrl-C from its first moment on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# ------------------------------------------------------------------------------ in the worker
def _serve(pipe: connection.Connection, root: Path) -> None:
    """Perform trials until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()

    import torch
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    from core.checkpoints import Store
    from core.methods import ClusteringError
    from core.sources import DataError
    from core.training import TrainingDiverged
    from core.trial import perform

    torch.set_num_threads(1)  # so that the same Setting gives the same weights in any company
    threadpool_limits(1)
    store = Store(root)
    while True:
        try:
            trial = pipe.recv()
        except EOFError:
            return
        pipe.send(("began", None))
        try:
            answer: tuple[str, Any] = (
                "rows",
                perform(trial, store, lambda share: pipe.send(("share", share))),
            )
        except (ClusteringError, DataError, TrainingDiverged) as error:
            answer = "failed", str(error)
        except Exception as error:  # one Setting's failure is a result, whatever it is
            answer = "failed", f"{type(error).__name__}: {error}"
        pipe.send(answer)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
