"""The queue: once for all who ask, cancellable, and it survives a failing job."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from core.data.sources import DataError
from core.jobs.projections import ProjectionQueue
from core.jobs.queue import MAX_WAITING, QueueFull
from core.jobs.trainings import JobQueue
from core.latents.projection import Points, Projection, ProjectionError
from core.runs import pipeline
from core.runs.embedding import Embedding
from core.runs.pipeline import Cancelled, train
from core.runs.projections import stored_projection
from core.runs.run import Run
from core.runs.store import Store
from core.setting.setting import Setting


def test_two_visitors_one_training(tiny: Setting, store: Store) -> None:
    queue = JobQueue(store)
    first, second = queue.submit(tiny), queue.submit(tiny)
    assert first is second
    assert queue.join(60)
    assert (first.state, first.error) == ("done", "")
    assert first.run is not None
    assert [r.epoch for r in first.records] == [1, 2]
    assert first.fraction == 1.0
    assert first.snapshots == []
    assert store.find(tiny) is not None


@pytest.fixture
def blocked(monkeypatch):
    """A training that waits for the test's word."""
    go, begun = threading.Event(), threading.Event()

    def find_or_train(setting, store, progress, watch):
        begun.set()
        assert go.wait(20)
        progress("training", None)
        return pipeline.Found(None, False, "")

    monkeypatch.setattr(pipeline, "find_or_train", find_or_train)
    yield go, begun
    go.set()


def test_cancel_a_running_and_a_waiting_job(tiny: Setting, store: Store, blocked) -> None:
    go, begun = blocked
    queue = JobQueue(store)
    running, waiting = queue.submit(tiny), queue.submit(tiny.replace(seed=1))
    assert begun.wait(10)
    waiting.cancel()
    assert waiting.state == "cancelled"
    running.cancel()
    go.set()
    assert queue.join(20)
    assert running.state == "cancelled"
    assert store.find(tiny) is None
    assert queue.submit(tiny) is not running
    assert queue.join(20)


def test_a_full_queue_says_so(tiny: Setting, store: Store, blocked) -> None:
    queue = JobQueue(store)
    queue.submit(tiny)
    assert blocked[1].wait(10)
    for seed in range(1, 1 + MAX_WAITING):
        queue.submit(tiny.replace(seed=seed))
    with pytest.raises(QueueFull, match="waiting already"):
        queue.submit(tiny.replace(seed=999))
    for job in queue.active():
        job.cancel()
    blocked[0].set()
    assert queue.join(20)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(DataError("no such images"), "no such images", id="no data: its sentence"),
        pytest.param(OSError(28, "No space left on device"), "No space left", id="full disk"),
        pytest.param(RuntimeError("secret/path"), "unexpectedly", id="a bug: no details"),
    ],
)
def test_the_worker_survives_a_failure(tiny, store, monkeypatch, error, said) -> None:
    def fail(*_):
        raise error

    monkeypatch.setattr(pipeline, "find_or_train", fail)
    queue = JobQueue(store)
    job = queue.submit(tiny)
    assert queue.join(20)
    assert job.state == "failed"
    assert said in job.error
    monkeypatch.setattr(pipeline, "find_or_train", lambda *_: (_ for _ in ()).throw(Cancelled))
    assert queue.submit(tiny.replace(seed=3)) is not job
    assert queue.join(20)


# ------------------------------------------------------------------------------------ projections
UMAP = Projection("umap", 2)


@pytest.fixture
def run(tiny: Setting, store: Store) -> Run:
    return train(tiny.replace(latent_dim=5, digits=(0, 1)), store)


@pytest.fixture
def held(monkeypatch):
    """A UMAP that tells its stage, waits for the test's word and tells another."""
    go, begun = threading.Event(), threading.Event()

    def find_or_project(run, projection, progress):
        progress("epoch 1 of 2", 0.5)
        begun.set()
        assert go.wait(20)
        progress("epoch 2 of 2", 0.75)
        return Points(run.arrays["latents"][:, :2], ("UMAP 1", "UMAP 2"), ""), False

    monkeypatch.setattr(pipeline, "find_or_project", find_or_project)
    yield go, begun
    go.set()


def test_two_visitors_one_projection_and_it_is_stored(run: Run) -> None:
    queue = ProjectionQueue()
    first, second = queue.submit(run, UMAP), queue.submit(run, UMAP)
    assert first is second
    assert queue.submit(run, Projection("umap", 3)) is not first
    assert queue.join(60)
    assert (first.state, first.error, first.fraction, first.run) == ("done", "", 1.0, None)
    assert first.points is not None
    stored = stored_projection(run, UMAP)
    assert stored is not None
    np.testing.assert_array_equal(stored.points, first.points.points)


def test_the_projection_of_an_embedding_is_computed_and_not_stored(run: Run, held) -> None:
    own = Embedding("mine", run.arrays["latents"])
    queue = ProjectionQueue()
    job = queue.submit(own, UMAP)
    assert queue.find(Embedding("again", own.latents), UMAP) is job
    assert queue.join(60)
    assert (job.state, job.run) == ("done", None)
    assert job.points is not None
    assert job.points.points.shape == (len(own), 2)
    assert stored_projection(run, UMAP) is None


def test_a_projection_is_cancelled_in_the_middle(run: Run, held) -> None:
    go, begun = held
    queue = ProjectionQueue()
    running, waiting = queue.submit(run, UMAP), queue.submit(run, Projection("umap", 3))
    assert begun.wait(10)
    assert (running.stage, running.fraction) == ("epoch 1 of 2", 0.5)
    assert queue.waiting() == [waiting]
    running.cancel()
    waiting.cancel()
    go.set()
    assert queue.join(20)
    assert [running.state, waiting.state] == ["cancelled", "cancelled"]
    assert [running.run, waiting.run, running.points] == [None, None, None]
    assert queue.submit(run, UMAP) is not running
    assert queue.join(20)


def test_training_and_projections_do_not_wait_for_each_other(tiny, store, run, held) -> None:
    projections, trainings = ProjectionQueue(), JobQueue(store)
    projections.submit(run, UMAP)
    assert held[1].wait(10)
    job = trainings.submit(tiny)
    assert trainings.join(60)
    assert job.state == "done"
    assert projections.active()


def test_projections_are_bounded(run: Run, held) -> None:
    queue = ProjectionQueue()
    queue.submit(run, UMAP)
    assert held[1].wait(10)
    for seed in range(1, 1 + MAX_WAITING):
        queue.submit(run, Projection("umap", 2, seed=seed))
    with pytest.raises(QueueFull, match="20 projections are waiting already"):
        queue.submit(run, Projection("umap", 2, seed=999))
    for job in queue.active():
        job.cancel()
    held[0].set()
    assert queue.join(20)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(ProjectionError("too few points"), "too few points", id="its sentence"),
        pytest.param(RuntimeError("secret/path"), "The projection failed unexp", id="a bug"),
    ],
)
def test_a_failing_projection_is_a_sentence(run, monkeypatch, error, said) -> None:
    def fail(*_):
        raise error

    monkeypatch.setattr(pipeline, "find_or_project", fail)
    queue = ProjectionQueue()
    job = queue.submit(run, UMAP)
    assert queue.join(20)
    assert job.state == "failed"
    assert said in job.error
    assert "secret" not in job.error
