"""Scores beside scikit-learn's, the same work in turns: `python -m benchmarks.scores`.

Equal: points and labels, machine, everything warm, threads at their defaults. Points are ten Gaussian
groups in 3 and in 10 dimensions; trustworthiness is that of the shipped Run `ten-2d` and MNIST's 10,000
held-out images. Of each the median of the repeats, with the range; values must agree. --large adds
70,000 points, where scikit-learn takes minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np


class Case(NamedTuple):
    """One score two ways: ours and that of the peer `by`; `right` is how far the values may differ."""

    path: str
    goal: float
    ours: Callable[[], Any]
    peer: Callable[[], Any]
    right: float = 1e-6
    repeats: int = 5
    by: str = "scikit-learn"


def groups(n: int, d: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Points (n, d) around ten centres, and which one each is of."""
    rng = np.random.default_rng(0)
    member = rng.integers(0, 10, n)
    return 3 * rng.normal(size=(10, d))[member] + rng.normal(size=(n, d)), member


def cases(large: bool) -> Iterator[Case]:
    """All that is measured."""
    from sklearn import manifold, metrics
    from sklearn.cluster import KMeans

    from core import load
    from core.data import splits
    from core.metrics import agreement, neighbourhood, separation

    for n in (10_000, *([70_000] * large)):
        for d in (3, 10):
            X, y = groups(n, d)
            yield Case(
                f"silhouette of each of {n:,} points, {d}-D", 3 if n == 10_000 else 5,
                partial(separation.silhouette_samples, X, y),
                partial(metrics.silhouette_samples, X, y),
                repeats=5 if n == 10_000 else 1,
            )  # fmt: skip
    X, _ = groups(10_000, 3)
    found = [KMeans(k, n_init=1, random_state=0).fit_predict(X) for k in range(2, 16)]
    yield Case(
        "silhouettes of k = 2 to 15, 10,000 points, 3-D", 8,
        lambda: [separation.silhouette(X, labels) for labels in found],
        lambda: [metrics.silhouette_score(X, labels) for labels in found], repeats=3,
    )  # fmt: skip
    run = load("ten-2d")
    images = splits.load(run.setting).test.images(run.setting).flatten(1).numpy()
    latents = run.arrays["latents"]
    yield Case(
        "trustworthiness, 10,000 images of 784 pixels", 5,
        lambda: neighbourhood.trustworthiness(images, latents),
        lambda: manifold.trustworthiness(images, latents, n_neighbors=5), repeats=3,
    )  # fmt: skip
    rng = np.random.default_rng(1)
    for n, labels, clusters in ((1_000_000, 10, 10), (20_000, 10_000, 1_000)):
        y = rng.integers(0, labels, n)
        z = np.where(rng.random(n) < 0.5, y % clusters, rng.integers(0, clusters, n))
        for name, theirs in (
            ("nmi", metrics.normalized_mutual_info_score),
            ("ari", metrics.adjusted_rand_score),
            ("ami", metrics.adjusted_mutual_info_score),
        ):
            yield Case(
                f"{name.upper()}, {n:,} points, {labels:,} labels, {clusters:,} clusters", 1,
                partial(getattr(agreement, name), y, z), partial(theirs, y, z), repeats=3,
            )  # fmt: skip


def measured(case: Case) -> dict[str, Any]:
    """Seconds of both, in turns, after one of ours to warm up."""
    ours, taken = case.ours(), {"ours": [], "peer": []}  # type: Any, dict[str, list[float]]
    for _ in range(case.repeats):
        for name, work in (("ours", case.ours), ("peer", case.peer)):
            started = time.perf_counter()
            value = work()
            taken[name].append(time.perf_counter() - started)
    np.testing.assert_allclose(ours, value, rtol=0, atol=case.right)
    return row(case.path, case.by, case.goal, taken)


def row(path: str, peer: str, goal: float, taken: dict[str, list[float]]) -> dict[str, Any]:
    """Medians and ranges of the seconds `taken` by "ours" and the "peer"."""
    a, b = (statistics.median(taken[name]) for name in ("ours", "peer"))
    return {
        "path": path, "peer": peer, "ours_s": round(a, 4), "peer_s": round(b, 4),
        "ratio": round(b / a, 2), "goal": goal,
        "ours_range": [round(f(taken["ours"]), 4) for f in (min, max)],
        "peer_range": [round(f(taken["peer"]), 4) for f in (min, max)],
    }  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="last line: one JSON object")
    parser.add_argument("--large", action="store_true", help="70,000 points, too")
    args = parser.parse_args()
    rows = []
    for case in cases(args.large):
        found = measured(case)
        rows.append(found)
        sys.stdout.write(f"{found['path']:<60} {found['ours_s']:>8.3f} s  {found['peer_s']:>8.3f} s  "
                         f"{found['ratio']:>6.1f} times\n")  # fmt: skip
        sys.stdout.flush()
    if args.json:
        sys.stdout.write(json.dumps({"cores": os.cpu_count(), "rows": rows}) + "\n")


if __name__ == "__main__":
    main()
