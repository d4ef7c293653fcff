"""Looks at 7, 10 and 20 seeds: what each spends, worked out by hand, and the error of all together."""

from __future__ import annotations

import numpy as np
import pytest

from core.compare import looks, paired_tests
from core.compare.paired_tests import sign_flip_p

ALPHA = 0.05
LEVELS = np.geomspace(1e-5, 0.2, 400)


def up(n: int, *against: int) -> np.ndarray:
    """One row of n differences, the i-th of size i + 1; those named point the other way."""
    row = np.arange(1.0, n + 1)
    row[list(against)] *= -1
    return row[None]


# ---------------------------------------------------------------------------------- spending
@pytest.mark.parametrize(
    ("level", "spent"),
    [
        pytest.param(0.05, (1 / 64, 0.045 - 1 / 64, 0.005), id="one comparison"),
        pytest.param(0.025, (1 / 64, 0.0225 - 1 / 64, 0.0025), id="two: seven seeds may decide"),
        pytest.param(0.05 / 3, (0, 0.0225 - 1 / 64, 0.005 / 3), id="three: ten seeds, no more"),
        pytest.param(0.05 / 23, (0, 0.045 / 23, 0.005 / 23), id="the menu: nine tenths at ten"),
    ],
)
def test_what_each_look_spends(level: float, spent: tuple[float, float, float]) -> None:
    assert tuple(looks.spending(level).values()) == pytest.approx(spent)
    assert tuple(looks.spending(level)) == (7, 10, 20)


def test_the_looks_share_the_level_and_spend_more_of_a_higher_one() -> None:
    spent = np.array([list(looks.spending(level).values()) for level in LEVELS])
    assert (spent >= 0).all()
    assert (spent.sum(axis=1) <= LEVELS * (1 + 1e-12)).all()
    assert (np.diff(spent, axis=0) >= 0).all()


@pytest.mark.parametrize("look", looks.LOOKS)
def test_a_look_decides_at_a_level_where_its_p_is_within_its_share(look: int) -> None:
    reachable = [2 / 2**look] if look == 7 else [k * 2 / 2**look for k in range(1, 60)]
    for p in reachable:
        needed = float(looks._level(look, np.array(p)))
        assert p <= looks.spending(needed)[look] * (1 + 1e-12)
        assert p > looks.spending(needed * (1 - 1e-9))[look]


# ------------------------------------------------------------------------------ one p value
@pytest.mark.parametrize(
    ("pairs", "p"),
    [
        pytest.param(up(6), 1.0, id="six seeds: not judged"),
        pytest.param(up(7), 0.025, id="seven that agree"),
        pytest.param(-up(7), 0.025, id="the other way round"),
        pytest.param(up(7, 0), 1.0, id="six of seven"),
        pytest.param(up(9), 0.025, id="nine: the look at seven"),
        pytest.param(up(10), 2 / 1024 / 0.9, id="ten that agree"),
        pytest.param(up(10, 0), 4 / 1024 / 0.9, id="all but the smallest"),
        pytest.param(up(10, 1), 6 / 1024 / 0.9, id="all but the second smallest"),
        # sums of at least 55 - 8: the subsets of 1, 2, 3, ... that sum to 4 at most are 7
        pytest.param(up(10, 3), (14 / 1024 + 1 / 64) / 0.9, id="the look at seven may have spent"),
        pytest.param(up(11), 2 / 2048 / 0.9, id="eleven that agree, for large families"),
        pytest.param(up(19, 10), 2 / 1024 / 0.9, id="nineteen: the look at ten"),
        pytest.param(np.ones((1, 20)), 2 / 2**20 / 0.9, id="twenty that agree"),
        pytest.param(np.zeros((1, 20)), 1.0, id="no difference"),
        pytest.param(
            np.array([[1.0] * 7 + [-9.0] * 2]), 1.0, id="a look that the rest contradicts"
        ),
    ],
)
def test_p_over_looks_by_hand(pairs: np.ndarray, p: float) -> None:
    assert looks.p_over_looks(pairs) == pytest.approx([p])


