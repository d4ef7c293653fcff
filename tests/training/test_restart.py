"""Restart points: a training that was interrupted anywhere gives the same Run, bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from core.data.splits import load
from core.setting.menu import TERMS
from core.setting.setting import Setting
from core.training import restart
from core.training.loop import Training
from core.training.restart import RestartPoint, usual_seconds


def tiny(term: str = "none", **changes) -> Setting:
    return Setting(
        dataset="digits", digits=(0, 1, 2), epochs=4, batch_size=64, regularizer=term, **changes
    )


class Interrupted(Exception):
    """Stands for a process that is killed."""


class Killed(RestartPoint):
    """Keeps the state after a certain step of the whole training, and is killed there."""

    def __init__(self, path: Path, step: int) -> None:
        super().__init__(path, every=0.0)
        self._left = step

    def keep(self, training: Training) -> None:
        self._left -= 1
        if not self._left:
            self._next = 0.0
            super().keep(training)
            raise Interrupted


def trained(setting: Setting, restart: RestartPoint | None = None) -> Training:
    training = Training(setting, load(setting), threads=1)
    for _ in training.epochs(restart):
        pass
    return training


def interrupted(setting: Setting, path: Path, step: int) -> None:
    with pytest.raises(Interrupted):
        trained(setting, Killed(path, step))


def assert_same(one: Training, other: Training) -> None:
    for name, value in one.model.state_dict().items():
        torch.testing.assert_close(other.model.state_dict()[name], value, rtol=0, atol=0)
    assert [(r.epoch, r.train, r.heldout) for r in other.records] == [
        (r.epoch, r.train, r.heldout) for r in one.records
    ]
    assert [s.step for s in other.snapshots] == [s.step for s in one.snapshots]
    for a, b in zip(one.snapshots, other.snapshots, strict=True):
        np.testing.assert_array_equal(a.latents, b.latents)


@pytest.mark.parametrize("term", [info.name for info in TERMS])
def test_every_term_goes_on_bit_for_bit(term: str, tmp_path: Path) -> None:
    setting, path = tiny(term), tmp_path / "restart"
    whole = trained(setting)
    interrupted(setting, path, whole.steps_per_epoch * 2 + 3)  # within the third epoch
    again = trained(setting, RestartPoint(path))
    assert again.interruptions == 1
    assert_same(whole, again)


@pytest.mark.parametrize(
    ("setting", "step"),
    [
        pytest.param(tiny(architecture="conv-bn", augmentation="images"), 5, id="running means"),
        pytest.param(tiny("self_labelling+contrastive"), 1, id="two terms, after the first step"),
        pytest.param(tiny(), 0, id="after the last step of an epoch"),
    ],
)
def test_other_places_and_networks(setting: Setting, step: int, tmp_path: Path) -> None:
    path = tmp_path / "restart"
    whole = trained(setting)
    interrupted(setting, path, step or whole.steps_per_epoch)
    assert_same(whole, trained(setting, RestartPoint(path)))


def test_interrupted_twice(tmp_path: Path) -> None:
    setting, path = tiny("idec"), tmp_path / "restart"
    whole = trained(setting)
    interrupted(setting, path, 3)
    interrupted(setting, path, whole.steps_per_epoch)  # counted from where it went on
    again = trained(setting, RestartPoint(path))
    assert again.interruptions == 2
    assert_same(whole, again)


@pytest.mark.parametrize(
    "damage", ["cut", "noise", "other setting", "other images", "missing array"]
)
def test_a_file_that_does_not_fit_is_passed_over(damage: str, tmp_path: Path, monkeypatch) -> None:
    setting, path = tiny("idec"), tmp_path / "restart"
    interrupted(setting.replace(seed=7) if damage == "other setting" else setting, path, 5)
    content = path.read_bytes()
    if damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    if damage == "noise":
        path.write_bytes(b"\xff" * 1000)
    if damage == "missing array":
        path.write_bytes(content.replace(b"generator/cpu", b"generator/xyz"))
    if damage == "other images":
        monkeypatch.setattr(restart, "fitting", lambda training: {"images": "others"})
    whole, again = trained(setting), trained(setting, RestartPoint(path))
    assert again.interruptions == 0
    assert_same(whole, again)


def test_a_full_disk_does_not_stop_training(tmp_path: Path) -> None:
    training = trained(tiny(), RestartPoint(tmp_path / "no such folder" / "restart", every=0.0))
    assert len(training.records) == 4


def test_the_file_is_written_now_and_then_and_removed(tmp_path: Path) -> None:
    point = RestartPoint(tmp_path / "restart", every=0.0)
    trained(tiny(), point)
    assert [path.name for path in tmp_path.iterdir()] == ["restart"]
    point.remove()
    point.remove()
    assert list(tmp_path.iterdir()) == []
    trained(tiny(), RestartPoint(tmp_path / "restart", every=3600.0))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("0.5", 0.5), ("0", 0.0), ("", 5.0), ("often", 5.0), ("-1", 5.0), ("nan", 5.0)],
)
def test_how_often_is_said_by_the_environment(
    said: str, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_CLUSTERS_RESTART_SECONDS", said)
    assert usual_seconds() == seconds
