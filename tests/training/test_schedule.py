"""The learning rate of every step, the terms of every epoch, and its seed."""

from __future__ import annotations

import pytest

from core.setting.setting import Setting
from core.training.schedule import busiest_epoch, epoch_seed, learning_rate, phases


def test_one_cycle_rises_then_falls_to_zero() -> None:
    setting = Setting(learning_rate=0.01)
    rates = [learning_rate(setting, step, 1000) for step in range(1001)]
    assert max(rates) == pytest.approx(0.01)
    assert rates.index(max(rates)) == 150
    assert rates[0] == pytest.approx(0.0004)
    assert rates[-1] == pytest.approx(0.0)


def test_cycles_begin_where_terms_start_or_end() -> None:
    setting = Setting(
        learning_rate=0.01,
        epochs=10,
        schedule="cycles",
        regularizer="contrastive:until_epoch=4+rae:from_epoch=3,ramp_epochs=2",
    )
    assert phases(setting) == (1, 3, 5)
    rates = [learning_rate(setting, step, 1000) for step in range(1001)]
    for start, length in ((0, 200), (200, 200), (400, 600)):
        alone = setting.replace(schedule="one-cycle")
        expected = [learning_rate(alone, step, length) for step in range(length)]
        assert rates[start : start + length] == expected
    assert rates[-1] == pytest.approx(0.0)
    once = Setting(epochs=10, schedule="cycles")
    assert phases(once) == (1,)
    assert learning_rate(once, 700, 1000) == learning_rate(Setting(), 700, 1000)


def test_the_busiest_epoch_is_the_first_in_which_most_terms_act() -> None:
    setting = Setting(
        epochs=10, regularizer="contrastive:until_epoch=4+rae:from_epoch=3+l1:from_epoch=4"
    )
    assert busiest_epoch(setting) == 4
    assert busiest_epoch(Setting(epochs=10)) == 1


@pytest.mark.parametrize(
    ("seed", "epoch", "expected"),
    [
        pytest.param(0, 1, 1, id="as stored Runs have it"),
        pytest.param(4_294_967, 295, 2**32 - 1, id="the largest that needs no wrapping"),
        pytest.param(20_240_501, 2, 20_240_501_002 - 4 * 2**32, id="a date"),
        pytest.param(2**31 - 1, 500, (2**31 - 1) * 1000 + 500 - 499 * 2**32, id="the largest"),
    ],
)
def test_a_seed_of_an_epoch_is_one_that_scikit_learn_takes(
    seed: int, epoch: int, expected: int
) -> None:
    assert epoch_seed(Setting(epochs=500, seed=seed), epoch) == expected
    assert 0 <= expected < 2**32
