"""What an engine of a sweep costs per trial, and what a second worker brings.

`python -m benchmarks.sweep --json`: the same Settings, some ten seconds each with their scores, trained
plainly in this process (the peer), then by a sweep with one local worker, with two, and with one on a
Ray cluster of this machine, which is started and stopped here. A sweep's time is from the end of its
warm-up (each worker imports, loads the images and trains one small Setting) to its last row: results
and Runs are written as ever. The two workers' is from the end of the earlier warm-up, so never in their
favour. Needs an otherwise idle machine with two cores; some five minutes.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.runs.store import Store
from core.studies import results
from core.studies.engines.local import Pool, one_thread
from core.studies.engines.protocol import Cluster, Engine, Trial
from core.studies.perform import perform
from core.studies.plan import Options, plan
from core.studies.study import Study
from core.studies.study_file import parse_study
from core.studies.sweep import run
from core.studies.watch import SweepState
from tests.studies.cluster import Cluster as OwnCluster

STUDY = """
[defaults]
dataset = "mnist"
digits = "0,2,4,6,8"
image_size = 14
latent_dim = 3

[[grid]]
name = "warm-up"
epochs = 1
batch_size = [1024, 2048]
seed = 0

[[grid]]
name = "measured"
epochs = {epochs}
seed = {seeds}
"""
WARM = 2  # Settings of the warm-up, which come first: their seed is the smallest


class _Times:
    """A sweep's watch that notes when each Setting ended."""

    def __init__(self) -> None:
        self.ended: list[float] = []

    def say(self, text: str) -> None:
        """Note the time when a Setting ended; pass the line on."""
        if text.startswith("["):
            self.ended.append(time.perf_counter())
        print(text, file=sys.stderr)

    def show(self, state: SweepState) -> None:
        """Nothing to draw."""


def _study(epochs: int, trials: int) -> Study:
    text = STUDY.format(epochs=epochs, seeds=list(range(1, trials + 1)))
    return parse_study(text, Path("benchmark.toml"))


def plainly(study: Study) -> tuple[list[float], float]:
    """Seconds of each measured Setting in this process, and kNN accuracy on pixels."""
    pixels: dict[int, float] = {}
    seconds: list[float] = []
    for setting, grid in study.settings.items():
        trial = Trial(setting, grid, study.splits, study.scoring, keep=True, pixels=pixels)
        start = time.perf_counter()
        answer = perform(trial)
        if grid == "measured":
            seconds.append(time.perf_counter() - start)
        pixels[study.scoring.neighbours] = answer.rows[0]["knn_accuracy_pixels"]
    return seconds, pixels[study.scoring.neighbours]


def by_sweep(study: Study, engine: Engine, baseline: float, since: int) -> float:
    """Seconds of the measured Settings by a sweep, from the end of its warm-up number `since`."""
    times = _Times()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # so that no worker computes kNN on pixels, which would be once a worker and not once a trial
        known = next(iter(study.settings)).replace(seed=999)
        row = results.row(known, "", "heldout", study.scoring, {}) | {"status": results.DONE}
        with results.ResultsFile(folder / "results.csv") as file:
            file.add([row | {"knn_accuracy_pixels": baseline}])
        store = Store(folder / "checkpoints")
        run(study, folder / "results.csv", store, engine, Options(keep_runs=True), times)
        if len(store.names()) != len(study.settings):
            raise RuntimeError("a Setting failed; see above")
    return times.ended[-1] - times.ended[since]


def on_ray(address: str) -> Engine:
    """The engine of the cluster there, one trial at a time."""
    from core.studies.engines.ray import RayEngine

    return RayEngine(Cluster(address), 1)


def driver(study: Study, trials: int = 100, runs: int = 10_000) -> dict[str, float]:
    """What the one process that drives a sweep does itself, in milliseconds, by what it is.

    Args:
        study: gives a Setting, whose Run is written again and again.
        trials: how often.
        runs: folders in the store and rows in the results file, where their number matters.
    """
    setting = next(iter(study.settings))
    answer = perform(Trial(setting, "g", study.splits, study.scoring, keep=True))
    size = sum(map(len, answer.files.values()))
    found: dict[str, float] = {"Run, kB": size / 1e3}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(folder / "checkpoints")
        with results.ResultsFile(folder / "results.csv") as file:
            start = time.perf_counter()
            for _ in range(trials):
                store.write(setting, answer.files)
            found["write a Run"] = _milliseconds(start) / trials
            start = time.perf_counter()
            for _ in range(trials):
                file.add(answer.rows)
            found["write a row"] = _milliseconds(start) / trials
            row = answer.rows[0]
            names = [setting.replace(seed=seed) for seed in range(runs)]
            file.add(row | other.to_text() | {"run": other.name} for other in names)
        found["row, kB"] = (folder / "results.csv").stat().st_size / (runs + trials) / 1e3
        start = time.perf_counter()
        plan(study, results.read(folder / "results.csv"), Options())
        found[f"plan after {runs:,} rows"] = _milliseconds(start)
        for other in names:
            (store.root / other.name).mkdir(exist_ok=True)
        start = time.perf_counter()
        store.names()
        found[f"list {runs:,} Runs"] = _milliseconds(start)
        start = time.perf_counter()
        for other in names[:1000]:
            store.has(other)
        found["look a Setting up"] = _milliseconds(start) / 1000
    return found


def _milliseconds(start: float) -> float:
    return 1e3 * (time.perf_counter() - start)


def main() -> None:
    """Measure and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--trials", type=int, default=4, help="measured Settings; an even number")
    parser.add_argument("--epochs", type=int, default=12, help="of each")
    parser.add_argument("--driver", action="store_true", help="only what the driver does itself")
    args = parser.parse_args()
    one_thread()
    study = _study(args.epochs, args.trials)
    own = driver(study)
    for name, value in own.items():
        print(f"driver, {name}: {value:.3g}" + " ms" * ("kB" not in name))
    if args.driver:
        return
    plain, baseline = plainly(study)
    cases: dict[str, Callable[[], float]] = {
        # with one worker, warm-ups are one after another: the last is just before the first measured
        "local, one worker": lambda: by_sweep(study, Pool(1), baseline, WARM - 1),
        "local, two workers": lambda: by_sweep(study, Pool(2), baseline, 0),
    }
    seconds = {name: case() for name, case in cases.items()}
    cluster = OwnCluster()
    try:
        cluster.head()
        engine = on_ray(cluster.address)
        seconds["ray, one worker"] = by_sweep(study, engine, baseline, WARM - 1)
    finally:
        cluster.close()
    per_trial = {name: value / args.trials for name, value in seconds.items()}
    peer = sum(plain) / len(plain)
    result: dict[str, Any] = {
        "ours": {
            "seconds_per_trial": per_trial,
            "overhead": {
                "local": per_trial["local, one worker"] / peer - 1,
                "ray": per_trial["ray, one worker"] / peer - 1,
            },
        },
        "peer": {"seconds_per_trial": {"in this process": peer}, "each": plain},
        "driver": own,
        "ratio": {
            "two workers over one": per_trial["local, one worker"] / per_trial["local, two workers"]
        },
        "equal": f"{args.trials} Settings of {args.epochs} epochs, one thread each; results and Runs "
        f"written by all but the peer; {platform.machine()}",
    }
    print(f"in this process: {peer:.2f} s a trial ({min(plain):.2f} to {max(plain):.2f})")
    for name, value in per_trial.items():
        print(f"{name}: {value:.2f} s a trial, {value / peer - 1:+.1%}")
    print(f"two workers over one: {result['ratio']['two workers over one']:.2f}")
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
