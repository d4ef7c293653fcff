"""The front of a trade-off: by hand, and as what nothing dominates."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from core.compare.trade_off import front


def test_a_front_worked_out_by_hand() -> None:
    x = [1, 2, 3, 2, 4, np.nan, 1]
    y = [1, 3, 2, 3, 4, 9, 0]
    assert front(x, y).tolist() == [True, True, False, True, True, False, False]
    assert front([], []).tolist() == []


@pytest.mark.parametrize(("x_higher", "y_higher"), list(itertools.product([False, True], repeat=2)))
def test_the_front_is_what_nothing_dominates(x_higher: bool, y_higher: bool) -> None:
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 12, (2, 80)).astype(float)
    a, b = (-x if x_higher else x), (-y if y_higher else y)  # less is better
    dominated = [any((a <= a[i]) & (b <= b[i]) & ((a < a[i]) | (b < b[i]))) for i in range(len(x))]
    found = front(x, y, x_higher=x_higher, y_higher=y_higher)
    assert found.tolist() == [not d for d in dominated]
