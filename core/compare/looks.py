"""At how many seeds a verdict is made, and how these looks share the 5 % of wrong verdicts.

Whoever trains more seeds after an open verdict and tests all of them again has tested twice. At 5 %
each time the chance of a false verdict grows: 17 % for a test after each seed from 6 to 20. Nobody
counts how often somebody looked. So the test is made of the first 7, the first 10 and the first 20
pairs, in the order of their seeds (new seeds need larger numbers for this to hold), and of no other
number. These looks share the error, which is called alpha spending (Lan & DeMets 1983, Biometrika
70:659). It then does not matter how often one looks, or why one stops.

How they share it. Let `level` be what Holm's correction leaves to a comparison: 5 % over 1, 2, ... A
look decides when the p value of its sign-flip test is at most what the look may spend:

    7 pairs    1/64, the p value when all agree, if the level is 2.5 % or more; otherwise nothing
    10 pairs   0.9 level, less what 7 pairs may have spent; below 2.5 % at most 0.69 %
    20 pairs   0.1 level

These add up to the level at most, so the chance that any look decides wrongly does, too. Each share
grows with the level: Holm's correction over several looks needs that (Maurer & Bretz 2013, Statistics
in Biopharmaceutical Research 5:311). A family of more than 23 needs more than ten pairs that all agree.
Their p = 2 / 2^n is part of what 10 pairs may spend: the first 11 can only agree if the first 10 do.

Why not the usual shares, O'Brien and Fleming's: at 10 of 20 seeds they have spent a ninth of the 5 %.
Sign flips of ten pairs give no p below 2/1024, and a family of 23 needs nearly all of the 5 % to
believe that. The price is paid at 20 seeds, where a single test would find smaller differences:
`benchmarks/looks.py` has the rates and the power.
"""

from __future__ import annotations

import math

import numpy as np

from core.compare.paired_tests import MIN_SPREAD, pairs_for_power, sign_flip_p
from core.latents.arrays import FloatArray

FIRST, MIDDLE, LAST = LOOKS = (7, 10, 20)
UNANIMOUS = 2 / 2**FIRST  # p value of `FIRST` pairs that all agree
FIRST_LEVEL = 0.025  # the least level at which `FIRST` pairs can decide
LAST_SHARE = 0.1


def spending(level: float) -> dict[int, float]:
    """The greatest p value with which each of `LOOKS` decides, for a comparison at this level."""
    middle = (1 - LAST_SHARE) * level
    if level < FIRST_LEVEL:
        # no more than is left at FIRST_LEVEL: what decides at a level must decide at each higher one
        first, middle = 0.0, min(middle, (1 - LAST_SHARE) * FIRST_LEVEL - UNANIMOUS)
    else:
        first, middle = UNANIMOUS, middle - UNANIMOUS
    return {FIRST: first, MIDDLE: middle, LAST: LAST_SHARE * level}


def p_over_looks(pairs: FloatArray) -> FloatArray:
    """Two-sided p value of the mean difference that holds however often one has looked.

    It is the smallest level at which one of the looks so far decides. A look whose mean has another
    sign than the mean of all pairs is left out.

    Args:
        pairs: (rows, n) differences in the order of their seeds, n >= 1.

    Returns:
        (rows,), up to 1; 1 for fewer than `FIRST` pairs.
    """
    rows, n = pairs.shape
    found = np.ones(rows)
    for look in LOOKS:
        if look <= n:
            first = pairs[:, :look]
            level = np.where(
                first.sum(axis=1) * pairs.sum(axis=1) > 0, _level(look, sign_flip_p(first)), 1.0
            )
            found = np.minimum(found, level)
    if n > MIDDLE:
        agree = np.all(pairs > 0, axis=1) | np.all(pairs < 0, axis=1)
        found = np.minimum(found, np.where(agree, _unanimous_level(n), 1.0))
    return found


def _level(look: int, p: FloatArray) -> FloatArray:
    """The smallest level at which a look with this p value decides: the inverse of `spending`."""
    if look == FIRST:
        return np.where(p <= UNANIMOUS, FIRST_LEVEL, 1.0)
    if look == LAST:
        return np.minimum(p / LAST_SHARE, 1.0)
    alone = (1 - LAST_SHARE) * FIRST_LEVEL - UNANIMOUS
    return np.minimum(np.where(p <= alone, p, p + UNANIMOUS) / (1 - LAST_SHARE), 1.0)


def _unanimous_level(n: int) -> float:
    """The smallest level at which n pairs, at least `MIDDLE`, decide when all agree."""
    return 2 / 2**n / (1 - LAST_SHARE)


def fewest_seeds(family: int, alpha: float) -> int:
    """Seeds with which one of so many comparisons can be decided at all, when all seeds agree."""
    level = alpha / max(family, 1)
    if level >= FIRST_LEVEL:
        return FIRST
    n = MIDDLE
    while _unanimous_level(n) > level:
        n += 1
    return n


def more_seeds(effect: FloatArray, n: int, family: int, alpha: float) -> FloatArray:
    """Seeds to add until a look that would probably decide, by the effect seen so far.

    Args:
        effect: (...) paired d of n pairs.
        n: pairs seen.
        family: comparisons that share alpha.
        alpha: of the family.

    Returns:
        (...), whole numbers; infinite where no look is left or none is large enough for the effect.
        For fewer than `MIN_SPREAD` pairs, which say nothing of their spread: what it takes at least.
    """
    fewest = fewest_seeds(family, alpha)
    if n < MIN_SPREAD:
        return np.full_like(effect, fewest - n)
    level = alpha / max(family, 1)
    shares = {fewest: (1 - LAST_SHARE) * level, **spending(level)}
    found = np.full_like(effect, math.inf)
    for look in sorted(shares, reverse=True):
        if look >= max(fewest, n + 1):
            enough = pairs_for_power(effect, n, shares[look]) <= look
            found = np.where(enough, look - n, found)
    return found
