"""Threads of trainings that run at the same time do not add up to more than there are cores."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import ExitStack, nullcontext
from pathlib import Path

import pytest
import torch

from core.data.splits import load
from core.setting.setting import Setting
from core.training import threads
from core.training.loop import Training
from core.training.threads import claimed_threads, training_threads


@pytest.fixture(autouse=True)
def _sixteen_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "cores", lambda: 16)
    monkeypatch.setattr(threads.tempfile, "gettempdir", lambda: str(tmp_path))
    # this machine has fewer cores: what is counted is not also used
    monkeypatch.setattr("core.training.loop.computing", lambda *_: nullcontext())


def test_each_training_takes_half_of_what_is_left() -> None:
    with ExitStack() as running:
        found = [running.enter_context(claimed_threads()) for _ in range(10)]
        assert found == [8, 4, 2, 1, 1, 1, 1, 1, 1, 1]
        assert training_threads() == 1
    assert training_threads() == 8


def test_trainings_with_a_number_of_their_own_are_seen_too() -> None:
    with ExitStack() as running:
        workers = [running.enter_context(claimed_threads(1)) for _ in range(12)]
        assert workers == [1] * 12
        assert training_threads() == 2
        assert running.enter_context(claimed_threads(99)) == 99  # what is asked for is given
        assert training_threads() == 1


def test_threads_are_free_again_when_their_process_is_killed(tmp_path: Path) -> None:
    script = (
        "from core.training import threads\n"
        f"threads.cores = lambda: 16; threads.tempfile.gettempdir = lambda: {str(tmp_path)!r}\n"
        "with threads.claimed_threads() as n: print(n, flush=True); input()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"8\n"
        assert training_threads() == 4
        child.kill()
        child.wait()
    assert training_threads() == 8


def test_without_a_place_for_lock_files_half_of_the_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(threads.tempfile, "gettempdir", lambda: str(tmp_path / "file"))
    with claimed_threads() as first, claimed_threads() as second, claimed_threads(3) as third:
        assert (first, second, third) == (8, 8, 3)


def test_a_training_holds_its_threads_until_it_ends_or_is_stopped(tiny: Setting) -> None:
    data = load(tiny)
    seen = [training_threads() for _ in Training(tiny, data, torch.device("cpu")).epochs()]
    assert seen == [4, 4]
    assert training_threads() == 8
    stopped = Training(tiny, data, torch.device("cpu"), threads=12)
    epochs = stopped.epochs()
    next(epochs)
    assert training_threads() == 2
    thread = threading.Thread(target=epochs.close)  # as a queue's worker may do
    thread.start()
    thread.join()
    assert training_threads() == 8


def test_the_number_is_settled_when_training_begins(tiny: Setting) -> None:
    late = Training(tiny, load(tiny), torch.device("cpu"), n_snapshots=0)
    assert late.threads == 8
    with claimed_threads():
        next(late.epochs())
        assert late.threads == 4
    assert late.setting == tiny
