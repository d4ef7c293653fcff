"""What the order of a convolution's filters in memory costs: `python -m benchmarks.layouts --json`.

Steps of the recipe "tight-ten" on one thread, with filters channels last, as `core.models.autoencoder`
has them, and channels first, PyTorch's default; the two in turns. Milliseconds, medians.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

import torch

from core.data import splits as images
from core.setting.recipes import RECIPES
from core.training.loop import Training

FORMATS = {"ours": torch.channels_last, "peer": torch.contiguous_format}


def main() -> None:
    """Measure and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    setting = RECIPES["tight-ten"].setting
    data = images.load(setting)
    rows = torch.arange(setting.batch_size)
    batch = data.train.images(setting, rows)
    trainings = {}
    for name, form in FORMATS.items():
        training = trainings[name] = Training(setting, data, torch.device("cpu"), n_snapshots=0)
        training.model.to(memory_format=form)  # type: ignore[call-overload]
        training._begin_epoch(1)
        training.model.train()
    times: dict[str, list[float]] = {name: [] for name in trainings}
    for turn in range(args.rounds + 2):
        for name, training in trainings.items():
            start = time.perf_counter()
            training.step(batch, rows)
            if turn > 1:  # the first allocate
                times[name].append(1000 * (time.perf_counter() - start))
    found = {name: statistics.median(values) for name, values in times.items()}
    for name, value in found.items():
        print(f"{name}: {value:.0f} ms a step")
    if args.json:
        print(json.dumps({**found, "ratio": found["peer"] / found["ours"],
                          "equal": "same weights, images and thread; steps in turns"}))  # fmt: skip


if __name__ == "__main__":
    main()
