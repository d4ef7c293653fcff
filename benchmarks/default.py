"""What the default network reaches, over seeds: `python -m benchmarks.default --json`.

Two Settings, everything else at its default (even digits of MNIST, 3 latent dimensions, 25 epochs):
28 x 28 pixels, and 14 x 14 in 12 epochs beside the post's own held-out error (0.0237 on 0..1, after
some 250 s). Seconds are those of training; scores are on held-out images, kNN asks 5 training images.
The peer of `ratio` is the post's network and recipe at 14 x 14, trained by the same loop, one seed.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import time
from typing import Any

import torch

from core.data import splits as images
from core.metrics.neighbourhood import knn_accuracy
from core.setting.recipes import RECIPES
from core.setting.setting import Setting
from core.training.encoding import encode
from core.training.loop import Training

SETTINGS = {"28x28": Setting(), "14x14": Setting(image_size=14, epochs=12)}


def measure(setting: Setting) -> dict[str, float]:
    """Train one Setting; seconds, held-out squared error on 0..1, kNN accuracy."""
    data = images.load(setting)
    start = time.perf_counter()
    training = Training(setting, data, torch.device("cpu"))
    for _ in training.epochs():
        pass
    seconds = time.perf_counter() - start
    train, test = (encode(training.model, s, setting).numpy() for s in (data.train, data.test))
    assert data.train.labels is not None
    assert data.test.labels is not None
    error = training.records[-1].heldout["reconstruction"] / setting.pixel_range**2
    accuracy = knn_accuracy(train, data.train.labels.numpy(), test, data.test.labels.numpy(), 5)
    return {"seconds": seconds, "heldout_mse": error, "knn_accuracy": accuracy}


def summary(rows: list[dict[str, float]]) -> dict[str, Any]:
    """Mean, lowest and highest of each figure over the seeds."""
    return {
        name: {
            "mean": statistics.fmean(row[name] for row in rows),
            "min": min(row[name] for row in rows),
            "max": max(row[name] for row in rows),
        }
        for name in rows[0]
    }


def main() -> None:
    """Measure and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--peer", action="store_true", help="train the post's recipe too (minutes)")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    ours: dict[str, Any] = {}
    for name, setting in SETTINGS.items():
        rows = []
        for seed in range(args.seeds):
            rows.append(measure(setting.replace(seed=seed)))
            print(name, "seed", seed, rows[-1], file=sys.stderr)
        ours[name] = summary(rows)
    result: dict[str, Any] = {
        "ours": ours,
        "equal": f"even digits, 3 latent dimensions; {args.seeds} seeds; "
        f"{platform.machine()}, {torch.get_num_threads()} threads",
    }
    if args.peer:
        result["peer"] = measure(RECIPES["post"].setting)
        result["ratio"] = result["peer"]["seconds"] / ours["14x14"]["seconds"]["mean"]
    for name, figures in ours.items():
        for figure, value in figures.items():
            print(
                f"{name} {figure}: {value['mean']:.4g} ({value['min']:.4g} to {value['max']:.4g})"
            )
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
