"""Seconds of what is decoded, drawn and asked of a shipped Run: `python -m benchmarks.decode`.

Equal: the Run `ten-3d`, latents of MNIST's 60,000 training and 10,000 held-out images in 3 dimensions,
machine, everything warm. Accuracy for k = 1 to 50 (ours: one search, cumulative votes) stands beside
scikit-learn's KNeighborsClassifier for one k (fit and predict), taking turns. Of the repeats the fastest
counts: other work on the machine only ever adds.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

RECIPE = "ten-3d"
SIDE, MOST = 30, 50


def seconds(work: Callable[[], Any], repeats: int) -> float:
    """Of the fastest of the repeats, after one to warm up."""
    work()
    found = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return round(min(found), 4)


def beside_sklearn(run: Any, repeats: int) -> dict[str, float]:
    """Every k by ours and one k by scikit-learn, taking turns; checks that accuracies agree."""
    from sklearn.neighbors import KNeighborsClassifier

    from core.metrics.neighbour_classifier import accuracy_by_k, ask

    known, held_out = run.training, run.arrays
    truth = held_out["labels"].astype(np.int64)

    def ours() -> Any:
        return accuracy_by_k(ask(known.latents, known.labels, held_out["latents"], truth, MOST))

    def peer(k: int) -> Any:
        return KNeighborsClassifier(k).fit(known.latents, known.labels).predict(held_out["latents"])

    curve = ours()
    for k in (5, MOST):
        assert abs(curve.accuracy[k - 1] - np.mean(peer(k) == truth)) < 5e-4  # equal distances
    taken: dict[str, list[float]] = {}
    for _ in range(repeats):
        for name, work in (
            ("curve_1_to_50", ours),
            ("sklearn_k_5", lambda: peer(5)),
            ("sklearn_k_50", lambda: peer(MOST)),
        ):
            started = time.perf_counter()
            work()
            taken.setdefault(name, []).append(time.perf_counter() - started)
    return {name: round(min(times), 4) for name, times in taken.items()}


def measured(run: Any, repeats: int) -> dict[str, float]:
    """Seconds by what was done."""
    from core.latents.paths import along_neighbours
    from core.latents.planes import axes_plane, grid

    latents = run.arrays["latents"]
    plane = axes_plane(latents, 0, 1, SIDE)
    y, x = np.mgrid[-1:1:280j, -1:1:280j]
    drawing = (np.abs(np.hypot(x / 0.5, y / 0.8) - 1) < 0.15).astype(np.float32)
    far = int(np.linalg.norm(latents - latents[0], axis=1).argmax())
    with_pixels = {
        "grid_30_x_30": lambda: run.decode(grid(plane)),
        "drawing_to_answer": lambda: run.classify(drawing),
        "path_along_neighbours": lambda: along_neighbours(latents, 0, far),
    }
    found = {name: seconds(work, repeats) for name, work in with_pixels.items()}
    found["label_efficiency"] = seconds(run.label_efficiency, 1)
    return {**found, **beside_sklearn(run, repeats)}


def main() -> None:
    """Measure and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()

    from core.runs.store import Store
    from core.setting.recipes import RECIPES

    run = Store().find(RECIPES[RECIPE].setting)
    if run is None:
        sys.exit(f"the Run {RECIPE} is missing: python -m core ship")
    load_before = os.getloadavg()[0]
    found = measured(run, args.repeats)
    result = {
        "seconds": found,
        "ratio_to_k_50": round(found["sklearn_k_50"] / found["curve_1_to_50"], 2),
        "ratio_to_k_5": round(found["sklearn_k_5"] / found["curve_1_to_50"], 2),
        "load": [round(load_before, 2), round(os.getloadavg()[0], 2)],
        "cores": os.cpu_count(),
        "equal": f"{run.name}, {len(run.training.latents):,} training and "
        f"{len(run.arrays['latents']):,} held-out images, warm; fastest of {args.repeats}",
    }
    for name, value in found.items():
        print(f"{name}: {value} s")
    print(f"scikit-learn's time for one k to ours for all: {result['ratio_to_k_50']} (k = 50)")
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
