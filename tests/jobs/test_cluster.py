"""Trainings of the app on a cluster, without one: what is asked for, relayed, said and left alone."""

from __future__ import annotations

import json
import multiprocessing
import queue
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.cli.main import main
from core.jobs import cluster, cluster_driver, tasks
from core.jobs.cluster import ClusterTrainer
from core.jobs.cluster_driver import AGAIN, BEGUN, Begin, News, Places, Stop
from core.jobs.engine import ADDRESS, CPUS, ENGINE, GPUS, asked_cluster, is_local
from core.jobs.trainings import Job, JobQueue
from core.runs.store import Store
from core.setting.paths import ROOT
from core.setting.setting import Setting
from core.studies.engines.protocol import Cluster, EngineError
from core.training.records import EpochRecord, TrainingDiverged
from core.workers.serve import Raised, Returned
from tests.trained import train


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Say where trainings are to be done; Ray counts as installed."""

    def ask(engine: str, address: str = "") -> None:
        monkeypatch.setenv("LATENT_CLUSTERS_ENGINE", engine)
        monkeypatch.setenv("LATENT_CLUSTERS_RAY_ADDRESS", address)

    monkeypatch.setitem(sys.modules, "ray", SimpleNamespace())
    ask("ray", "head:6379")
    return ask


# ---------------------------------------------------------------------------- what is asked for
@pytest.mark.parametrize("said", ["", "local"])
def test_without_a_word_trainings_are_done_here(asked, said: str) -> None:
    asked(said)
    assert is_local()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("", "auto", id="none: the cluster of this machine"),
        pytest.param("head:6379", "head:6379", id="a head"),
    ],
)
def test_a_cluster_is_asked_for(asked, address: str, expected: str) -> None:
    asked("ray", address)
    assert not is_local()
    assert asked_cluster() == Cluster(expected)


@pytest.mark.parametrize(
    ("engine", "address", "sentence"),
    [
        pytest.param("banana", "", "LATENT_CLUSTERS_ENGINE must be local .* or ray .*'banana'",
                     id="no engine"),
        pytest.param("ray", "head", "LATENT_CLUSTERS_RAY_ADDRESS must be auto.*HOST:PORT.*'head'",
                     id="no address"),
        pytest.param("ray", "http://head:6379", "RAY_ADDRESS must be auto", id="an URL"),
    ],
)  # fmt: skip
def test_nonsense_is_a_sentence_that_names_what_was_expected(
    asked, engine: str, address: str, sentence: str, tiny: Setting, store: Store
) -> None:
    asked(engine, address)
    assert not is_local()
    with pytest.raises(EngineError, match=sentence):
        asked_cluster()
    job = _failed(tiny, store)
    assert job.error == ClusterTrainer().problem() != ""


def test_what_each_training_gets_is_asked_for(monkeypatch) -> None:
    monkeypatch.setenv(CPUS, "2")
    monkeypatch.setenv(GPUS, "0.25")
    assert asked_cluster() == Cluster("head:6379", 2.0, 0.25)


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        (CPUS, "0", "RAY_CPUS must be a part of one or a whole number, above 0; got '0'"),
        (CPUS, "many", "RAY_CPUS must be .*'many'"),
        (GPUS, "1.5", "RAY_GPUS must be a part of one or a whole number, at least 0; got '1.5'"),
        (GPUS, "nan", "RAY_GPUS must be .*'nan'"),
        (GPUS, "-1", "RAY_GPUS must be .*'-1'"),
    ],
)
def test_what_no_training_can_get_is_a_sentence(monkeypatch, variable, value, sentence) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(EngineError, match=sentence):
        asked_cluster()


def test_without_ray_a_sentence_says_what_to_install(monkeypatch, tiny, store) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert "LATENT_CLUSTERS_ENGINE=ray needs Ray" in ClusterTrainer().problem()
    assert "requirements-cluster.txt" in _failed(tiny, store).error


def test_a_cluster_that_does_not_answer_is_a_sentence(asked) -> None:
    address = _nobody()
    asked("ray", address)
    here, there = multiprocessing.Pipe()
    cluster_driver.serve(there)
    error = here.recv().error
    assert str(error).startswith(
        f"Trainings are not possible now: no Ray cluster answers at {address}"
    )


def test_strangers_are_told_no_address(asked, monkeypatch) -> None:
    monkeypatch.setenv("LATENT_CLUSTERS_PUBLIC", "1")
    asked("ray", _nobody())
    here, there = multiprocessing.Pipe()
    cluster_driver.serve(there)
    said = str(here.recv().error)
    assert "the cluster that does them can't be used" in said
    assert "127.0.0.1" not in said


@pytest.mark.parametrize("engine", ["banana", "ray"])
def test_the_doctor_says_so(asked, engine: str, store: Store, capsys) -> None:
    asked(engine, _nobody())
    assert main(["doctor", "--json", "--checkpoints", str(store.root)]) == 1
    (wrong,) = [c for c in json.loads(capsys.readouterr().out)["checks"] if c["problem"]]
    assert wrong["name"] == "cluster"
    assert ("must be local" if engine == "banana" else "no Ray cluster") in wrong["problem"]


def _failed(tiny: Setting, store: Store) -> Job:
    jobs = JobQueue(store, cluster=ClusterTrainer())
    job = jobs.submit(tiny)
    assert jobs.join(20)
    assert job.state == "failed"
    return job


def _nobody() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


def test_the_documented_variables_and_defaults_are_those_of_the_code(asked) -> None:
    text = (ROOT / "docs" / "deploy.md").read_text()
    assert f"| `{ENGINE}` | `local` |" in text
    asked("ray")
    assert f"| `{ADDRESS}` | `{asked_cluster().address}` |" in text


# ------------------------------------------------------------------------------ what is relayed
class FakeProcess:
    """The other end of a driver's pipe, which the test holds."""

    made: queue.SimpleQueue[FakeProcess]

    def __init__(self, module: str) -> None:
        assert module == "core.jobs.cluster_driver"
        self.pipe, self.theirs = multiprocessing.Pipe()
        self.made.put(self)

    def kill(self) -> None:
        self.theirs.close()

    def why_it_ended(self) -> str:
        self.pipe.close()
        return "exit status -9"


