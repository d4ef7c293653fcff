"""Means over seeds and their intervals, a row for each group of results.

    table = summarise(rows, ["regularizer", "latent_dim"], "acc")

`rows` is a table of results: a row per Setting and split, with the columns of `core.studies.results`,
numbers as numbers. The interval is Student's: of a mean of 5 or 10 seeds it is the one that keeps its
promise, while the bootstrap's (percentile and BCa) hold the true mean in 80 to 90 of 100 cases instead
of 95; see `benchmarks/verdicts.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from core.compare import paired_tests
from core.compare.paired_seeds import check_columns, numbers, seeds_of, values_by_group
from core.metrics.catalogue import METRICS

CONFIDENCE = 0.95
INTERVAL_HELP = (
    "Student's 95 % interval of the mean over seeds. Where scores lean to one side, as shares near 1 "
    "do, it holds the true mean in about 92 of 100 cases. Where a few seeds end somewhere else, "
    "as when two digits merge in one run of five, five seeds say too little of the mean (67 of 100), "
    "and the dots say more than the interval. Intervals of differences between paired seeds keep 94 or "
    "more of 100 in all of these cases."
)


class Interval(NamedTuple):
    """A mean and where the true one is likely to be.

    Attributes:
        mean: of the values.
        low, high: nan for one value.
        n: values.
    """

    mean: float
    low: float
    high: float
    n: int


def interval(
    values: Iterable[float],
    confidence: float = CONFIDENCE,
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> Interval:
    """Mean of some values, one for each seed, and Student's interval of it.

    Args:
        values: at least one, finite.
        confidence: how often such an interval holds the true mean, between 0 and 1.
        bounds: what no value can be below or above, as in `MetricInfo.bounds`; ends are cut there.

    Raises:
        ValueError: no value, one that is not finite, or a confidence that is none.
    """
    array = np.asarray(list(values), dtype=np.float64)
    if not len(array) or not np.isfinite(array).all():
        raise ValueError(f"values must be finite numbers, at least one; got {array.tolist()}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1; got {confidence}")
    mean, low, high = (float(x) for x in paired_tests.t_interval(array, confidence))
    # np.maximum keeps nan, which max() may lose
    return Interval(
        mean, float(np.maximum(low, bounds[0])), float(np.minimum(high, bounds[1])), len(array)
    )


def summarise(
    rows: pd.DataFrame, by: str | Sequence[str], metric: str, confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """One row per group: a score's mean, its interval and every value, for a chart.

    Every row of a group counts as a seed of its own: group by all that is varied besides the seed, or
    the interval is not of seeds alone.

    Args:
        rows: results.
        by: columns to group by.
        metric: key of `METRICS`.
        confidence: of the interval.

    Returns:
        The columns `by`, sorted by them, then `mean`, `low`, `high`, `n`, `left_out` (rows of the group
        that lack the score), `values` and `seeds` (tuples, in the order of the rows). Groups without
        any value are left out; low and high are nan for one value.

    Raises:
        ValueError: a column is missing, or the metric is unknown.
    """
    keys = [by] if isinstance(by, str) else list(by)
    check_columns(rows, [metric], [*keys, "seed"])
    codes = rows.groupby(keys, dropna=False, observed=True).ngroup().to_numpy(dtype=np.int64)
    table = rows[keys].iloc[np.unique(codes, return_index=True)[1]].reset_index(drop=True)
    values = numbers(rows, metric)
    known = np.isfinite(values)
    parts = values_by_group(codes[known], values[known], len(table))
    seeds = values_by_group(codes[known], seeds_of(rows)[known], len(table))
    bounds = METRICS[metric].bounds
    nothing = Interval(math.nan, math.nan, math.nan, 0)
    found = [interval(part, confidence, bounds) if len(part) else nothing for part in parts]
    for name in Interval._fields:
        table[name] = [getattr(one, name) for one in found]
    table["left_out"] = np.bincount(codes[~known], minlength=len(table))
    table["values"] = [tuple(part.tolist()) for part in parts]
    table["seeds"] = [tuple(part.tolist()) for part in seeds]
    return table[table["n"] > 0].reset_index(drop=True)
