"""What few seeds can say of a mean and of a difference: numbers in, numbers out, many at once.

Every function works along the last axis, so that thousands of comparisons take milliseconds.
`core.compare.verdicts` applies them to results; `benchmarks/verdicts.py` simulates what they promise.

Sources: Student 1908 (interval), Fisher 1935 (sign flips), Phipson & Smyth 2010 (p values of random
flips), Holm 1979, Hedges 1981 and Guenther 1981 (seeds needed).
"""

from __future__ import annotations

import math
from functools import cache, lru_cache

import numpy as np
from scipy import special  # scipy.stats takes ten times as long to import

from core.latents.arrays import FloatArray

EXACT_PAIRS = 24  # of more pairs a random sample of sign flips is tried, not all
RANDOM_FLIPS = 2**14 - 1
_AT_ONCE = 12  # pairs whose 2^11 different flips fit into one product of matrices
SAME = 1e-12  # of the larger score: a difference up to this is rounding
POWER = 0.8
MIN_SPREAD = 3  # fewer pairs say nothing about how many more it takes
_BLOCK = 2**22  # sums of flipped differences held at once: 32 MB


def t_interval(values: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean and Student's interval of the mean, along the last axis.

    Args:
        values: (..., n), n >= 1.
        confidence: 0 to 1, exclusive.

    Returns:
        Mean, low and high, each (...); low and high are nan for one value.
    """
    n = values.shape[-1]
    mean = values.mean(axis=-1)
    if n < 2:
        return mean, np.full_like(mean, math.nan), np.full_like(mean, math.nan)
    half = half_width(values.std(axis=-1, ddof=1), n, confidence)
    return mean, mean - half, mean + half


def half_width(deviation: FloatArray, n: FloatArray | int, confidence: float) -> FloatArray:
    """Half of Student's interval: standard deviation (ddof 1) of n values, n >= 2."""
    return special.stdtrit(np.subtract(n, 1), (1 + confidence) / 2) * deviation / np.sqrt(n)


def differences(values: FloatArray, baseline: FloatArray) -> FloatArray:
    """values - baseline, 0 where only rounding tells them apart (the same work on two machines)."""
    found = values - baseline
    same = np.abs(found) <= SAME * np.maximum(np.abs(values), np.abs(baseline))
    return np.where(same, 0.0, found)


def sign_flip_p(pairs: FloatArray) -> FloatArray:
    """Two-sided p of the paired permutation test of the mean difference.

    If a regularizer does nothing, each pair could as well be the other way round: p is the share of
    all 2^n flips of signs whose mean is at least as far from 0. Exact up to `EXACT_PAIRS`; of more
    pairs a fixed sample of flips, among them the one observed, so p is never too small.
    `scipy.stats.permutation_test` gives the same in some milliseconds a row, which is too long for
    a page of hundreds.

    Args:
        pairs: (rows, n) differences, n >= 1.

    Returns:
        (rows,), from 2 / 2^n to 1.
    """
    rows, n = pairs.shape
    # sums that are equal on paper differ by rounding
    bar = np.abs(pairs.sum(axis=1)) - SAME * np.abs(pairs).sum(axis=1)
    if _AT_ONCE < n <= EXACT_PAIRS:
        counts = np.array([_far_by_halves(row, far) for row, far in zip(pairs, bar, strict=True)])
        return counts / 2 ** (n - 1)
    signs = _flips(n) if n <= EXACT_PAIRS else _random_flips(n)  # (n, flips)
    counts = np.empty(rows)
    step = max(1, _BLOCK // signs.shape[1])
    for start in range(0, rows, step):
        block = slice(start, start + step)
        counts[block] = (np.abs(pairs[block] @ signs) >= bar[block, None]).sum(axis=1)
    if n <= EXACT_PAIRS:
        return counts / signs.shape[1]
    return (counts + 1) / (signs.shape[1] + 1)


def _far_by_halves(row: FloatArray, bar: float) -> int:
    """How many of the 2^(n-1) flips of a row (n,) that keep its first sign have |sum| >= bar.

    Any sum is one of the first half plus one of the second: sorting one side counts all of them
    (Horowitz & Sahni 1974).
    """
    half = len(row) // 2
    left = row[:half] @ _flips(half)
    second = row[half:] @ _flips(len(row) - half)
    right = np.sort(np.concatenate([second, -second]))
    if bar <= 0:
        return len(left) * len(right)
    above = len(right) - np.searchsorted(right, bar - left, side="left")
    below = np.searchsorted(right, -bar - left, side="right")
    return int((above + below).sum())


@cache
def _flips(n: int) -> FloatArray:
    """(n, 2^(n-1)) of -1 and 1. The first sign stays: the mirror image has the same |sum|."""
    bits = np.arange(2 ** (n - 1)) >> np.arange(n)[::-1, None] & 1  # the first row is all 0
    return 1.0 - 2.0 * bits


@lru_cache(maxsize=4)
def _random_flips(n: int) -> FloatArray:
    return np.random.default_rng(0).integers(0, 2, (n, RANDOM_FLIPS)) * 2.0 - 1.0


def holm(p: FloatArray) -> FloatArray:
    """p values (m,) so adjusted that at most one family in twenty has any of them wrongly <= 0.05.

    The smallest is multiplied by m, the next by m - 1 and so on; none is below one before it, or
    above 1.
    """
    m = len(p)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(m)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(m, 0, -1)), 1.0)
    return adjusted


def paired_d(pairs: FloatArray) -> FloatArray:
    """Mean difference in standard deviations of the differences, along the last axis.

    nan for fewer than two pairs and where all differences are 0; infinite where they are all the
    same otherwise.
    """
    mean = pairs.mean(axis=-1)
    if pairs.shape[-1] < 2:
        return np.full_like(mean, math.nan)
    deviation = pairs.std(axis=-1, ddof=1)
    same = deviation <= SAME * np.abs(mean)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(same, np.sign(mean) / 0.0, mean / deviation)


def pairs_for_power(effect: FloatArray, n: int, level: float) -> FloatArray:
    """Pairs with which `POWER` of experiments like this would have a p value of at most `level`.

    Guenther's formula for the paired t test, with Hedges' correction of d, which few pairs make too
    large.

    Args:
        effect: (...) paired d as observed.
        n: pairs that it was observed in.
        level: of this one test, two-sided, above 0.

    Returns:
        (...), whole numbers; infinite where nothing can be said: no effect, or fewer than
        `MIN_SPREAD` pairs.
    """
    if n < MIN_SPREAD:
        return np.full_like(effect, math.inf)
    hedges = 1 - 3 / (4 * (n - 1) - 1)
    tail, reach = special.ndtri(1 - level / 2), special.ndtri(POWER)
    with np.errstate(divide="ignore"):
        pairs = ((tail + reach) / np.abs(effect * hedges)) ** 2 + tail**2 / 2
    return np.where(np.isnan(pairs), math.inf, np.ceil(pairs))
