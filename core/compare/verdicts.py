"""Statistics of results over seeds: intervals, and verdicts on regularizers.

    table = summarise(rows, ["regularizer", "latent_dim"], "acc")
    for verdict in verdicts(rows, ["silhouette_labels", "acc"]):
        print(verdict.regularizer, verdict.sentence)

`rows` is a table of results: a row per Setting and split, with the columns of `core.studies.results`,
numbers as numbers. The interval is Student's: of a mean of 5 or 10 seeds it is the one that keeps its
promise, while the bootstrap's (percentile and BCa) hold the true mean in 80 to 90 of 100 cases instead
of 95; see `benchmarks/verdicts.py`. A verdict takes the permutation test, corrected for all
comparisons made together, and the interval: both must say so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from core.compare import paired_tests
from core.compare.paired_seeds import (
    SHARED,
    Pairs,
    check,
    find,
    group_codes,
    numbers,
    seeds_of,
    split,
    warned_seeds,
)
from core.compare.verdict import ALPHA, NO_EVIDENCE, STRONGER, WEAKER, Verdict
from core.compare.verdict import disagreements as disagreements
from core.latents.arrays import FloatArray
from core.metrics.catalogue import METRICS

CONFIDENCE = 0.95
BASELINE = "none"
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
    check(rows, [metric], [*keys, "seed"])
    codes = rows.groupby(keys, dropna=False, observed=True).ngroup().to_numpy(dtype=np.int64)
    table = rows[keys].iloc[np.unique(codes, return_index=True)[1]].reset_index(drop=True)
    values = numbers(rows, metric)
    known = np.isfinite(values)
    parts = split(codes[known], values[known], len(table))
    seeds = split(codes[known], seeds_of(rows)[known], len(table))
    bounds = METRICS[metric].bounds
    nothing = Interval(math.nan, math.nan, math.nan, 0)
    found = [interval(part, confidence, bounds) if len(part) else nothing for part in parts]
    for name in Interval._fields:
        table[name] = [getattr(one, name) for one in found]
    table["left_out"] = np.bincount(codes[~known], minlength=len(table))
    table["values"] = [tuple(part.tolist()) for part in parts]
    table["seeds"] = [tuple(part.tolist()) for part in seeds]
    return table[table["n"] > 0].reset_index(drop=True)


# ------------------------------------------------------------------------------- verdicts
def verdicts(rows: pd.DataFrame, metrics: Sequence[str], baseline: str = BASELINE) -> list[Verdict]:
    """Every regularizer against a baseline wherever the other fields are equal, score by score.

    Rows are paired by seed: the same seed gives both the same initial weights and order of images.
    Rows of one Setting, seed and scoring (trained on two machines) count once, with their mean. All
    verdicts of one call are one family for Holm's correction, except those without two pairs, of
    which nothing is tested. Where the baseline was not trained at all there is no verdict.

    Args:
        rows: results; columns that are not there are taken to be equal.
        metrics: keys of `METRICS`.
        baseline: the regularizer to compare with, as in `Setting.to_text`.

    Returns:
        In the order of the rows, then of `metrics`.

    Raises:
        ValueError: a column is missing, or a metric is unknown.
    """
    check(rows, metrics, ["regularizer", "seed"])
    shared = [name for name in SHARED if name in rows]
    groups = group_codes(rows, shared)
    firsts = rows[shared].iloc[np.unique(groups, return_index=True)[1]]
    columns = {name: firsts[name].tolist() for name in shared}
    at = [tuple((name, columns[name][i]) for name in shared) for i in range(len(firsts))]
    pairs = find(rows, groups, list(dict.fromkeys(metrics)), baseline)
    warned = warned_seeds(rows, groups)
    return [
        _verdict(found, figures, baseline, at[found.group], warned)
        for found, figures in zip(pairs, _figures([p.differences for p in pairs]), strict=True)
    ]


class _Figures(NamedTuple):
    """What `core.compare.paired_tests` finds in one comparison; nan where it finds nothing."""

    family: int
    mean: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan
    p_holm: float = math.nan
    effect: float = math.nan
    rank_biserial: float = math.nan
    pairs_needed: float = math.inf


def _figures(comparisons: Sequence[FloatArray]) -> list[_Figures]:
    """Intervals, tests and effects of a family of comparisons, given the differences of each."""
    family = sum(len(differences) > 1 for differences in comparisons)
    found = [
        _Figures(family, float(differences.mean())) if len(differences) else _Figures(family)
        for differences in comparisons
    ]
    by_length: dict[int, list[int]] = {}
    for index, differences in enumerate(comparisons):
        if len(differences) > 1:
            by_length.setdefault(len(differences), []).append(index)
    for n, indices in by_length.items():
        D = np.stack([comparisons[index] for index in indices])  # (comparisons, n)
        p = paired_tests.sign_flip_p(D)
        effect = paired_tests.paired_d(D)
        columns = (
            *paired_tests.t_interval(D, CONFIDENCE), p, p, effect, paired_tests.rank_biserial(D),
            paired_tests.pairs_for_power(effect, n, family, ALPHA),
        )  # fmt: skip
        for index, values in zip(indices, np.stack(columns, axis=1).tolist(), strict=True):
            found[index] = _Figures(family, *values)
    tested = [index for indices in by_length.values() for index in indices]
    adjusted = paired_tests.holm(np.array([found[index].p for index in tested]))
    for index, p_holm in zip(tested, adjusted.tolist(), strict=True):
        found[index] = found[index]._replace(p_holm=p_holm)
    return found


def _verdict(
    pairs: Pairs,
    found: _Figures,
    baseline: str,
    at: tuple[tuple[str, Any], ...],
    warned: Mapping[tuple[int, str], Mapping[str, set[int]]],
) -> Verdict:
    n = len(pairs.seeds)
    word = NO_EVIDENCE
    if found.p_holm <= ALPHA and found.low * found.high > 0:
        good = (found.mean > 0) == (METRICS[pairs.metric].better == "higher")
        word = STRONGER if good else WEAKER
    fewest = paired_tests.fewest_pairs(max(found.family, 1), ALPHA)
    needed = fewest if n < paired_tests.MIN_SPREAD else max(fewest, found.pairs_needed)
    more = 0 if word != NO_EVIDENCE else max(needed - n, 1)
    mine, others = (warned.get((pairs.group, name), {}) for name in (pairs.regularizer, baseline))
    seeds = set(pairs.seeds)
    counts = (
        (code, len(mine[code] & seeds), len(others.get(code, set()) & seeds)) for code in mine
    )
    return Verdict(
        regularizer=pairs.regularizer,
        baseline=baseline,
        metric=pairs.metric,
        at=at,
        seeds=pairs.seeds,
        differences=tuple(pairs.differences.tolist()),
        left_out=pairs.left_out,
        difference=_known(found.mean),
        low=_known(found.low),
        high=_known(found.high),
        p=_known(found.p),
        p_holm=_known(found.p_holm),
        family=found.family,
        effect=_known(found.effect),
        rank_biserial=_known(found.rank_biserial),
        word=word,
        more_seeds=int(more) if math.isfinite(more) else None,
        warnings=tuple((code, here) for code, here, there in counts if here > there),
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
