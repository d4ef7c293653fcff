"""Memory of a training step, and memory that is free."""

from __future__ import annotations

import pytest
import torch

from core.data.splits import load
from core.setting.setting import Setting
from core.training import capacity, memory
from core.training.containers import Limit
from core.training.estimate import costs
from core.training.loop import Training
from core.training.memory import other_bytes, planning_bytes
from core.training.schedule import busiest_epoch

LARGE = Setting(architecture="conv-bn", image_size=64, batch_size=4096)


def test_memory_of_a_step_is_known_without_making_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Training, "step", lambda *_: pytest.fail("a step"))
    # measured once: such a step of 1024 images takes 543 MB, so one of 4096 takes 2.2 GB
    assert 2.2e9 < memory.step_bytes(LARGE, load(LARGE)) < 4e9
    small = LARGE.replace(image_size=28, batch_size=512)
    assert memory.step_bytes(small, load(small)) == 0


def _trial(terms: str) -> Training:
    setting = Setting(dataset="digits", digits=tuple(range(10)), regularizer=terms)
    trial = Training(setting, load(setting), torch.device("cpu"), threads=1)
    trial.begin_trial(busiest_epoch(setting))
    return trial


@pytest.mark.parametrize(
    "terms",
    [
        "none",
        "contrastive",
        "contrastive+self_labelling:from_epoch=1",
        "contractive",
        "vade",
        "parametric_umap",
    ],
)
def test_three_small_batches_tell_of_a_larger_one(terms: str) -> None:
    trial, sizes = _trial(terms), memory._PROBES
    kept = [memory._kept_bytes(trial, size) for size in sizes]
    expected = memory._extrapolated(sizes, kept, 1024)
    assert expected == pytest.approx(memory._kept_bytes(trial, 1024), rel=0.1)


def test_partners_count_although_no_neighbours_have_been_looked_for() -> None:
    # an image and its partner go through the encoder, and one of them through the decoder
    alone, beside = (memory._kept_bytes(_trial(t), 128) for t in ("none", "parametric_umap"))
    assert beside > 1.4 * alone


def test_a_setting_too_large_for_the_memory_has_no_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "available_memory", lambda: 1_000_000_000)
    monkeypatch.setattr(Training, "step", lambda *_: pytest.fail("a step"))
    assert costs([LARGE, LARGE.replace(latent_dim=2)], ["heldout"], budget=0) == {}


def test_what_a_container_has_left_is_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "memory_limit", lambda: Limit(1_000_000, 400_000))
    assert capacity.available_memory() == 400_000
    assert "and 400 kB are free here" in capacity.shortage(400_001)
    assert capacity.shortage(400_000) == ""


def test_what_a_term_plans_for_all_images_counts() -> None:
    plain = Setting(dataset="digits", image_size=8)
    planned = plain.replace(regularizer="self_labelling")
    data = load(plain)
    assert planning_bytes(plain, data) == 0
    # strokes of small images are looked at in 28 x 28
    assert planning_bytes(planned, data) == 22 * len(data.train) * 784
    assert (
        other_bytes(planned, data) == planning_bytes(planned, data) > other_bytes(plain, data) > 0
    )
