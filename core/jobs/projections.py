"""UMAPs in the background. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.jobs import tasks
from core.jobs.queue import Work, WorkQueue
from core.latents.projection import Points, Projection
from core.runs.embedding import Embedding
from core.runs.run import Run
from core.training.records import Cancelled


@dataclass(eq=False)
class ProjectionJob(Work):
    """One UMAP of latents; a running one is cancelled within a second.

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


class ProjectionQueue(WorkQueue[ProjectionJob]):
    """Computes UMAPs one after another and stores those of Runs with the Run."""

    what, one = "projections", "The projection"

    def submit(
        self, run: Run | Embedding, projection: Projection, visitor: str = ""
    ) -> ProjectionJob:
        """The job of this projection of these latents: the one under way, or a new one.

        Raises:
            QueueFull: too many wait already, or too many of this visitor.
        """
        return self._submit(_key(run, projection), lambda: ProjectionJob(run, projection), visitor)

    def find(self, run: Run | Embedding, projection: Projection) -> ProjectionJob | None:
        """The newest job of this projection of these latents, finished or not."""
        return self._jobs.get(_key(run, projection))

    def _perform(self, job: ProjectionJob) -> dict[str, Any]:
        def tell(news: tuple[str, float]) -> None:
            job.stage, job.fraction = news

        run = job.run
        if run is None:  # it was cancelled just as it began
            raise Cancelled
        points = self._workers.work(
            tasks.project, run, job.projection, watch=job.check, report=tell, takes_minutes=False
        )
        return {"points": points, "fraction": 1.0}


def _key(run: Run | Embedding, projection: Projection) -> str:
    """A Run that is trained anew has the same name but other latents."""
    return f"{run.name}/{run.latents_sha256[:16]}/{projection.key}"
