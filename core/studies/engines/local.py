"""The local engine: processes that each do one trial after another, with one thread.

The parent gives a `Trial` and gets back shares of the work done, then an `Answer`. A worker that dies
loses the trial it had, no other; the next trial gets a new one.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection, Iterator
from multiprocessing import connection
from types import TracebackType
from typing import Any

from core.studies.engines.protocol import Answer, Outcome, Trial, TrialProgress
from core.training.capacity import Cost, affordable
from core.training.threads import cores
from core.workers.process import Process, parents_pipe


class _Worker(Process):
    """A process that does trials."""

    def __init__(self) -> None:
        super().__init__("core.studies.engines.local")
        self.trial: Trial | None = None
        self.since = time.monotonic()


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
            worker.kill()  # all at once, then wait for each
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
        self._workers.remove(worker)
        return f"Its process ended without an answer ({worker.why_it_ended()})."


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
    from core.studies.trial import attempt  # here: it brings torch

    one_thread()
    while True:
        try:
            trial = pipe.recv()
        except EOFError:
            return
        pipe.send(None)
        pipe.send(attempt(trial, lambda share: pipe.send(float(share))))


if __name__ == "__main__":
    _serve(parents_pipe())
