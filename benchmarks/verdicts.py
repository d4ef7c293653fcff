"""What intervals and verdicts promise, by simulation: `python -m benchmarks.verdicts --json`.

Coverage: how often a 95 % interval of 5 or 10 values holds the true mean, for Student's interval (ours)
and for SciPy's bootstrap, BCa and percentile (the peer). Values are drawn from shapes that scores over
seeds may have, and from scores themselves: `benchmarks/seeds.csv` (the study `studies/seeds.toml`) and
any setting in `studies/results/` that has 20 seeds or more. The same for differences of pairs, of which
verdicts are made. False verdicts: how often two equal settings get one, alone and in a family, looked at
once, following what each verdict says of more seeds, and after every seed. Power: how often a true
difference gets one. All of it goes through the functions that the app uses, beside a plain test of all
seeds at 5 %: `benchmarks/looks.py` has the numbers. `ratio` is the peer's time over ours.

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
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.looks import FAMILY, decided, looking, power
from core.compare import paired_tests
from core.compare.paired_seeds import group_codes, numbers, shared
from core.compare.summary import CONFIDENCE
from core.latents.arrays import FloatArray

ROOT = Path(__file__).resolve().parents[1]
SIMULATIONS, BOOTSTRAPPED, RESAMPLES = 20_000, 1_000, 999
SIZES, ENOUGH_SEEDS = (5, 10), 20
SCORES = ("acc", "ari", "nmi", "silhouette_labels", "silhouette_clusters", "knn_accuracy",
          "reconstruction_mse")  # fmt: skip
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
        same = [name for name in (*shared("regularizer"), "regularizer") if name in rows]
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


def bootstrap() -> tuple[dict[str, Any], float]:
    """Coverage of SciPy's bootstrap, by shape and size, and its time over ours."""
    found: dict[str, Any] = {}
    ours = peer = 0.0
    for name in ("normal", "share near 0.8, beta(8, 2)"):
        for n in SIZES:
            draw, mean = SHAPES[name]
            samples = draw(np.random.default_rng(n), (BOOTSTRAPPED, n))
            start = time.perf_counter()
            coverage(samples, mean)
            middle = time.perf_counter()
            found[f"{name}, {n} seeds"] = {
                method: bootstrap_coverage(samples, mean, method)
                for method in ("BCa", "percentile")
            }
            ours += middle - start
            peer += (time.perf_counter() - middle) / 2
    return found, peer / ours


def main() -> None:
    """Simulate and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=SIMULATIONS)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    n = args.simulations
    real = {name: resample(values) for name, values in measured().items()}
    ours: dict[str, Any] = {
        "shapes": simulate(SHAPES, n),
        "measured": simulate(real, n // 4),
        "looking": looking(n // 2),
        "power": power(n // 8),
        "family": families(SHAPES["normal"][0], n // 4),
    }
    peer, ratio = bootstrap()
    for part in ("shapes", "measured", "looking", "power"):
        for name, figures in ours[part].items():
            print(f"{name}: " + ", ".join(f"{key} {value:.3f}" for key, value in figures.items()))
    for key in ("mean", "difference", "false_verdicts") if real else ():
        shares = [figures[key] for figures in ours["measured"].values()]
        ours[f"measured, {key}"] = {
            "median": float(np.median(shares)), "min": min(shares), "max": max(shares),
        }  # fmt: skip
        print(f"measured, {key}: {ours[f'measured, {key}']}")
    print(f"family of {FAMILY}, any verdict: {ours['family']}")
    print(f"bootstrap: {peer}")
    if args.json:
        equal = f"samples; {n} simulations (measured: a quarter), {len(real)} measured"
        print(json.dumps({"ours": ours, "peer": peer, "ratio": ratio, "equal": equal}))


if __name__ == "__main__":
    main()
