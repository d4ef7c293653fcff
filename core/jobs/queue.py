"""Work in the background: trainings, and UMAPs of what was trained, for all visitors of a process.

Sweeps are the third kind (`core.jobs.sweeps`); they and trainings take turns, setting by setting.

The app keeps one `JobQueue` and one `ProjectionQueue`, each with a thread of its own: each does one
job after another, and neither waits for the other, so a training and a UMAP may run at once. A job never
runs in a page's script: it goes on when a visitor changes a control or closes the tab, and two visitors
who ask for the same get one job. Imports nothing heavy: torch comes with the first job.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from core.latents.projection import Points, Projection, project
from core.runs.embedding import Embedding
from core.runs.run import Run
from core.runs.store import Store
from core.setting.errors import UserError
from core.setting.setting import Setting
from core.training.records import Cancelled, EpochRecord

if TYPE_CHECKING:
    from core.training.loop import Training
    from core.training.replay import Snapshot

State = Literal["waiting", "running", "done", "failed", "cancelled"]
MAX_WAITING = 20
KEPT = 50  # finished jobs remembered, so that a page can still tell how one ended

_log = logging.getLogger(__name__)


class QueueFull(UserError, RuntimeError):
    """So many jobs wait that another one would not start in sensible time."""

    exit_status = 1


@dataclass(eq=False, kw_only=True)
class Work:
    """What every job has: written by the worker and read by any number of pages.

    Attributes:
        state: waiting, running, done, failed or cancelled.
        stage: what is going on, in words.
        error: why it failed, in a sentence.
    """

    state: State = "waiting"
    stage: str = "waiting for its turn"
    error: str = ""
    _cancel: threading.Event = field(default_factory=threading.Event)

    @property
    def active(self) -> bool:
        """Waiting or running."""
        return self.state in ("waiting", "running")

    def cancel(self) -> None:
        """Ask it to stop; a running one stops when it next reports progress."""
        self._cancel.set()
        if self.state == "waiting":
            self.state, self.stage = "cancelled", "cancelled"
            self.let_go()
        elif self.state == "running":
            self.stage = "stopping"

    def let_go(self) -> None:
        """Drop what only an unfinished job needs; finished ones are remembered for a long time."""

    def go_on(self, stage: str) -> None:
        """Set the stage; raises Cancelled when somebody asked to stop."""
        if self._cancel.is_set():
            raise Cancelled
        self.stage = stage


@dataclass(eq=False)
class Job(Work):
    """One Setting's training; a running one is cancelled after the epoch it is in.

    Attributes:
        setting: what is trained.
        records: epochs so far; only ever appended to.
        snapshots: of the latent space so far; only ever appended to. None are left once it
            has ended.
        run: the result, once done.
    """

    setting: Setting
    records: list[EpochRecord] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    run: Run | None = None

    def let_go(self) -> None:
        """Drop the snapshots: those of a Run are in its replay."""
        self.snapshots = []

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


@dataclass(eq=False)
class ProjectionJob(Work):
    """One UMAP of latents; a running one is cancelled within an epoch, some 10 ms.

    Attributes:
        run: whose latents, a Run's or an Embedding's; None once it has ended, so that no old one is kept
            in memory.
        projection: how.
        fraction: share done, 0 to 1.
        points: the result, once done.
    """

    run: Run | Embedding | None
    projection: Projection
    fraction: float = 0.0
    points: Points | None = None

    def let_go(self) -> None:
        """Drop the Run."""
        self.run = None


W = TypeVar("W", bound=Work)


class WorkQueue(Generic[W]):
    """Jobs by key, performed one after another in a thread of its own."""

    what, one = "jobs", "The job"  # several and one, in sentences
    result = "The Run"  # what a full disk has no room for

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, W] = OrderedDict()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def _perform(self, job: W) -> dict[str, Any]:
        """Do the work; gives attributes of the finished job. What goes wrong is raised."""
        raise NotImplementedError

    def _submit(self, key: str, make: Callable[[], W]) -> W:
        with self._changed:
            job = self._jobs.get(key)
            if job is not None and job.active:
                return job
            if len(self.waiting()) >= MAX_WAITING:
                raise QueueFull(
                    f"{MAX_WAITING} {self.what} are waiting already. Try again when some are done."
                )
            job = make()
            self._jobs.pop(key, None)
            self._jobs[key] = job
            finished = [name for name, old in self._jobs.items() if not old.active]
            for name in finished[:-KEPT]:
                del self._jobs[name]
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self.what, daemon=True)
                self._thread.start()
            self._changed.notify_all()
            return job

    def waiting(self) -> list[W]:
        """Jobs that have not begun, in their order."""
        return [job for job in list(self._jobs.values()) if job.state == "waiting"]

    def active(self) -> list[W]:
        """Jobs that wait or run, in their order."""
        return [job for job in list(self._jobs.values()) if job.active]

    def join(self, timeout: float) -> bool:
        """Wait until nothing waits or runs; False when that takes longer than `timeout` seconds."""
        until = time.monotonic() + timeout
        with self._changed:
            return self._changed.wait_for(lambda: not self.active(), until - time.monotonic())

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self.waiting)
                job = next(iter(self.waiting()), None)
                if job is None:  # it was cancelled meanwhile
                    continue
                job.state, job.stage = "running", "starting"
            self._run(job)
            with self._changed:
                self._changed.notify_all()

    def _run(self, job: W) -> None:
        outcome: dict[str, Any] = {"state": "failed"}
        try:
            outcome = {**self._perform(job), "state": "done"}
        except Cancelled:
            outcome = {"state": "cancelled", "stage": "cancelled"}
        except UserError as error:
            outcome["error"] = str(error)
        except OSError as error:
            outcome["error"] = f"{self.result} could not be stored: {error.strerror or error}."
        except Exception as error:  # the worker must survive whatever one job does
            _log.exception("one of the %s failed", self.what)
            outcome["error"] = f"{self.one} failed unexpectedly ({type(error).__name__})."
        job.let_go()
        state = outcome.pop("state")
        for name, value in outcome.items():
            setattr(job, name, value)
        job.state = state  # last: who reads "done" finds the rest there, too


class JobQueue(WorkQueue[Job]):
    """Trains Settings one after another."""

    what, one = "trainings", "Training"

    def __init__(self, store: Store, turn: threading.Lock | None = None) -> None:
        """Train into `store`, and only while holding `turn`, where others hold it, too."""
        super().__init__()
        self.store = store
        self._turn = turn or threading.Lock()

    def submit(self, setting: Setting) -> Job:
        """The job that trains this Setting: the one under way, or a new one.

        Raises:
            QueueFull: more than `MAX_WAITING` wait already.
        """
        return self._submit(setting.name, lambda: Job(setting))

    def find(self, setting: Setting) -> Job | None:
        """The newest job of a Setting, finished or not."""
        return self._jobs.get(setting.name)

    def _perform(self, job: Job) -> dict[str, Any]:
        def progress(stage: str, record: EpochRecord | None) -> None:
            job.go_on(stage)
            if record is not None:
                job.records.append(record)

        def watch(training: Training) -> None:
            job.snapshots = training.snapshots

        from core.runs.pipeline import find_or_train  # here: it brings torch and scikit-learn

        while not self._turn.acquire(timeout=0.2):
            job.go_on("waiting for the setting that a sweep trains now")
        try:
            return {"run": find_or_train(job.setting, self.store, progress, watch).run}
        finally:
            self._turn.release()


class ProjectionQueue(WorkQueue[ProjectionJob]):
    """Computes UMAPs one after another and stores those of Runs with the Run."""

    what, one = "projections", "The projection"

    def submit(self, run: Run | Embedding, projection: Projection) -> ProjectionJob:
        """The job of this projection of these latents: the one under way, or a new one.

        Raises:
            QueueFull: more than `MAX_WAITING` wait already.
        """
        return self._submit(_key(run, projection), lambda: ProjectionJob(run, projection))

    def find(self, run: Run | Embedding, projection: Projection) -> ProjectionJob | None:
        """The newest job of this projection of these latents, finished or not."""
        return self._jobs.get(_key(run, projection))

    def _perform(self, job: ProjectionJob) -> dict[str, Any]:
        def progress(stage: str, fraction: float) -> None:
            job.go_on(stage)
            job.fraction = fraction

        run = job.run
        if run is None:  # it was cancelled just as it began
            raise Cancelled
        if isinstance(run, Embedding):  # a visitor's: nothing of it is stored
            points = project(run.latents, job.projection, progress)
        else:
            from core.runs.pipeline import find_or_project

            points, _ = find_or_project(run, job.projection, progress)
        return {"points": points, "fraction": 1.0}


def _key(run: Run | Embedding, projection: Projection) -> str:
    """A Run that is trained anew has the same name but other latents."""
    return f"{run.name}/{run.latents_sha256[:16]}/{projection.key}"
