"""The local engine: processes that each do one trial after another, with one thread.

Each is a fresh Python with a pipe of its own, not a child of `multiprocessing`: that would run the
parent's main module again, which under Streamlit is a page. The parent gives a `Trial` and gets back
shares of the work done, then an `Answer`. A worker that dies loses the trial it had, no other; the next
trial gets a new one. Workers are out of Ctrl-C's reach, and end with the parent even when it is killed:
their standard input ends then.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator
from multiprocessing import connection
from types import TracebackType
from typing import Any

from core.setting.paths import ROOT
from core.studies.engines.protocol import Answer, Outcome, Trial, TrialProgress
from core.studies.trial import attempt
from core.training.capacity import Cost, affordable
from core.training.threads import cores


class _Worker:
    """One process and the parent's end of its pipe."""

    def __init__(self) -> None:
        self.pipe, other = multiprocessing.Pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "core.studies.engines.local", str(other.fileno())],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            pass_fds=[other.fileno()],
            start_new_session=True,
        )
        other.close()  # or the end of the process would not end the pipe
        self.trial: Trial | None = None
        self.since = time.monotonic()

    def end(self) -> int:
        """Its exit status, once it has ended; it is made to."""
        self.process.kill()
        self.pipe.close()
        if self.process.stdin is not None:
            self.process.stdin.close()
        return self.process.wait()


class Pool:
    """Up to `count` workers: `with Pool(2) as pool: pool.give(trial); pool.wait(1)`.

    Args:
        count: how many; 0: one per core.
    """

    def __init__(self, count: int = 0) -> None:
        self.count = count or cores()
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
            worker.process.kill()  # all at once, then wait for each
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def fit(self, known: Collection[Cost]) -> str:
        """No more workers than cores and memory allow; a sentence when that is fewer than asked."""
        self.count, notice = affordable(self.count, known)
        return notice

    @property
    def slots(self) -> int:
        """Workers at a time."""
        return self.count

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
            worker = _Worker()
            self._workers.append(worker)
        worker.trial = trial
        with contextlib.suppress(OSError):  # it died while it was idle: `wait` finds that out
            worker.pipe.send(trial)

    def wait(self, timeout: float) -> Iterator[TrialProgress | Outcome]:
        """What has happened, after at most `timeout` seconds."""
        ready = connection.wait([w.pipe for w in self._workers if w.trial], timeout)
        for worker in [w for w in self._workers if w.pipe in ready]:
            trial = worker.trial
            if trial is None:
                continue
            content: Any
            try:
                content = worker.pipe.recv()
            except (EOFError, OSError):
                content = Answer(reason=self._remove(worker))
            if content is None:
                worker.since = time.monotonic()
            elif isinstance(content, float):
                yield TrialProgress(trial, content)
            else:
                worker.trial = None
                yield Outcome(trial, content, time.monotonic() - worker.since)

    def _remove(self, worker: _Worker) -> str:
        """Remove a worker that died; why it did, as far as is known."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.process.wait(5)
        self._workers.remove(worker)
        code = worker.end()
        hint = "; perhaps memory was short" if code == -9 else ""
        return f"Its process ended without an answer (exit status {code}{hint})."


# ------------------------------------------------------------------------------ in the worker
def one_thread() -> None:
    """From now on this process computes with one thread.

    So a Setting gives the same weights whatever else runs, and workers don't wait for one another.
    """
    import torch
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    torch.set_num_threads(1)
    threadpool_limits(1)


def _serve(pipe: connection.Connection) -> None:
    """Perform trials until the pipe ends. None: one has begun; a float: its share; then its Answer."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    one_thread()
    while True:
        try:
            trial = pipe.recv()
        except EOFError:
            return
        pipe.send(None)
        pipe.send(attempt(trial, lambda share: pipe.send(float(share))))


def _end_with_parent() -> None:
    os.read(0, 1)  # nothing is ever written there
    os._exit(1)


if __name__ == "__main__":
    _serve(connection.Connection(int(sys.argv[1])))
