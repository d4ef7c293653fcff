"""`python -m core project`: a stored Run's latents in two or three dimensions, in a file."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.cli.inputs import UsageError, named_run, run_options
from core.cli.output import Result, report_stages
from core.latents.projection import PROJECTION_METHODS, Points, Projection
from core.setting.checks import quoted

if TYPE_CHECKING:
    from core.runs.run import Run


def options(parser: argparse.ArgumentParser) -> None:
    """Add the run, the projection and the file."""
    run_options(parser)
    parser.add_argument("--method", choices=PROJECTION_METHODS, default="umap")
    parser.add_argument("--dims", type=int, default=3, help="2 or 3")
    parser.add_argument("--neighbours", type=int, default=15, help="of UMAP, 2 to 200")
    parser.add_argument("--min-dist", type=float, default=0.1, help="of UMAP, 0 to 0.99")
    seeds = parser.add_mutually_exclusive_group()
    seeds.add_argument("--seed", type=int, default=0, help="of UMAP: the same picture each time")
    seeds.add_argument(
        "--unseeded", "--fast", action="store_true",
        help="start UMAP from chance; no faster than a seed here, as that uses all cores too",
    )  # fmt: skip
    parser.add_argument(
        "--output", type=Path, help="an .npz or a .csv; default: RUN-PROJECTION.npz"
    )


def run(args: argparse.Namespace) -> Result:
    """Project, or load the projection that is kept, and write it."""
    from core.runs.pipeline import find_or_project

    started = time.perf_counter()
    seed = None if args.unseeded else args.seed
    projection = Projection(args.method, args.dims, args.neighbours, args.min_dist, seed)
    found = named_run(args)
    output = args.output or Path(f"{found.name}-{projection.key}.npz")
    if output.suffix not in (".npz", ".csv"):
        raise UsageError(f"output must end in .npz or .csv; got {quoted(str(output))}")
    points, stored = find_or_project(found, projection, report_stages)
    _write(output, found, points)
    return {
        "run": found.name,
        "projection": projection.to_json(),
        "cached": stored,
        "seconds": round(time.perf_counter() - started, 3),
        "n": len(points.points),
        "axes": list(points.axes),
        "note": points.note,
        "output": str(output),
    }


def _write(output: Path, run: Run, points: Points) -> None:
    """Points with label and found cluster, one row per held-out image."""
    columns = {n: run.arrays[n] for n in ("labels", "clusters") if n in run.arrays}
    if output.suffix == ".npz":
        np.savez_compressed(output, points=points.points, **columns)  # type: ignore[arg-type]
        return
    table = np.column_stack([points.points, *columns.values()])
    head = ",".join([*points.axes, *columns])
    np.savetxt(output, table, delimiter=",", header=head, comments="", fmt="%.6g")
