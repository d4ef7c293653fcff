"""What intervals and verdicts promise, by simulation: `python -m benchmarks.verdicts --json`.

Coverage: how often a 95 % interval of 5 or 10 values holds the true mean, for Student's interval (ours)
and for SciPy's bootstrap, BCa and percentile (the peer). Values are drawn from shapes that scores over
seeds may have, and from scores themselves: `benchmarks/seeds.csv` (the study `studies/seeds.toml`) and
any setting in `studies/results/` that has 20 seeds or more. The same for differences of pairs, of which
verdicts are made. False verdicts: how often two equal settings get one, alone and in a family, looked at
once, following what each verdict says of more seeds, and after every seed. Power: how often a true
difference gets one. All of it goes through the functions that the app uses, beside a plain test of all
seeds at 5 %. `ratio` is the peer's time over ours.

Student's interval was chosen by a first simulation (20,000 draws; the bootstrap 2,000), 5 and 10 values:

    shape                     mean           of differences   BCa            percentile
    normal                    0.950 0.951    0.952 0.952      0.839 0.886    0.838 0.887
    heavy tails, t(5)         0.959 0.955    0.956 0.954      0.833 0.871    0.835 0.893
    uniform                   0.932 0.948    0.944 0.951      0.864 0.941    0.850 0.918
    Gumbel                    0.934 0.935    0.953 0.952      0.824 0.888    0.826 0.881
    beta(8, 2)                0.930 0.933    0.954 0.951      0.828 0.882    0.827 0.872
    beta(30, 2)               0.923 0.926    0.959 0.953      0.832 0.888    0.829 0.876
    lognormal(0.5)            0.915 0.920    0.960 0.955      0.808 0.876    0.803 0.876
    one in five elsewhere     0.669 0.888    0.989 0.963      0.670 0.882    0.666 0.882

So differences, of which verdicts are made, keep 94 % or more; means of skewed scores fall to 92 %, and
no method sees a second place that five seeds have not shown: `core.compare.summary.INTERVAL_HELP`
says so.

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

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from core.compare import looks, paired_tests
from core.compare.paired_seeds import SHARED, group_codes, numbers
from core.compare.summary import CONFIDENCE
from core.compare.verdict import ALPHA
from core.latents.arrays import FloatArray

ROOT = Path(__file__).resolve().parents[1]
SIMULATIONS, BOOTSTRAPPED, RESAMPLES = 20_000, 1_000, 999
SIZES, FAMILY, ENOUGH_SEEDS = (5, 10), 23, 20  # the menu is a family of 23
SCORES = ("acc", "ari", "nmi", "silhouette_labels", "silhouette_clusters", "knn_accuracy",
          "reconstruction_mse")  # fmt: skip
BoolArray = npt.NDArray[np.bool_]
Draw = Callable[[np.random.Generator, tuple[int, ...]], FloatArray]


def _two_places(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """One seed in five ends elsewhere, as when two digits merge."""
    return np.where(
        rng.random(shape) < 0.2, rng.normal(0.75, 0.02, shape), rng.normal(0.95, 0.005, shape)
    )


SHAPES: dict[str, tuple[Draw, float]] = {
    "normal": (lambda rng, shape: rng.normal(0, 1, shape), 0.0),
    "heavy tails, t(5)": (lambda rng, shape: rng.standard_t(5, shape), 0.0),
    "uniform": (lambda rng, shape: rng.random(shape), 0.5),
    "skewed, Gumbel": (lambda rng, shape: rng.gumbel(0, 1, shape), float(np.euler_gamma)),
    "share near 0.8, beta(8, 2)": (lambda rng, shape: rng.beta(8, 2, shape), 0.8),
    "share near 1, beta(30, 2)": (lambda rng, shape: rng.beta(30, 2, shape), 30 / 32),
    "very skewed, lognormal(0.5)": (
        lambda rng, shape: rng.lognormal(0, 0.5, shape),
        float(np.exp(0.125)),
    ),
    "one in five elsewhere": (_two_places, 0.2 * 0.75 + 0.8 * 0.95),
}


def measured() -> dict[str, FloatArray]:
    """Scores of one setting over 20 seeds or more, by what they are."""
    found: dict[str, FloatArray] = {}
    paths = [
        ROOT / "benchmarks" / "seeds.csv",
        *sorted((ROOT / "studies" / "results").glob("*.csv")),
    ]
    for path in paths:
        if not path.exists():
            continue
        rows = pd.read_csv(path)
        rows = rows[rows["status"] == "done"]
        same = [name for name in (*SHARED, "regularizer") if name in rows]
        for _, setting in rows.groupby(group_codes(rows, same)):
            if setting["seed"].nunique() < ENOUGH_SEEDS:
                continue
            first = setting.iloc[0]
            terms = str(first["regularizer"]).partition(":")[0]
            name = f"{first['dataset']} {first['digits'].replace(',', '')} {terms}"
            for score in SCORES:
                values = numbers(setting, score)
                if np.isfinite(values).all() and np.ptp(values) > 0:
                    found[f"{name}: {score}"] = values
    return found


def resample(values: FloatArray) -> tuple[Draw, float]:
    """Draw from measured values as if they were all there are."""
    return lambda rng, shape: rng.choice(values, shape), float(values.mean())


def coverage(samples: FloatArray, mean: float) -> float:
    """Share of the rows (simulations, n) whose interval holds the mean."""
    _, low, high = paired_tests.t_interval(samples, CONFIDENCE)
    return float(((low <= mean) & (mean <= high)).mean())


def bootstrap_coverage(samples: FloatArray, mean: float, method: str) -> float:
    """The same for SciPy's bootstrap."""
    found = stats.bootstrap(
        (samples,), np.mean, axis=1, vectorized=True, method=method, n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE, rng=np.random.default_rng(0), batch=50,
    ).confidence_interval  # fmt: skip
    return float(((found.low <= mean) & (mean <= found.high)).mean())


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


