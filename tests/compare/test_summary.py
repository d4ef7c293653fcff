"""Means over seeds and their intervals, by hand."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from core.compare.summary import interval, summarise
from core.setting.setting import Setting


def table(**regularizers: Any) -> pd.DataFrame:
    """Results: ACC by seed 0, 1, 2, ... for each regularizer; None where it is undefined."""
    base = Setting().to_text() | {"split": "heldout", "clustering": "kmeans", "warnings": None}
    return pd.DataFrame(
        [
            base | {"regularizer": name, "seed": seed, "acc": value}
            for name, values in regularizers.items()
            for seed, value in enumerate(values)
        ]
    )


def test_interval_by_hand() -> None:
    found = interval([1.0, 2, 3, 4, 5])
    half = 2.776445 * math.sqrt(2.5 / 5)
    assert found == pytest.approx((3, 3 - half, 3 + half, 5), abs=1e-5)


def test_interval_ends_where_values_end() -> None:
    loose, cut = interval([0.9, 1.0, 0.99]), interval([0.9, 1.0, 0.99], bounds=(0, 1))
    assert loose.high > 1 == cut.high
    assert cut.low == loose.low


def test_interval_of_one_value_is_unknown() -> None:
    found = interval([0.5], bounds=(0, 1))
    assert (found.mean, found.n) == (0.5, 1)
    assert math.isnan(found.low)
    assert math.isnan(found.high)


@pytest.mark.parametrize(
    ("values", "confidence", "message"),
    [
        pytest.param([], 0.95, "values must be finite", id="none"),
        pytest.param([1.0, math.nan], 0.95, "values must be finite", id="nan"),
        pytest.param([1.0, 2.0], 1.0, "confidence must be between", id="certain"),
        pytest.param([1.0, 2.0], 95, "confidence must be between", id="percent"),
    ],
)
def test_intervals_that_cannot_be(values: list[float], confidence: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        interval(values, confidence)


def test_summaries() -> None:
    rows = table(none=[0.5, 0.7, None], sine=[0.9, 0.9, 0.9], vae=[None])
    found = summarise(rows, "regularizer", "acc").set_index("regularizer")
    assert list(found.index) == ["none", "sine"]
    assert found.loc["none", ["mean", "n", "left_out"]].tolist() == pytest.approx([0.6, 2, 1])
    assert found.loc["none", "values"] == (0.5, 0.7)
    assert found.loc["none", "seeds"] == (0, 1)
    low, high = interval([0.5, 0.7], bounds=(0, 1))[1:3]
    assert found.loc["none", ["low", "high"]].tolist() == pytest.approx([low, high])
    assert found.loc["sine", ["low", "high"]].tolist() == pytest.approx([0.9, 0.9])
    by_two = summarise(rows, ["split", "regularizer"], "acc")
    assert by_two[["split", "regularizer"]].to_numpy().tolist() == [
        ["heldout", "none"],
        ["heldout", "sine"],
    ]
