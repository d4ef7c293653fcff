"""N2D with its 20 neighbours in UMAP and with 10: `python -m benchmarks.n2d --json`.

Ten digits in ten latent dimensions with the default network, clusters by a Gaussian mixture in a UMAP of
the latents of held-out images; both numbers of neighbours on the same trained networks. One thread takes
some two minutes a seed.
"""

from __future__ import annotations

import argparse
import json
import statistics
from typing import Any

from core.latents.clustering import standardized, through_umap
from core.metrics.agreement import accuracy
from core.runs.pipeline import make
from core.setting.recipes import RECIPES

NEIGHBOURS = (20, 10)  # the paper's, and those with which its own tracker solved "0.84 retrained"


def measure(seed: int) -> dict[int, float]:
    """ACC of N2D on the held-out images of one trained network, by the number of neighbours."""
    setting = RECIPES["n2d"].setting.replace(seed=seed)
    made = make(setting, threads=1)
    latents, _ = standardized(made.arrays["latents"])
    found = {}
    for neighbours in NEIGHBOURS:
        clusters = through_umap(latents, setting.n_clusters, 0, neighbours)
        found[neighbours] = round(accuracy(made.arrays["labels"], clusters), 4)
    return found


def main() -> None:
    """Measure and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    found = [measure(seed) for seed in range(args.seeds)]
    result: dict[str, Any] = {}
    for neighbours in NEIGHBOURS:
        values = [one[neighbours] for one in found]
        result[str(neighbours)] = {
            "acc": values,
            "mean": round(statistics.fmean(values), 4),
            "sd": round(statistics.stdev(values), 4) if len(values) > 1 else 0.0,
        }
        print(f"{neighbours} neighbours", result[str(neighbours)])
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
