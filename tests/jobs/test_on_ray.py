"""A training of the app on a real cluster of two nodes, one of which is killed while it trains."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.jobs.cluster import ClusterTrainer
from core.jobs.trainings import Job, JobQueue
from core.runs.pipeline import train
from core.runs.store import Store
from core.setting.setting import Setting
from tests.studies.cluster import Cluster, kill

pytestmark = pytest.mark.slow

# small images, but epochs enough for a node to be killed while both train
LONG = Setting(dataset="digits", digits=(0, 1, 2), latent_dim=2, epochs=150)
# nearly always on the first node, and cancelled: it must not end before the second node is ready
OTHER = LONG.replace(epochs=500, batch_size=32)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    monkeypatch.setenv("LATENT_CLUSTERS_RESTART_SECONDS", "0.3")  # that nodes inherit
    cluster = Cluster()
    try:
        cluster.head()
        monkeypatch.setenv("LATENT_CLUSTERS_ENGINE", "ray")
        monkeypatch.setenv("LATENT_CLUSTERS_RAY_ADDRESS", cluster.address)
        yield cluster
    finally:
        cluster.close()


def _until(condition: Callable[[], object]) -> None:
    until = time.monotonic() + 400
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def _is_under_way(job: Job, store: Store) -> bool:
    assert job.active, job.error
    return len(job.records) > 3 and store.restart_file(job.setting).exists()


def test_a_killed_node_costs_a_training_of_the_app_nothing_but_time(
    cluster: Cluster, tmp_path: Path
) -> None:
    trainer = ClusterTrainer()
    trainer.prepare()  # meanwhile the second node comes
    node = cluster.node()
    store = Store(tmp_path / "front")
    queue = JobQueue(store, cluster=trainer)
    try:
        jobs = [queue.submit(setting) for setting in (OTHER, LONG)]
        # one on either node, and the state of both has come home
        _until(lambda: all(_is_under_way(job, store) for job in jobs))
        assert all(job.snapshots for job in jobs)
        kill(node)
        _until(lambda: any("died" in job.stage or not job.active for job in jobs))
        lost, other = jobs if "died" in jobs[0].stage else jobs[::-1]
        started = time.monotonic()
        other.cancel()  # whose place the lost one takes
        _until(lambda: not other.active)
        assert time.monotonic() - started < 5.0
        assert queue.join(400)
    finally:
        for job in queue.active():
            job.cancel()
        queue.join(20)
        trainer.tidy()
    assert (lost.state, lost.error) == ("done", "")
    assert other.state in ("cancelled", "done")  # it may have been quick
    assert [record.epoch for record in lost.records] == list(range(1, lost.setting.epochs + 1))
    assert lost.setting.name in store.names()
    assert lost.run is not None
    assert lost.run.provenance["interruptions"] == 1  # it went on where it was

    here = train(lost.setting, Store(tmp_path / "here"), threads=1)
    assert lost.run.weights() == here.weights()
    for name, array in here.arrays.items():
        assert (lost.run.arrays[name] == array).all(), name
