"""Trainings killed at random moments go on, and give the same Run bit for bit.

LATENT_CLUSTERS_KILLS in the environment says how many kills are tried; 6 without.
"""

from __future__ import annotations

import multiprocessing
import os
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

KILLS = int(os.environ.get("LATENT_CLUSTERS_KILLS", "6"))
FORK = multiprocessing.get_context("fork")  # a fresh Python would take seconds a kill
SETTING = Setting(
    dataset="digits", digits=(0, 1, 2), epochs=20, batch_size=32, regularizer="idec", latent_dim=2
)


def _train(root: Path, seed: int) -> None:
    restart.RestartPoint.__init__.__defaults__ = (0.0,)  # the state is kept after each step
    train(SETTING.replace(seed=seed), Store(root), threads=1)


def _killed_until_done(root: Path, seed: int, kills: int, draw: random.Random) -> int:
    """Train in processes of which the first ones are killed; how many were."""
    for killed in range(kills + 1):
        process = FORK.Process(target=_train, args=(root, seed))
        process.start()
        process.join(draw.uniform(0.02, 1.0) if killed < kills else 120)
        if process.exitcode == 0:
            return killed
        assert process.exitcode is None, "it failed by itself"
        process.kill()
        process.join(10)
    raise AssertionError("it did not end")


def test_killed_at_random_moments_nothing_is_lost(tmp_path: Path) -> None:
    draw, left, seed = random.Random(0), KILLS, 0
    while left > 0:
        own, whole = tmp_path / f"killed-{seed}", tmp_path / f"whole-{seed}"
        left -= max(_killed_until_done(own, seed, min(left, 8), draw), 1)
        expected = train(SETTING.replace(seed=seed), Store(whole), threads=1)
        found = Store(own).find(SETTING.replace(seed=seed))
        assert found is not None
        assert found.weights() == expected.weights()
        assert (found.folder / "latents.safetensors").read_bytes() == (
            expected.folder / "latents.safetensors"
        ).read_bytes()
        assert [r["train"] for r in found.history] == [r["train"] for r in expected.history]
        assert found.evaluation == expected.evaluation
        assert not list(own.glob(".restart-*.safetensors"))
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
