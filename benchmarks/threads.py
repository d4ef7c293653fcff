"""One training thread against torch's default, alone and beside a busy neighbour.

`python -m benchmarks.threads --json`: milliseconds of a step, the default Setting and the post's. The
peer is torch's default number of threads, ours `core.training.threads.training_threads()`; the
neighbour is a process that does nothing but count. The two take turns; the ratio is of their best
rounds.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from typing import Any

import torch

from core.data import splits as images
from core.setting.recipes import RECIPES
from core.setting.setting import Setting
from core.training.loop import Training
from core.training.shuffled import shuffled_batches
from core.training.threads import training_threads

STEPS, ROUNDS = 20, 5


def _count() -> None:
    while True:
        pass


def milliseconds(setting: Setting, counts: tuple[int, ...]) -> dict[int, list[float]]:
    """Mean time of a step in each round, by number of threads, shortest first."""
    data = images.load(setting)
    training = Training(setting, data, torch.device("cpu"))
    batches = [
        images for (_, images), _ in zip(shuffled_batches(training), range(STEPS), strict=False)
    ]
    times: dict[int, list[float]] = {count: [] for count in counts}
    for _ in range(ROUNDS):
        for count in counts:
            torch.set_num_threads(count)
            training.step(batches[0])
            start = time.perf_counter()
            for batch in batches:
                training.step(batch)
            times[count].append(1e3 * (time.perf_counter() - start) / len(batches))
    return {count: sorted(values) for count, values in times.items()}


def main() -> None:
    """Measure and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    default, ours = torch.get_num_threads(), training_threads()
    result: dict[str, Any] = {"ours": {}, "peer": {}, "ratio": {}}
    for busy in (False, True):
        neighbour = multiprocessing.get_context("spawn").Process(target=_count, daemon=True)
        if busy:
            neighbour.start()
            time.sleep(1)
        for name, setting in {"default": Setting(), "post": RECIPES["post"].setting}.items():
            case = f"{name}, {'busy neighbour' if busy else 'alone'}"
            found = milliseconds(setting, (ours, default))
            result["ours"][case], result["peer"][case] = found[ours], found[default]
            result["ratio"][case] = found[default][0] / found[ours][0]
            for count in (ours, default):
                rounds = ", ".join(f"{ms:.2f}" for ms in found[count])
                print(f"{case}: {count} thread(s) {rounds} ms")
        if busy:
            neighbour.terminate()
    result["equal"] = f"Settings, batches, machine; threads {ours} and {default}"
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