@pytest.fixture
def jobs(store: Store, monkeypatch) -> Iterator[JobQueue]:
    """A queue whose trainings go to a driver that the test plays."""
    FakeProcess.made = queue.SimpleQueue()
    monkeypatch.setattr(cluster, "Process", FakeProcess)
    trainer = ClusterTrainer()
    found = JobQueue(store, cluster=trainer)
    yield found
    for job in found.active():
        job.cancel()
    assert found.join(20)
    trainer.tidy()


def _driver() -> connection.Connection:
    return FakeProcess.made.get(timeout=20).theirs


def _next(driver: connection.Connection) -> Any:
    assert driver.poll(20)
    return driver.recv()


def _until(condition: Callable[[], object]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_training_is_relayed_and_its_run_lands_in_the_store(
    tiny: Setting, store: Store, jobs: JobQueue, tmp_path: Path
) -> None:
    job = jobs.submit(tiny)
    driver = _driver()
    begin = _next(driver)
    assert isinstance(begin, Begin)
    assert (begin.setting, begin.restart) == (tiny, store.restart_file(tiny))
    assert begin.memory > 600_000_000
    assert job.stage == "waiting for a place on the cluster"

    def report(content: Any) -> None:
        driver.send(News(begin.number, content))

    report(BEGUN)
    report(tasks.TrainingNews("training", EpochRecord(1, {}, {}, 1.0), ["snapshot"]))
    report(tasks.State(b"first half"))
    _until(lambda: job.snapshots and begin.restart.exists())
    assert begin.restart.read_bytes() == b"first half"
    assert (job.stage, len(job.records)) == ("training", 1)

    report(AGAIN)  # the node died: everything is told anew
    _until(lambda: AGAIN in job.stage)
    assert (job.records, job.snapshots) == ([], [])
    files = tasks.train_away(tiny, b"", report)
    report(Returned(files))
    assert jobs.join(20)
    assert (job.state, job.error, [r.epoch for r in job.records]) == ("done", "", [1, 2])
    assert isinstance(_next(driver), Stop)

    assert job.run is not None
    here = train(tiny, Store(tmp_path / "here"))
    assert job.run.weights() == here.weights()
    assert (job.run.arrays["latents"] == here.arrays["latents"]).all()
    assert not begin.restart.exists()
    assert {path.name for path in store.root.iterdir()} <= {tiny.name, ".lock"}


def test_what_a_killed_node_had_done_is_not_done_again(tiny: Setting) -> None:
    told: list[Any] = []
    setting = tiny.replace(epochs=3)
    whole = tasks.train_away(setting, b"", told.append)
    state = _state_of(setting)
    again: list[Any] = []
    files = tasks.train_away(setting, state, again.append)
    assert files["weights.safetensors"] == whole["weights.safetensors"]
    about = json.loads(files["run.json"])["provenance"]
    assert about["interruptions"] == 1
    assert "interruptions" not in json.loads(whole["run.json"])["provenance"]


def _state_of(setting: Setting) -> bytes:
    """The state in the midst of a training, as it would be reported."""
    from core.training import restart

    kept: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(restart, "_SHARE", 1e9)
        patch.setattr(restart.RestartPoint.__init__, "__defaults__", (0.0,))
        patch.setattr(tasks, "_LOOK", 0.001)
        tasks.train_away(setting, b"", kept.append)
    return next(each.content for each in kept if isinstance(each, tasks.State))


def test_as_many_at_a_time_as_the_cluster_has_room_for(tiny: Setting, jobs: JobQueue) -> None:
    first, second, third = (jobs.submit(tiny.replace(seed=seed)) for seed in range(3))
    driver = _driver()
    _next(driver)
    assert (second.state, jobs.ahead(third), jobs.ahead()) == ("waiting", 2, 3)
    driver.send(Places(2))
    assert _next(driver).setting == second.setting
    assert [first.state, second.state, third.state] == ["running", "running", "waiting"]
    assert (jobs.ahead(second), jobs.ahead(third), jobs.ahead()) == (0, 1, 2)
    assert not jobs.wants_turn  # a sweep on this machine need not wait for them


def test_cancel_reaches_the_cluster_within_a_second(tiny, store: Store, jobs: JobQueue) -> None:
    job = jobs.submit(tiny)
    driver = _driver()
    begin = _next(driver)
    driver.send(News(begin.number, tasks.State(b"half")))
    _until(begin.restart.exists)
    job.cancel()
    started = time.monotonic()
    assert _next(driver) == Stop(begin.number)
    assert time.monotonic() - started < 1.0
    assert jobs.join(10)
    assert job.state == "cancelled"
    assert store.names() == []
    assert not begin.restart.exists()


def test_a_driver_that_is_killed_is_a_sentence_and_the_next_training_gets_another(
    tiny: Setting, jobs: JobQueue
) -> None:
    job = jobs.submit(tiny)
    driver = _driver()
    _next(driver)
    driver.close()
    assert jobs.join(10)
    assert job.error.startswith("The process that speaks with the cluster ended (exit status -9).")
    jobs.submit(tiny.replace(seed=1))
    assert _next(_driver()).setting.seed == 1


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(TrainingDiverged("It diverged.", []), id="diverged"),
        pytest.param(EngineError("A node could not do it."), id="a node's fault"),
    ],
)
def test_what_fails_there_is_a_sentence(tiny, store, jobs: JobQueue, error) -> None:
    job = jobs.submit(tiny)
    driver = _driver()
    driver.send(News(_next(driver).number, Raised(error)))
    assert jobs.join(10)
    assert (job.state, job.error) == ("failed", str(error))
    assert (store.failure(tiny) is not None) == isinstance(error, TrainingDiverged)


def test_a_cluster_that_can_not_be_used_is_said_until_it_can(monkeypatch, jobs: JobQueue) -> None:
    trainer = jobs._cluster
    assert trainer is not None
    monkeypatch.setattr(cluster, "_AGAIN_SECONDS", 0.0)
    assert trainer.problem() == ""
    trainer.prepare()
    first = _driver()
    first.send(Raised(EngineError("No cluster.")))
    first.close()
    _until(lambda: trainer._refused)
    until = threading.Event()
    until.wait(0.05)
    assert trainer.problem() == "No cluster."  # and tries again
    _driver().send(Places(3))
    _until(lambda: trainer.problem() == "")
    assert trainer.places == 3