def simulate(shapes: dict[str, tuple[Draw, float]], simulations: int) -> dict[str, Any]:
    """Coverage of means and of paired differences, and false positives, by shape and size."""
    found: dict[str, Any] = {}
    for seed, (name, (draw, mean)) in enumerate(shapes.items()):
        for n in SIZES:
            rng = np.random.default_rng([seed, n])
            values = draw(rng, (simulations, n))
            differences = values - draw(rng, (simulations, n))
            found[f"{name}, {n} seeds"] = {
                "mean": coverage(values, mean),
                "difference": coverage(differences, 0.0),
                "false_verdicts": float(decided(differences[:, None]).mean()),
            }
    return found


def families(draw: Draw, simulations: int) -> dict[str, float]:
    """Share of families of 23 comparisons of equal settings with any verdict, 10 seeds.

    Independent: each comparison has its own baseline. Shared: 23 regularizers that do nothing against
    one baseline.
    """
    rng = np.random.default_rng(FAMILY)
    shape = (simulations, FAMILY, max(SIZES))
    values = draw(rng, shape)
    return {
        "independent": float(decided(values - draw(rng, shape)).mean()),
        "one baseline": float(decided(values - draw(rng, (simulations, 1, max(SIZES)))).mean()),
    }


def main() -> None:
    """Simulate and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=SIMULATIONS)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    real = {name: resample(values) for name, values in measured().items()}
    ours = {
        "shapes": simulate(SHAPES, args.simulations),
        "measured": simulate(real, args.simulations // 4),
        "family": families(SHAPES["normal"][0], args.simulations // 4),
        "looking": looking(args.simulations // 2),
        "power": power(args.simulations // 8),
    }
    peer: dict[str, Any] = {}
    seconds = {"ours": 0.0, "peer": 0.0}
    for name in ("normal", "share near 0.8, beta(8, 2)"):
        for n in SIZES:
            draw, mean = SHAPES[name]
            samples = draw(np.random.default_rng(n), (BOOTSTRAPPED, n))
            start = time.perf_counter()
            coverage(samples, mean)
            middle = time.perf_counter()
            peer[f"{name}, {n} seeds"] = {
                method: bootstrap_coverage(samples, mean, method)
                for method in ("BCa", "percentile")
            }
            seconds["ours"] += middle - start
            seconds["peer"] += (time.perf_counter() - middle) / 2
    for part in ("shapes", "measured", "looking", "power"):
        for name, figures in ours[part].items():
            print(f"{name}: " + ", ".join(f"{key} {value:.3f}" for key, value in figures.items()))
    if real:
        for key in ("mean", "difference", "false_verdicts"):
            shares = [figures[key] for figures in ours["measured"].values()]
            ours[f"measured, {key}"] = {
                "median": float(np.median(shares)), "min": min(shares), "max": max(shares),
            }  # fmt: skip
            print(f"measured, {key}: {ours[f'measured, {key}']}")
    print(f"family of {FAMILY}, any verdict: {ours['family']}")
    print(f"bootstrap: {peer}")
    if args.json:
        equal = (
            f"samples; {args.simulations} simulations (measured: a quarter), {len(real)} measured"
        )
        ratio = seconds["peer"] / seconds["ours"]
        print(json.dumps({"ours": ours, "peer": peer, "ratio": ratio, "equal": equal}))


if __name__ == "__main__":
    main()
