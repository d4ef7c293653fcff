"""Trainings killed at random moments go on, and give the same Run bit for bit."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from core.metrics.evaluation import USUAL_SCORING
from core.runs.pipeline import train
from core.runs.store import Store
from core.setting.setting import Setting
from core.studies.engines.protocol import Trial
from core.studies.trial import attempt
from core.training import restart
from tests.faults.kills import SHARE, hour_later, keep_each_step, killed_until_done, times, whole

SETTING = Setting(
    dataset="digits", digits=(0, 1, 2), epochs=6, batch_size=32, regularizer="idec", latent_dim=2
)


def _train(root: Path, seed: int) -> None:
    keep_each_step()
    train(SETTING.replace(seed=seed), Store(root), threads=1)


@pytest.mark.slow
def test_a_training_killed_at_random_moments_loses_nothing(tmp_path: Path) -> None:
    draw, left, seed = random.Random(0), SHARE, 0
    while left > 0:
        own, undisturbed = tmp_path / f"killed-{seed}", tmp_path / f"whole-{seed}"
        seconds = whole(_train, (undisturbed, seed))
        left -= killed_until_done(_train, (own, seed), times(draw, min(left, 8), seconds))
        expected = Store(undisturbed).find(SETTING.replace(seed=seed))
        found = Store(own).find(SETTING.replace(seed=seed))
        assert expected is not None
        assert found is not None
        assert found.weights() == expected.weights()
        assert (found.folder / "latents.safetensors").read_bytes() == (
            expected.folder / "latents.safetensors"
        ).read_bytes()
        assert [r["train"] for r in found.history] == [r["train"] for r in expected.history]
        assert found.evaluation == expected.evaluation
        hour_later(own)
        Store(own).names()
        assert {path.name for path in own.iterdir()} <= {found.name, ".lock"}
        seed += 1


class _Interrupted(Exception):
    pass


@pytest.mark.parametrize("keep", [True, False], ids=["a Run is kept", "rows alone"])
def test_a_sweeps_setting_goes_on_where_it_was(keep: bool, tmp_path: Path, monkeypatch) -> None:
    trial = Trial(SETTING, "grid", ("heldout",), USUAL_SCORING, keep, restarts=str(tmp_path))
    whole = attempt(trial)
    keep_state, calls = restart.RestartPoint.keep, []

    def killed(self: restart.RestartPoint, training) -> None:
        calls.append(1)
        if len(calls) == 30:
            self._next = 0.0
            keep_state(self, training)
            raise _Interrupted

    monkeypatch.setattr(restart.RestartPoint, "keep", killed)
    assert "_Interrupted" in attempt(trial).reason
    again = attempt(trial)
    assert again.reason == ""
    assert len(calls) == 15 * SETTING.epochs  # no step is made twice
    score = "silhouette_clusters"
    assert again.rows[0][score] == whole.rows[0][score]
    assert not list(tmp_path.iterdir())
