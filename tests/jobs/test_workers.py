"""Workers: a call's answer, its errors and its end, with real processes."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from core.jobs import image_tasks, workers
from core.jobs.trainings import JobQueue
from core.jobs.workers import OutOfMemory, WorkerError, Workers
from core.latents.arrays import Undefined
from core.latents.neighbours import neighbour_graph
from core.runs.store import Store
from core.setting.setting import Setting
from core.training.records import Cancelled, EpochRecord, TrainingDiverged


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    """At most two workers, which end with the test."""
    monkeypatch.delenv("LATENT_CLUSTERS_WORKERS")
    found = Workers(2)
    yield found
    found.tidy(idle=0)


def napping(seconds: float, report) -> str:
    """A job that tells that it has begun."""
    report("begun")
    time.sleep(seconds)
    return "rested"


def slow(seconds: float) -> str:
    time.sleep(seconds)
    return "rested"


def hungry(gigabytes: int) -> int:
    """Wants memory and uses it."""
    return int(np.ones(gigabytes * 125_000_000).sum())


def dying() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def wrong() -> None:
    raise TypeError("secret/path")


RECORD = EpochRecord(1, {"reconstruction": 0.5}, {"reconstruction": 0.6}, 1.0)


def diverging() -> None:
    raise TrainingDiverged("Training stopped in epoch 2.", [RECORD])


def test_a_call_gives_what_the_function_returns_and_leaves_the_worker_for_the_next(two) -> None:
    points = np.random.default_rng(0).normal(size=(50, 3))
    found = two.call(neighbour_graph, points, 4)
    np.testing.assert_array_equal(found.indices, neighbour_graph(points, 4).indices)
    first = two.pids
    assert two.call(os.getpid) == first[0] != os.getpid()
    assert two.pids == first


def test_errors_for_people_come_as_they_are_and_others_without_details(two) -> None:
    with pytest.raises(Undefined, match="fewer than 5 neighbours"):
        two.call(neighbour_graph, np.zeros((3, 2)), 5)
    with pytest.raises(WorkerError, match=r"^It failed unexpectedly \(TypeError\)\.$"):
        two.call(wrong)
    with pytest.raises(FileNotFoundError):
        two.call(os.stat, "/no/such/file")


class Left(BaseException):
    """Somebody waits no longer."""


def test_who_leaves_while_waiting_for_a_worker_waits_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LATENT_CLUSTERS_WORKERS")

    def leaves() -> None:
        raise Left

    one, answers = Workers(1, leaves), []
    busy = threading.Thread(target=lambda: answers.append(one.call(slow, 1.0)))
    try:
        busy.start()
        while not one.pids:
            time.sleep(0.01)
        with pytest.raises(Left):
            one.call(os.getpid)
        busy.join()
        assert answers == ["rested"]  # what has begun goes on: others may want it
    finally:
        one.tidy(idle=0)


def test_a_killed_worker_is_a_sentence_and_the_next_call_gets_a_new_one(two) -> None:
    with pytest.raises(WorkerError, match="perhaps memory was short"):
        two.call(dying)
    assert two.call(abs, -3) == 3


def test_too_little_memory_is_a_sentence_and_the_worker_lives_on(two, monkeypatch) -> None:
    monkeypatch.setattr(workers, "available_memory", lambda: 600_000_000)
    with pytest.raises(OutOfMemory, match="more memory than is free"):
        two.call(hungry, 2)
    alive = two.pids
    monkeypatch.setattr(workers, "available_memory", lambda: None)
    assert two.call(abs, -3) == 3
    assert two.pids == alive


def test_a_page_gets_its_turn_beside_a_job_and_two_jobs_do_not_take_both_workers(two) -> None:
    begun, second = threading.Event(), threading.Event()
    stop = threading.Event()

    def watch() -> None:
        if stop.is_set():
            raise Cancelled

    def job(told: threading.Event) -> None:
        with pytest.raises(Cancelled):
            two.work(napping, 60.0, watch=watch, report=lambda _: told.set())

    threads = [threading.Thread(target=job, args=(told,)) for told in (begun, second)]
    for thread in threads:
        thread.start()
    assert begun.wait(20) or second.wait(1)
    assert two.call(abs, -3) == 3
    assert not (begun.is_set() and second.is_set())
    started = time.monotonic()
    stop.set()
    for thread in threads:
        thread.join(10)
    assert time.monotonic() - started < 10.0  # it would take a minute
    assert not two.call(os.path.exists, "/no/such/file")


def test_a_page_does_not_wait_for_ever(two, monkeypatch) -> None:
    monkeypatch.setattr(workers, "PAGE_SECONDS", 0.5)
    with pytest.raises(WorkerError, match="This took longer than"):
        two.call(time.sleep, 30)
    monkeypatch.setattr(workers, "PAGE_SECONDS", 60)
    assert two.call(abs, -3) == 3


def thread_counts() -> tuple[int, set[int]]:
    import torch
    from threadpoolctl import threadpool_info

    return torch.get_num_threads(), {pool["num_threads"] for pool in threadpool_info()}


def test_a_worker_computes_with_one_thread_unless_a_training_says_otherwise(two) -> None:
    assert two.call(thread_counts) == (1, {1})


def modules(names: tuple[str, ...]) -> set[str]:
    return set(names) & set(sys.modules)


def test_it_is_ready_when_a_worker_waits_for_work(two) -> None:
    assert not two.is_ready  # nobody has asked yet, and a start takes a while
    two.call(os.getpid)
    assert two.is_ready
    two.tidy(idle=0)
    assert not two.is_ready


def test_an_idle_worker_that_was_killed_is_replaced_without_a_word(two) -> None:
    first = two.call(os.getpid)
    os.kill(first, signal.SIGKILL)
    while two.is_ready:
        time.sleep(0.01)
    assert two.call(os.getpid) != first
    assert len(two.pids) == 1


def after_scikit_learn(names: tuple[str, ...]) -> set[str]:
    import sklearn.cluster  # noqa: F401

    return modules(names)


def table(value: float) -> float:
    import pandas as pd

    return float(pd.DataFrame({"a": [value]})["a"].sum())


def test_scikit_learn_brings_no_tables_into_a_worker_and_who_wants_them_has_them(two) -> None:
    assert two.call(after_scikit_learn, ("sklearn", "pandas", "pyarrow")) == {"sklearn"}
    assert two.call(table, 2.5) == 2.5


def test_idle_workers_end(two) -> None:
    assert two.call(abs, -3) == 3
    (pid,) = two.pids
    two.tidy(idle=0)
    assert two.pids == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_training_in_a_worker_tells_its_epochs_and_snapshots(
    tiny: Setting, store: Store, two: Workers
) -> None:
    queue = JobQueue(store, workers=two)
    job = queue.submit(tiny)
    most = 0
    while job.active:
        most = max(most, len(job.snapshots))
        time.sleep(0.005)
    assert (job.state, job.error) == ("done", "")
    assert [record.epoch for record in job.records] == [1, 2]
    assert most >= 2
    assert job.run is not None
    assert job.run.setting == tiny


def test_a_training_is_cancelled_within_a_second_and_killed_ones_are_a_sentence(
    tiny: Setting, store: Store, two: Workers
) -> None:
    queue = JobQueue(store, workers=two)
    for end in ("cancel", "kill"):
        job = queue.submit(tiny.replace(epochs=500))
        until = time.monotonic() + 60
        while not job.records and time.monotonic() < until:
            time.sleep(0.01)
        assert job.records
        started = time.monotonic()
        if end == "cancel":
            job.cancel()
        else:
            os.kill(two.pids[0], signal.SIGKILL)
        while job.active:
            time.sleep(0.01)
        assert time.monotonic() - started < 10.0  # it would take a minute
        assert job.state == ("cancelled" if end == "cancel" else "failed")
    assert "ended" in job.error
    assert store.names() == []


def test_what_diverges_in_a_worker_keeps_its_records(two: Workers) -> None:
    with pytest.raises(TrainingDiverged, match=r"^Training stopped in epoch 2\.$") as stop:
        two.call(diverging)
    assert stop.value.records == [RECORD]


def test_pictures_of_a_worker_are_those_made_here(
    tiny: Setting, store: Store, two: Workers
) -> None:
    from tests.trained import train

    run = train(tiny, store)
    for task, of in ((image_tasks.pictures, tiny), (image_tasks.reconstructions, run)):
        assert two.call(task, of, "held-out", 0) == task(of, "held-out", 0)
