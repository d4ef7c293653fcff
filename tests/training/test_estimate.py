"""What training takes, looked at before it is done."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from core.data.splits import load
from core.setting.setting import Setting
from core.training import estimate
from core.training.loop import Training, busiest_epoch

LARGE = Setting(architecture="conv-bn", image_size=64, batch_size=4096)


def test_memory_of_a_step_is_known_without_making_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Training, "step", lambda *_: pytest.fail("a step"))
    # measured once: such a step of 1024 images takes 543 MB, so one of 4096 takes 2.2 GB
    assert 2.2e9 < estimate.step_bytes(LARGE, load(LARGE)) < 4e9
    small = LARGE.replace(image_size=28, batch_size=512)
    assert estimate.step_bytes(small, load(small)) == 0


@pytest.mark.parametrize(
    "terms",
    ["none", "contrastive", "contrastive+self_labelling:from_epoch=1", "contractive", "vade"],
)
def test_three_small_batches_tell_of_a_larger_one(terms: str) -> None:
    setting = Setting(dataset="digits", digits=tuple(range(10)), regularizer=terms)
    trial = Training(setting, load(setting), torch.device("cpu"), threads=1)
    trial.begin_trial(busiest_epoch(setting))
    kept = [estimate._kept_bytes(trial, size) for size in estimate._PROBES]
    expected = estimate._parabola(estimate._PROBES, kept, 1024)
    assert expected == pytest.approx(estimate._kept_bytes(trial, 1024), rel=0.1)


def test_a_setting_too_large_for_the_memory_has_no_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate, "available_memory", lambda: 1_000_000_000)
    monkeypatch.setattr(Training, "step", lambda *_: pytest.fail("a step"))
    assert estimate.costs([LARGE, LARGE.replace(latent_dim=2)], ["heldout"], budget=0) == {}


def test_images_that_can_not_be_used_cost_nothing() -> None:
    wrong = Setting(dataset="digits", holdout="first3000")
    assert estimate.costs([wrong], ["heldout"])[wrong].seconds == 0


def test_files_that_may_be_forgotten_are_free_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimate, "_GROUP", tmp_path)
    for name, text in {
        "memory.max": "1000000\n",
        "memory.current": "900000\n",
        "memory.stat": "anon 1\ninactive_file 300000\n",
    }.items():
        (tmp_path / name).write_text(text)
    assert estimate.available_memory() == 400_000
    assert "and 400 kB are free here" in estimate.shortage(400_001)
    assert estimate.shortage(400_000) == ""