def test_the_last_look_takes_a_tenth() -> None:
    row = up(20, 0, 1, 2, 3, 4)  # neither seven nor ten decide
    # sums of at least 210 - 2 * 15: there are 137 sets of different numbers that sum to 15 at most
    p = 2 * 137 / 2**20
    assert looks.p_over_looks(row) == pytest.approx([10 * p])
    more = np.concatenate([row, np.full((1, 15), 50.0)], axis=1)
    assert looks.p_over_looks(more) == pytest.approx([10 * p])  # twenty are judged, no more


def test_once_decided_more_seeds_that_agree_change_nothing() -> None:
    rows = np.abs(np.random.default_rng(2).normal(size=(5, 25)))
    p = [looks.p_over_looks(rows[:, :n]) for n in range(1, 26)]
    assert (np.diff(p, axis=0) <= 0).all()


# --------------------------------------------------------------------------- the error of it
def _looking(p: list[np.ndarray], level: float) -> float:
    """Share of the rows in which any look has p at or below the level."""
    return float((np.min(p, axis=0) <= level).mean())


@pytest.mark.parametrize("family", [1, 2, 3, 6, 23])
def test_looking_after_every_seed_keeps_its_word(family: int) -> None:
    rows = np.random.default_rng(family).standard_t(5, size=(2000, 20))
    p = [looks.p_over_looks(rows[:, :n]) for n in range(6, 21)]
    level = ALPHA / family
    assert _looking(p, level) <= level + 2.5 * np.sqrt(level / len(rows))


def test_a_plain_test_after_every_seed_does_not_keep_it() -> None:
    rows = np.random.default_rng(1).standard_t(5, size=(500, 20))
    assert _looking([sign_flip_p(rows[:, :n]) for n in range(6, 21)], ALPHA) > 0.12


def test_equal_differences_are_the_coarsest_p_and_keep_it_too() -> None:
    # exact: signs of equal size, all 2^10 of them, looked at after each seed
    signs = 1.0 - 2.0 * (np.arange(1024)[:, None] >> np.arange(10) & 1)
    p = [looks.p_over_looks(signs[:, :n]) for n in range(1, 11)]
    for level in LEVELS[LEVELS <= ALPHA]:
        assert _looking(p, level) <= level


# ------------------------------------------------------------------------------ seeds needed
@pytest.mark.parametrize(
    ("family", "fewest"), [(0, 7), (1, 7), (2, 7), (3, 10), (23, 10), (24, 11), (46, 11), (47, 12)]
)
def test_fewest_seeds_is_where_a_verdict_becomes_possible(family: int, fewest: int) -> None:
    assert looks.fewest_seeds(family, ALPHA) == fewest
    level = ALPHA / max(family, 1)
    assert looks.p_over_looks(up(fewest)) <= level < looks.p_over_looks(up(fewest - 1))


@pytest.mark.parametrize(
    ("effect", "n", "family", "more"),
    [
        pytest.param(3.0, 5, 1, 2, id="large: at seven"),
        pytest.param(3.0, 7, 3, 3, id="a family of three is judged at ten"),
        pytest.param(3.0, 10, 47, 2, id="a large family at twelve"),
        pytest.param(1.3, 7, 1, 3, id="not at seven: at ten"),
        pytest.param(1.0, 10, 1, 10, id="not at ten: at twenty"),
        pytest.param(0.2, 10, 1, np.inf, id="too small for twenty"),
        pytest.param(3.0, 20, 1, np.inf, id="no look left"),
        pytest.param(np.nan, 10, 1, np.inf, id="no difference"),
        pytest.param(np.inf, 3, 2, 4, id="all the same"),
        pytest.param(9.0, 2, 1, 5, id="two say nothing of their spread: at the earliest"),
    ],
)
def test_more_seeds(effect: float, n: int, family: int, more: float) -> None:
    assert looks.more_seeds(np.array([effect]), n, family, ALPHA).tolist() == [more]


def test_more_seeds_reach_the_power_that_they_promise() -> None:
    n = 10 + int(looks.more_seeds(np.array([1.0]), 10, 1, ALPHA)[0])
    rows = np.random.default_rng(1).normal(1.0, 1, size=(1000, n))
    assert (looks.p_over_looks(rows) <= ALPHA).mean() >= paired_tests.POWER
