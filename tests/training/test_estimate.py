"""How long a training is expected to take: steps of every phase, partners and plans are counted."""

from __future__ import annotations

import time
from typing import Any

import pytest
import torch

from core.data.splits import load
from core.regularizers import CLASSES, Overview
from core.regularizers.support.graph import EXACT, search_growth, searches
from core.setting.setting import Setting, Term
from core.training import estimate
from core.training.estimate import costs, estimate_seconds
from core.training.loop import Training

DIGITS = Setting(dataset="digits", digits=tuple(range(10)), epochs=4)
STEP = 0.01


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """A clock that stands still, but for what a test adds to it; and steps that add 10 ms."""
    now = {"seconds": 0.0}
    monkeypatch.setattr(time, "perf_counter", lambda: now["seconds"])

    def step(training: Training, images: torch.Tensor, rows: torch.Tensor | None = None) -> None:
        now["seconds"] += STEP * (1 + len(training._acting))

    monkeypatch.setattr(Training, "step", step)
    return now


def test_steps_are_counted_by_the_terms_that_act_in_them(clock: dict[str, float]) -> None:
    steps = Training(DIGITS, load(DIGITS)).steps_per_epoch
    heldout = estimate.HELDOUT
    assert estimate_seconds(DIGITS, load(DIGITS)) == pytest.approx(heldout * 4 * steps * STEP)
    late = DIGITS.replace(regularizer="rae:from_epoch=2+l1:from_epoch=3")
    # 1 epoch without a term, 1 with one, 2 with both
    expected = heldout * steps * STEP * (1 + 2 + 2 * 3)
    assert estimate_seconds(late, load(late)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        pytest.param("rae:from_epoch=2", 8 + 2 * 0.5, id="the first plan and two more"),
        pytest.param("rae:from_epoch=4", 8, id="only the first"),
    ],
)
def test_plans_are_counted_in_every_epoch_in_which_a_term_acts(
    term: str, expected: float, clock: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan(self: Any, overview: Overview) -> None:
        clock["seconds"] += 0.5 if hasattr(self, "planned") else 8
        self.planned = True

    data, setting = load(DIGITS), DIGITS.replace(regularizer=term)
    without = estimate_seconds(setting, data)
    monkeypatch.setattr(CLASSES["rae"], "begin_epoch", plan)
    assert estimate_seconds(setting, data) - without == pytest.approx(expected)


def test_plans_of_a_sample_are_scaled_to_all_images(
    clock: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan(self: Any, overview: Overview) -> None:
        clock["seconds"] += 1e-3 * len(overview.latents())

    monkeypatch.setattr(estimate, "SAMPLE", 300)
    setting = DIGITS.replace(regularizer="rae", epochs=2)
    data = load(setting)
    without = estimate_seconds(setting, data)
    monkeypatch.setattr(CLASSES["rae"], "begin_epoch", plan)
    seconds = estimate_seconds(setting, data) - without
    assert seconds == pytest.approx(2e-3 * len(data.train))


def test_a_term_with_partners_takes_half_as_long_again() -> None:
    # wide images and few neighbours: what counts is the encoder, which sees each image's partner too
    plain = DIGITS.replace(architecture="conv", batch_size=512, epochs=28)
    beside = plain.replace(regularizer="parametric_umap")
    data, ratios = load(plain), []
    for _ in range(3):  # one undisturbed pair of timings is enough
        ratios.append(estimate_seconds(beside, data, 1) / estimate_seconds(plain, data, 1))
        if 1.5 < ratios[-1] < 4:
            return
    pytest.fail(f"estimated {ratios} times the same without")


@pytest.mark.parametrize("name", list(CLASSES))
def test_every_term_is_estimated_within_the_patience_of_a_visitor(name: str) -> None:
    setting = DIGITS.replace(regularizer=(Term(name),), epochs=2)
    data = load(setting)
    start = time.process_time()
    assert estimate_seconds(setting, data, threads=1) > 0
    assert time.process_time() - start < 5  # about 1; the first of a process imports libraries


def test_a_search_grows_with_all_pairs_and_then_with_the_number_of_cells() -> None:
    assert search_growth(1000, 4000) == 16
    assert search_growth(4000, EXACT) == 25
    # 60,000 points look at 32 cells of 256 each, and go through 234 centres six times
    assert search_growth(1000, 60_000) == pytest.approx((60_000 * (32 * 256 + 6 * 234)) / 1e6)
    assert [searches(5, every) for every in (0, 1, 2, 5, 9)] == [1, 5, 3, 1, 1]


def test_images_that_can_not_be_used_cost_nothing() -> None:
    wrong = Setting(dataset="digits", holdout="first3000")
    assert costs([wrong], ["heldout"])[wrong].seconds == 0
