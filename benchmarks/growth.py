"""How the time of each step grows with the number of images: `python -m benchmarks.growth --json`.

Each step with 10,000, 20,000, 40,000 and 70,000 points around ten centres in ten dimensions, or as many
images of MNIST (its training images, some of them twice), once each after a first small one; the
exponent is the slope of the logarithms. In theory, as it is done here: scores of all pairs, HDBSCAN's
tree over all points (scikit-learn's), and neighbours, which in ten dimensions are found among all pairs
for Ward, UMAP and kNN, are n^2; the rest is n, times the rounds that k-means and the mixture need. With
--write the table in `docs/measured.md` is renewed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import torch

from benchmarks.all import our_epoch, write_marked
from benchmarks.scores import groups
from core.data import splits
from core.data.splits import Data, Split
from core.latents.clustering import cluster
from core.latents.projection import Projection, project
from core.metrics import neighbourhood, separation
from core.setting.setting import Setting
from core.training.devices import computing
from core.training.encoding import encode
from core.training.loop import Training

COUNTS = (10_000, 20_000, 40_000, 70_000)
_SMALL = 2_000
_MARKS = ("<!-- python -m benchmarks.growth --write -->", "<!-- until here, growth -->")
Step = Callable[[], object]


def steps(n: int) -> Iterator[tuple[str, int, Step]]:
    """Name, exponent in theory, and what is timed, for so many points."""
    setting = Setting()
    data = splits.load(setting)
    index = torch.from_numpy(np.resize(data.train.index.numpy(), n))
    images = Split(data.train.pixels, index, None)
    training = Training(setting, Data(images, data.test, data.class_names), n_snapshots=0)
    yield "an epoch of training", 1, partial(_epoch, training)
    yield "encoding", 1, partial(encode, training.model, images, setting)
    X, y = groups(n, 10)
    for method, theory in (
        ("kmeans", 1), ("gmm", 1), ("hdbscan", 2), ("agglomerative", 2), ("umap-gmm", 2),
    ):  # fmt: skip
        yield f"clusters: {method}", theory, partial(cluster, X, method)
    yield "UMAP", 2, partial(project, X, Projection("umap"))
    yield "silhouette", 2, partial(separation.silhouette, X, y)
    yield "kNN accuracy", 2, partial(neighbourhood.leave_one_out_knn_accuracy, X, y)
    pixels = images.images(setting).flatten(1).numpy()
    yield "trustworthiness", 2, partial(neighbourhood.trustworthiness, pixels, X)


def _epoch(training: Training) -> None:
    with computing(training.device, training.threads):
        our_epoch(training)


def measured() -> list[dict[str, Any]]:
    """A row for each step: seconds for each count, and the exponents."""
    rows: dict[str, dict[str, Any]] = {}
    for n in (_SMALL, *COUNTS):
        for name, theory, step in steps(n):
            started = time.perf_counter()
            step()
            taken = time.perf_counter() - started
            if n == _SMALL:  # compiles and imports
                rows[name] = {"path": name, "theory": theory, "seconds": []}
                continue
            rows[name]["seconds"].append(round(taken, 4))
            sys.stdout.write(f"{name:<26} {n:>7,} {taken:>9.3f} s\n")
            sys.stdout.flush()
    for row in rows.values():
        slope = np.polyfit(np.log(COUNTS), np.log(row["seconds"]), 1)[0]
        row["exponent"] = round(float(slope), 2)
    return list(rows.values())


def table(rows: list[dict[str, Any]]) -> str:
    """The rows in Markdown."""
    head = " | ".join(f"{n:,}" for n in COUNTS)
    lines = [f"| what | {head} | exponent | in theory |", "|---|" + "---|" * (len(COUNTS) + 2)]
    for row in rows:
        seconds = " | ".join(f"{s:.3g} s" for s in row["seconds"])
        lines.append(f"| {row['path']} | {seconds} | {row['exponent']:.2f} | {row['theory']:g} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="last line: one JSON object")
    parser.add_argument("--write", action="store_true", help="also to docs/measured.md")
    args = parser.parse_args()
    rows = measured()
    sys.stdout.write(table(rows) + "\n")
    if args.write:
        write_marked(table(rows), _MARKS)
    if args.json:
        sys.stdout.write(json.dumps({"rows": rows}) + "\n")


if __name__ == "__main__":
    main()
