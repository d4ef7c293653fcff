"""The queue: once for all who ask, cancellable, and it survives a failing job."""

from __future__ import annotations

import threading

import pytest

from core import jobs, pipeline
from core.checkpoints import Store
from core.config import Setting
from core.jobs import JobQueue, QueueFull
from core.pipeline import Cancelled
from core.sources import DataError


def test_two_visitors_one_training(tiny: Setting, store: Store) -> None:
    queue = JobQueue(store)
    first, second = queue.submit(tiny), queue.submit(tiny)
    assert first is second
    assert queue.join(60)
    assert (first.state, first.error) == ("done", "")
    assert first.run is not None
    assert [r.epoch for r in first.records] == [1, 2]
    assert first.fraction == 1.0
    assert store.find(tiny) is not None


@pytest.fixture
def blocked(monkeypatch):
    """A training that waits for the test's word."""
    go, begun = threading.Event(), threading.Event()

    def train(setting, store, progress):
        begun.set()
        assert go.wait(20)
        progress("training", None)

    monkeypatch.setattr(pipeline, "train", train)
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
    for seed in range(1, 1 + jobs.MAX_WAITING):
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

    monkeypatch.setattr(pipeline, "train", fail)
    queue = JobQueue(store)
    job = queue.submit(tiny)
    assert queue.join(20)
    assert job.state == "failed"
    assert said in job.error
    monkeypatch.setattr(pipeline, "train", lambda *_: (_ for _ in ()).throw(Cancelled))
    assert queue.submit(tiny.replace(seed=3)) is not job
    assert queue.join(20)
