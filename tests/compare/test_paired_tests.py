"""Intervals, sign flips, Holm's correction and effect sizes: by hand, against SciPy, by invariance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from core.compare import paired_tests

RNG = np.random.default_rng(7)


# -------------------------------------------------------------------------------- intervals
def test_interval_by_hand() -> None:
    # mean 3, variance 2.5 of 5 values; t(0.975, 4) = 2.776445
    mean, low, high = paired_tests.t_interval(np.array([1.0, 2, 3, 4, 5]), 0.95)
    assert mean == 3
    assert high - mean == pytest.approx(2.776445 * math.sqrt(2.5 / 5), abs=1e-6)
    assert mean - low == pytest.approx(high - mean)


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_interval_agrees_with_scipy_row_by_row(confidence: float) -> None:
    rows = RNG.gamma(2.0, size=(4, 7))
    _, low, high = paired_tests.t_interval(rows, confidence)
    for row, ends in zip(rows, zip(low, high, strict=True), strict=True):
        found = stats.ttest_1samp(row, 0).confidence_interval(confidence)
        assert ends == pytest.approx((found.low, found.high))


def test_one_value_has_no_interval() -> None:
    mean, low, high = paired_tests.t_interval(np.array([[2.0]]), 0.95)
    assert mean.tolist() == [2.0]
    assert np.isnan([low, high]).all()


# ------------------------------------------------------------------------------- sign flips
@pytest.mark.parametrize(
    ("differences", "p"),
    [
        pytest.param([1.0], 1.0, id="one pair says nothing"),
        pytest.param([1.0, 1.0], 2 / 4, id="two that agree"),
        pytest.param(
            [0.2, 0.3, 0.1, 0.4, 0.5], 2 / 32, id="five that agree: the smallest there is"
        ),
        pytest.param([-0.2, -0.3, -0.1, -0.4, -0.5], 2 / 32, id="the other way round"),
        pytest.param([-1.0, 2.0, 3.0], 4 / 8, id="by hand: 4 of 8 flips reach 4"),
        pytest.param([0.0, 0.0, 0.0], 1.0, id="no difference"),
        pytest.param([0.1, 0.2, -0.3], 1.0, id="a sum of 0, but for rounding"),
    ],
)
def test_sign_flips_by_hand(differences: list[float], p: float) -> None:
    assert paired_tests.sign_flip_p(np.array([differences])).tolist() == [p]


@pytest.mark.parametrize("n", [2, 5, 10, 12, 13, 14])
def test_sign_flips_agree_with_scipy(n: int) -> None:
    rows = RNG.normal(0.4, 1, size=(3, n))
    rows[1] = np.round(rows[1])  # with ties
    expected = [
        stats.permutation_test(
            (row,), np.mean, permutation_type="samples", n_resamples=np.inf
        ).pvalue
        for row in rows
    ]
    assert paired_tests.sign_flip_p(rows) == pytest.approx(expected, abs=1e-12)


def test_both_ways_to_count_flips_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.round(RNG.normal(0.3, 1, size=(20, 15)), 1)
    by_halves = paired_tests.sign_flip_p(rows)
    monkeypatch.setattr(paired_tests, "_AT_ONCE", 15)
    assert paired_tests.sign_flip_p(rows).tolist() == by_halves.tolist()


def test_many_pairs_are_sampled_close_to_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = RNG.normal(0.35, 1, size=(10, 20))
    exact = paired_tests.sign_flip_p(rows)
    monkeypatch.setattr(paired_tests, "EXACT_PAIRS", 0)
    sampled = paired_tests.sign_flip_p(rows)
    assert np.abs(sampled - exact).max() < 4 * math.sqrt(0.25 / paired_tests.RANDOM_FLIPS)
    assert paired_tests.sign_flip_p(rows).tolist() == sampled.tolist()  # the same every time
    agreed = paired_tests.sign_flip_p(np.ones((1, 100)))
    assert agreed.tolist() == [1 / (paired_tests.RANDOM_FLIPS + 1)]  # never 0


@pytest.mark.parametrize("n", [5, 13, 30])
def test_sign_flips_do_not_depend_on_unit_or_direction(n: int) -> None:
    rows = RNG.normal(0.3, 1, size=(5, n))
    p = paired_tests.sign_flip_p(rows)
    assert paired_tests.sign_flip_p(-rows).tolist() == p.tolist()
    assert paired_tests.sign_flip_p(1e-9 * rows).tolist() == p.tolist()
    if n <= paired_tests.EXACT_PAIRS:
        assert paired_tests.sign_flip_p(rows[:, ::-1]).tolist() == p.tolist()


def test_rounding_is_no_difference() -> None:
    values = np.array([0.1 + 0.2, 1e6, 0.0, 0.5])
    baseline = np.array([0.3, 1e6 * (1 + 1e-15), 0.0, 0.4])
    found = paired_tests.differences(values, baseline)
    assert found[:3].tolist() == [0, 0, 0]
    assert found[3] == pytest.approx(0.1)


# ------------------------------------------------------------------------------------- Holm
@pytest.mark.parametrize(
    ("p", "adjusted"),
    [
        pytest.param([0.03], [0.03], id="one: as it is"),
        pytest.param(
            [0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02], id="Holm's steps by hand"
        ),
        pytest.param([0.02, 0.02, 0.02], [0.06, 0.06, 0.06], id="ties"),
        pytest.param([0.9, 0.5], [1.0, 1.0], id="never above 1"),
        pytest.param([], [], id="none"),
    ],
)
def test_holm(p: list[float], adjusted: list[float]) -> None:
    assert paired_tests.holm(np.array(p)) == pytest.approx(adjusted)


def test_holm_lies_between_each_alone_and_bonferroni() -> None:
    p = RNG.random(50) ** 3
    adjusted = paired_tests.holm(p)
    assert (adjusted >= p).all()
    assert (adjusted <= np.minimum(50 * p, 1)).all()
    assert (np.argsort(adjusted, kind="stable")[:1] == np.argsort(p)[:1]).all()


# ------------------------------------------------------------------------------ effect sizes
def test_paired_d() -> None:
    rows = np.array([[1.0, 2, 3], [-1, -2, -3], [0, 0, 0], [0.1, 0.1, 0.1]])
    assert paired_tests.paired_d(rows).tolist() == pytest.approx(
        [2, -2, math.nan, math.inf], nan_ok=True
    )
    assert np.isnan(paired_tests.paired_d(np.ones((1, 1)))).all()


# ------------------------------------------------------------------------------ seeds needed
@pytest.mark.parametrize("family", [1, 24])
@pytest.mark.parametrize("effect", [0.5, 0.8, 1.5])
def test_pairs_for_power_reach_the_power_of_the_t_test(effect: float, family: int) -> None:
    seen = 1000  # so many that the correction of d is nothing
    n = float(paired_tests.pairs_for_power(np.array(effect), seen, 0.05 / family))

    def power(n: float) -> float:
        limit = stats.t.ppf(1 - 0.05 / family / 2, n - 1)
        return float(stats.nct.sf(limit, n - 1, effect * math.sqrt(n)))

    assert power(n + 2) >= paired_tests.POWER
    assert power(n - 3) < paired_tests.POWER


def test_pairs_for_power_where_nothing_can_be_said() -> None:
    assert (
        paired_tests.pairs_for_power(np.array([math.nan, 0.0]), 10, 0.05).tolist() == [math.inf] * 2
    )
    assert paired_tests.pairs_for_power(np.array([1.0]), 2, 0.05).tolist() == [math.inf]
    few, many = (float(paired_tests.pairs_for_power(np.array(1.0), n, 0.05)) for n in (4, 100))
    assert few > many  # few pairs make d too large
