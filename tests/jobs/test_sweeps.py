"""Sweeps of the app: once for all who ask, in turns with trainings, cancellable, bounded."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.jobs.sweeps import KEPT_RESULTS, SweepQueue, own_results, tidy
from core.jobs.trainings import JobQueue
from core.runs import pipeline
from core.runs.store import Store
from core.setting.setting import Setting
from core.studies.engines.protocol import Answer, Outcome, Trial, TrialProgress
from core.studies.plan import Options
from core.studies.results import read
from core.studies.study import Study
from core.studies.study_file import parse_study

TEXT = """
[defaults]
dataset = "digits"
digits = "0,1"
epochs = 1
[[grid]]
seeds = 3
"""


class Held:
    """An engine whose trials end, with a failure, when the test says so."""

    def __init__(self) -> None:
        self.slots = 1
        self.running: list[Trial] = []
        self.given: list[int] = []
        self.go = threading.Semaphore(0)

    __enter__ = lambda self: self  # noqa: E731
    __exit__ = lambda self, *error: None  # noqa: E731
    costs = lambda self, settings, splits: {}  # noqa: E731
    fit = lambda self, known: ""  # noqa: E731
    free = property(lambda self: not self.running)

    def give(self, trial: Trial) -> None:
        self.running = [trial]
        self.given.append(trial.setting.seed)

    def wait(self, timeout: float) -> Iterator[TrialProgress | Outcome]:
        assert self.running
        if self.go.acquire(timeout=0.02):
            yield Outcome(self.running.pop(), Answer(reason="as the test wants it."), 1.0)
        else:
            yield TrialProgress(self.running[0], 0.5)


def _until(condition: Callable[[], object]) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture
def study() -> Study:
    return parse_study(TEXT, Path("a study"))


@pytest.fixture
def engine() -> Held:
    return Held()


@pytest.fixture
def queues(store: Store, engine: Held) -> tuple[JobQueue, SweepQueue]:
    turn = threading.Lock()
    trainings = JobQueue(store, turn)
    return trainings, SweepQueue(trainings, turn, lambda: engine)


def test_two_visitors_one_sweep(queues, engine: Held, study: Study, tmp_path: Path) -> None:
    sweeps, out = queues[1], tmp_path / "x.csv"
    first, second = (sweeps.submit(study, out, Options()) for _ in range(2))
    assert first is second is sweeps.find(out)
    _until(lambda: first.progress is not None)
    assert first.progress.running == (("seed 0", 0.5),)
    for _ in range(3):
        engine.go.release()
    assert sweeps.join(30)
    assert (first.state, first.trained, first.progress.failed) == ("done", 0, 3)
    assert engine.given == [0, 1, 2]
    assert [row["reason"] for row in read(out)] == ["as the test wants it."] * 3


def test_cancelled_it_keeps_what_is_done(queues, engine: Held, study: Study, tmp_path) -> None:
    sweeps, out = queues[1], tmp_path / "x.csv"
    job = sweeps.submit(study, out, Options())
    engine.go.release()
    _until(lambda: engine.given == [0, 1])
    job.cancel()
    assert sweeps.join(30)
    assert (job.state, len(read(out))) == ("cancelled", 1)
    assert not queues[0]._turn.locked()


def test_a_training_and_a_sweep_take_turns(
    queues, engine: Held, study: Study, tiny: Setting, tmp_path: Path, monkeypatch
) -> None:
    trainings, sweeps = queues
    go, at_once = threading.Event(), []

    def find_or_train(setting, store, progress, watch):
        at_once.append(list(engine.running))
        assert go.wait(30)
        return pipeline.Found(None, False, "")

    monkeypatch.setattr(pipeline, "find_or_train", find_or_train)
    sweep = sweeps.submit(study, tmp_path / "x.csv", Options())
    _until(lambda: engine.given == [0])
    training = trainings.submit(tiny)
    _until(lambda: training.stage.startswith("waiting for the setting that a sweep trains"))
    engine.go.release()  # the sweep's setting ends: now it is the training's turn
    _until(lambda: at_once)
    _until(lambda: sweep.stage == "waiting for a training")
    assert engine.given == [0]
    go.set()
    _until(lambda: engine.given == [0, 1])
    assert training.state == "done"
    for _ in range(2):
        engine.go.release()
    assert sweeps.join(30)
    assert trainings.join(30)
    assert at_once == [[]]


def test_a_training_that_waits_for_a_sweep_can_be_cancelled(
    queues, engine: Held, study: Study, tiny: Setting, tmp_path: Path
) -> None:
    trainings, sweeps = queues
    sweeps.submit(study, tmp_path / "x.csv", Options())
    _until(lambda: engine.given == [0])
    training = trainings.submit(tiny)
    _until(lambda: training.stage.startswith("waiting for the setting"))
    training.cancel()
    assert trainings.join(30)
    assert training.state == "cancelled"
    for _ in range(3):
        engine.go.release()
    assert sweeps.join(30)


def test_results_that_are_something_else_are_a_sentence(queues, study: Study, tmp_path) -> None:
    out = tmp_path / "x.csv"
    out.write_text("a,b\n1,2\n")
    job = queues[1].submit(study, out, Options())
    assert queues[1].join(30)
    assert job.state == "failed"
    assert "holds something else" in job.error


def test_visitors_results_are_bounded(tmp_path: Path) -> None:
    files = [own_results(tmp_path, str(i)) for i in range(KEPT_RESULTS + 3)]
    assert own_results(tmp_path, "0") == files[0]
    for age, file in enumerate(files):
        file.touch()
        os.utime(file, (1e9 - age, 1e9 - age))
    (tmp_path / "sine.csv").touch()
    tidy(tmp_path, [files[-1]])
    assert [file.exists() for file in files[-4:]] == [True, False, False, True]
    assert (tmp_path / "sine.csv").exists()
