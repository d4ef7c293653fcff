"""UMAP of a shipped Run's latents, umap-learn's and ours: `python -m benchmarks.projection`.

Equal: 10,000 latents of the Run `ten-10d`, 3 dimensions, 15 neighbours, min_dist 0.1, 500 epochs,
nothing precomputed, machine. The peer is umap-learn by its defaults (no seed, so all cores); ours is
`core.latents.projection` with its seeded default. Each runs in fresh processes, taking turns. `first`
runs from the start of the process to the points: imports and compiling are in it. `compiled` is the
second fit of a process, of the same latents in reverse order, so that nothing remembered helps. Of the
repeats the fastest counts: other work on the machine only ever adds. Trustworthiness is of the first
fit's points with respect to the latents (k = 15), the mean over repeats.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

NAMES = ("peer", "ours", "ours_unseeded")


def fit(name: str, latents: Any) -> Any:
    """Points (n, 3) by the peer or by ours."""
    if name == "peer":
        import umap

        return umap.UMAP(n_components=3).fit_transform(latents)
    from core.latents.projection import Projection, project

    return project(latents, Projection("umap", seed=0 if name == "ours" else None)).points


def child(name: str, folder: Path) -> None:
    """Two fits in this process: prints a line after the first, then the second's seconds."""
    latents = np.load(folder / "latents.npy")
    np.save(folder / "points.npy", fit(name, latents))
    print("first", flush=True)
    again = np.ascontiguousarray(latents[::-1])
    started = time.perf_counter()
    fit(name, again)
    print(time.perf_counter() - started, flush=True)


def measure(name: str, folder: Path) -> tuple[float, float]:
    """Seconds of the first and of the compiled fit in a fresh process."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.projection",
               "--child", name, str(folder)]  # fmt: skip
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        first = time.perf_counter() - started
        compiled = float(process.stdout.readline())
    return first, compiled


def main() -> None:
    """Measure and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        child(args.child[0], Path(args.child[1]))
        return

    from core.metrics.neighbourhood import trustworthiness
    from core.runs.store import Store
    from core.setting.recipes import RECIPES

    run = Store().find(RECIPES["ten-10d"].setting)
    if run is None:
        sys.exit("the Run ten-10d is missing: python -m core ship")
    latents = run.arrays["latents"]
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in NAMES}
    trust: dict[str, list[float]] = {name: [] for name in NAMES}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        np.save(folder / "latents.npy", latents)
        for _ in range(args.repeats):
            for name in NAMES:
                seconds[name].append(measure(name, folder))
                trust[name].append(trustworthiness(latents, np.load(folder / "points.npy"), 15))
                first, compiled = seconds[name][-1]
                print(
                    f"{name}: first {first:.1f} s, compiled {compiled:.1f} s, "
                    f"trustworthiness {trust[name][-1]:.4f}", file=sys.stderr,
                )  # fmt: skip

    def best(name: str) -> dict[str, float]:
        first, compiled = np.min(seconds[name], axis=0)
        return {
            "seconds_first": round(float(first), 2),
            "seconds_compiled": round(float(compiled), 2),
            "trustworthiness": round(float(np.mean(trust[name])), 5),
        }

    found = {name: best(name) for name in NAMES}
    result = {
        **found,
        "ratio": found["peer"]["seconds_first"] / found["ours"]["seconds_first"],
        "ratio_compiled": found["peer"]["seconds_compiled"] / found["ours"]["seconds_compiled"],
        "equal": f"{len(latents):,} latents of {run.name}, 3 dimensions, 15 neighbours, min_dist 0.1, "
        f"500 epochs, fresh processes, nothing precomputed, machine; fastest of {args.repeats}",
    }
    for name in NAMES:
        print(name, found[name])
    print(f"ratio first {result['ratio']:.2f}, compiled {result['ratio_compiled']:.2f}")
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
