"""The local engine: processes that each do one trial after another, with one thread.

A worker loads torch, this process does not. A worker that dies loses the trial it had, no other; the
next trial gets a new one.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from multiprocessing import connection
from types import TracebackType

from core.setting.setting import Setting
from core.studies.engines.protocol import Answer, Outcome, Trial, TrialProgress
from core.studies.trial import attempt, study_costs
from core.training.capacity import Cost, affordable
from core.training.threads import cores
from core.workers.process import Process
from core.workers.serve import Call, Report, Returned


class _Worker(Process):
    """A process that does trials.

    Attributes:
        trial: under way.
        ready: whether it has started: torch is loaded.
        since: when its trial began.
    """

    def __init__(self) -> None:
        super().__init__("core.workers.serve")
        self.trial: Trial | None = None
        self.ready = False
        self.since = 0.0
        self.ask(Call(one_thread))

    def ask(self, call: Call) -> None:
        """Send a call, which comes after those that it has."""
        with contextlib.suppress(OSError):  # it has died: its pipe tells that when it is read
            self.pipe.send(call)


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

    def costs(self, settings: Sequence[Setting], splits: Sequence[str]) -> Mapping[Setting, Cost]:
        """What each Setting takes, of those that can be timed; a worker finds out, and stays.

        Empty when it dies of that.
        """
        worker = _Worker()
        self._workers.append(worker)
        worker.ask(Call(study_costs, (settings, splits)))
        try:
            worker.pipe.recv()
            found = worker.pipe.recv()
        except (EOFError, OSError):
            self._remove(worker)
            return {}
        worker.ready = True
        return found.value if isinstance(found, Returned) else {}

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
        worker.trial, worker.since = trial, time.monotonic()
        worker.ask(Call(attempt, (trial,), reports=True))

    def wait(self, timeout: float) -> Iterator[TrialProgress | Outcome]:
        """What has happened, after at most `timeout` seconds."""
        ready = connection.wait([w.pipe for w in self._workers if w.trial], timeout)
        for worker in [w for w in self._workers if w.pipe in ready]:
            trial = worker.trial
            if trial is None:
                continue
            try:
                content = worker.pipe.recv()
            except (EOFError, OSError):
                worker.trial = None
                answer = Answer(reason=self._remove(worker))
                yield Outcome(trial, answer, time.monotonic() - worker.since)
                continue
            if isinstance(content, Report):
                yield TrialProgress(trial, content.content)
            elif not worker.ready:
                worker.ready, worker.since = True, time.monotonic()
            else:
                worker.trial = None
                ok = isinstance(content, Returned)
                answer = content.value if ok else Answer(reason=str(content.error))
                yield Outcome(trial, answer, time.monotonic() - worker.since)

    def _remove(self, worker: _Worker) -> str:
        """Remove a worker that died; why it did, as far as is known."""
        self._workers.remove(worker)
        return f"Its process ended without an answer ({worker.why_it_ended()})."


def one_thread() -> None:
    """From now on this process computes with one thread.

    So a Setting gives the same weights whatever else runs, and workers don't wait for one another.
    """
    import torch
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    torch.set_num_threads(1)
    threadpool_limits(1)
