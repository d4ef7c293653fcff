"""Trainings in the background: a queue that a later process goes on with. Imports nothing heavy."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.jobs import requests, tasks
from core.jobs.cluster import ClusterTrainer
from core.jobs.cluster_driver import AGAIN
from core.jobs.limits import limit
from core.jobs.queue import QueueFull, Work, WorkQueue
from core.jobs.workers import Workers
from core.runs.once import find_or_make
from core.runs.run import Run
from core.runs.store import Store
from core.setting.errors import UserError
from core.setting.setting import Setting
from core.training.capacity import WORKER_BYTES
from core.training.records import EpochRecord

if TYPE_CHECKING:
    from core.training.replay import Snapshot


@dataclass(eq=False)
class Job(Work):
    """One Setting's training; a running one is cancelled within a second.

    Attributes:
        setting: what is trained.
        records: epochs so far; only ever appended to.
        snapshots: of the latent space so far; only ever appended to. None are left once it
            has ended.
        run: the result, once done.
        forget: called when it has ended.
        resumed: whether it was asked for in a process that has ended.
    """

    setting: Setting
    records: list[EpochRecord] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    run: Run | None = None
    forget: Callable[[], None] = lambda: None
    resumed: bool = False

    def let_go(self) -> None:
        """Drop the snapshots, those of a Run are in its replay, and the note that it is wanted."""
        self.snapshots = []
        self.forget()

    @property
    def fraction(self) -> float:
        """Share of the epochs done, 0 to 1."""
        return len(self.records) / self.setting.epochs

    @property
    def remaining_seconds(self) -> float | None:
        """Of training, from the pace so far; None before the first epoch."""
        if not self.records:
            return None
        per_epoch = self.records[-1].seconds / len(self.records)
        return per_epoch * (self.setting.epochs - len(self.records))


class JobQueue(WorkQueue[Job]):
    """Trains Settings: here one after another, on a cluster as many at a time as it has room for.

    What waits or runs is noted in the store, so that a queue of a later process can go on with it.
    """

    what, one = "trainings", "Training"

    def __init__(
        self,
        store: Store,
        turn: threading.Lock | None = None,
        workers: Workers | None = None,
        cluster: ClusterTrainer | None = None,
    ) -> None:
        """Train into `store`; here only while holding `turn`, where others hold it, too."""
        super().__init__(workers)
        self.store, self._cluster = store, cluster
        self._turn = turn or threading.Lock()

    @property
    def at_a_time(self) -> int:
        """Trainings that may run at a time."""
        return self._cluster.places if self._cluster else 1

    @property
    def wants_turn(self) -> bool:
        """Whether a training waits or runs that needs this machine."""
        return self._cluster is None and bool(self.active())

    def ahead(self, job: Job | None = None) -> int:
        """How many trainings must end before a job begins; None: before one that was asked for now."""
        active = self.active()
        place = active.index(job) if job in active else len(active)
        return max(place - self.at_a_time + 1, 0)

    def submit(self, setting: Setting, visitor: str = "", seconds: float = 0.0) -> Job:
        """The job that trains this Setting: the one under way, or a new one.

        Args:
            setting: what to train.
            visitor: token of who asks.
            seconds: that it takes by estimate.

        Raises:
            QueueFull: too many wait already, or too many of this visitor.
        """
        job = self._submit(setting.name, partial(self._job, setting), visitor, seconds)
        requests.note(self.store.root, setting, job.visitors, job.seconds)
        if not job.active:  # it ended meanwhile
            job.forget()
        return job

    def resume(self) -> int:
        """Ask again for what was asked for in a process that has ended; how many trainings.

        One that was under way goes on where its state was kept last.
        """
        found = requests.unfinished(self.store.root)
        for request in found:
            with contextlib.suppress(QueueFull):
                job = self._submit(
                    request.setting.name,
                    partial(self._job, request.setting),
                    min(request.visitors, default=""),
                    request.seconds,
                )
                job.visitors |= request.visitors
                job.resumed = True
        return len(found)

    def _job(self, setting: Setting) -> Job:
        return Job(setting, forget=partial(requests.forget, self.store.root, setting))

    def find(self, setting: Setting) -> Job | None:
        """The newest job of a Setting, finished or not."""
        return self._jobs.get(setting.name)

    def _run(self, job: Job) -> None:
        super()._run(job)
        if job.state == "cancelled":
            self.store.restart_file(job.setting).unlink(missing_ok=True)
        if job.state == "done":
            self.store.make_room(limit("RUNS_MB") * 1e6, keep=job.setting.name)

    def _perform(self, job: Job) -> dict[str, Any]:
        def tell(news: tasks.TrainingNews) -> None:
            job.stage = news.stage or job.stage
            job.snapshots += news.snapshots
            if news.record is not None:
                job.records.append(news.record)

        if self._cluster is not None:
            return {"run": self._from_cluster(job, self._cluster, tell)}
        while not self._turn.acquire(timeout=0.2):
            job.go_on("waiting for the setting that a sweep trains now")
        try:
            self._workers.work(
                tasks.train, job.setting, self.store.root, watch=job.check, report=tell
            )
        finally:
            self._turn.release()
        return {"run": self.store.find(job.setting)}

    def _from_cluster(
        self, job: Job, cluster: ClusterTrainer, tell: Callable[[tasks.TrainingNews], None]
    ) -> Run:
        def report(news: tasks.TrainingNews | str) -> None:
            if not isinstance(news, str):
                tell(news)
            elif news == AGAIN:  # what it tells begins anew, too
                job.records, job.snapshots = [], []
                job.stage = f"{AGAIN}, waiting for a place on the cluster"
            else:
                job.stage = news

        def make(restart: Path) -> Mapping[str, bytes]:
            job.go_on("waiting for a place on the cluster")
            return cluster.train(job.setting, self._memory(job), restart, job.check, report)

        return find_or_make(job.setting, self.store, lambda stage, _: job.go_on(stage), make).run

    def _memory(self, job: Job) -> int:
        """Bytes that a node needs for it; the usual ones where that can't be found out here."""
        try:
            return self._workers.call(tasks.memory_of, job.setting)
        except UserError:
            return WORKER_BYTES
