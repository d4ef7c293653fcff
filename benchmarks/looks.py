"""What the looks at 7, 10 and 20 seeds promise and what they cost, for `python -m benchmarks.verdicts`.

False verdicts with no effect at all, 10,000 simulations (families: 625), by the looks at 7, 10 and 20
seeds (`core.compare.looks`) and by a plain test at 5 % of all seeds there are:

    how one looks                                      looks            plain
    once, at 7, 10 and 20 seeds                    1.8  3.1  1.4 %   4.5  4.6  4.9 %
    adding the seeds that the sentence asks for              2.0 %             8.0 %
    after every seed from 6 to 20                            4.3 %            16.5 %
    23 comparisons with one baseline, 10 seeds               4.0 %             4.0 %
    23 comparisons, after every seed                         4.2 %            12.3 %

And how often a true difference of so many standard deviations gets a verdict at 7, 10 and 20 seeds:

    difference       looks             plain
    0.5            7  22  30 %      17  29  56 %
    0.8           18  51  71 %      38  60  92 %
    1.2           41  86  99 %      69  91 100 %
    2.0           84 100 100 %      98 100 100 %
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from core.compare import looks, paired_tests
from core.compare.summary import CONFIDENCE
from core.compare.verdict import ALPHA
from core.latents.arrays import FloatArray

BoolArray = npt.NDArray[np.bool_]
FAMILY = 23  # the menu is a family of 23


def decided(differences: FloatArray, *, plain: bool = False) -> BoolArray:
    """Which families (families, comparisons, n) get any verdict, as `core.compare.verdicts` decides.

    Plain: by a test of all n seeds, as if they were looked at for the first time.
    """
    families, comparisons, n = differences.shape
    rows = differences.reshape(-1, n)
    p = (paired_tests.sign_flip_p if plain else looks.p_over_looks)(rows)
    _, low, high = paired_tests.t_interval(rows, CONFIDENCE)
    p, clear = p.reshape(families, comparisons), (low * high > 0).reshape(families, comparisons)
    found = np.zeros(families, dtype=bool)
    # only families whose smallest p can survive need the correction
    for one in np.flatnonzero(p.min(axis=1) * comparisons <= ALPHA):
        found[one] = ((paired_tests.holm(p[one]) <= ALPHA) & clear[one]).any()
    return found


def after_every_seed(differences: FloatArray, *, plain: bool = False) -> BoolArray:
    """Which families get a verdict from any of the looks after 6, 7, 8, ... seeds."""
    n = differences.shape[2]
    return np.any([decided(differences[..., :k], plain=plain) for k in range(6, n + 1)], axis=0)


def following(differences: FloatArray, *, plain: bool = False) -> BoolArray:
    """Which single comparisons (rows, n) get a verdict, adding the seeds that each verdict asks for.

    From six seeds on, up to all n. Plain: as many as a plain test would need for the difference seen.
    """
    found = np.zeros(len(differences), dtype=bool)
    for index, row in enumerate(differences):
        n, last = 6, 0
        while last < n and not found[index]:
            seen = row[None, :n]
            found[index] = decided(seen[None], plain=plain)[0]
            effect = paired_tests.paired_d(seen)
            if plain:
                more = float(paired_tests.pairs_for_power(effect, n, ALPHA)[0]) - n
            else:
                more = float(looks.more_seeds(effect, n, 1, ALPHA)[0])
            last, n = n, int(min(n + max(more, 1), len(row)))
    return found


def looking(simulations: int) -> dict[str, dict[str, float]]:
    """How often equal settings get a verdict, by how one looks; `plain` is what that would be at 5 %."""
    rng = np.random.default_rng(3)
    single = rng.normal(size=(simulations, 1, looks.LAST))
    family = rng.normal(size=(simulations // 16, FAMILY, looks.LAST))
    family -= rng.normal(size=(len(family), 1, looks.LAST))  # one baseline for all
    every = f"after every seed, 6 to {looks.LAST}"
    ways: dict[str, tuple[Callable[..., BoolArray], FloatArray]] = {
        **{f"once, {n} seeds": (decided, single[..., :n]) for n in looks.LOOKS},
        "following the sentence": (following, single[:, 0]),
        every: (after_every_seed, single),
        f"family of {FAMILY}, once, 10 seeds": (decided, family[..., :10]),
        f"family of {FAMILY}, {every}": (after_every_seed, family),
    }
    return {
        name: {"looks": float(way(D).mean()), "plain": float(way(D, plain=True).mean())}
        for name, (way, D) in ways.items()
    }


def power(simulations: int) -> dict[str, dict[str, float]]:
    """How often a true difference gets a verdict, by its size in standard deviations and seeds."""
    found = {}
    for effect in (0.5, 0.8, 1.2, 2.0):
        rng = np.random.default_rng(4)
        D = rng.normal(effect, 1, size=(simulations, 1, looks.LAST))
        for n in (7, 10, looks.LAST):
            found[f"{effect} deviations, {n} seeds"] = {
                "looks": float(decided(D[..., :n]).mean()),
                "plain": float(decided(D[..., :n], plain=True).mean()),
            }
    return found
