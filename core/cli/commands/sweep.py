"""`python -m core sweep`: every Setting of a study, on this machine or on a cluster."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.inputs import UsageError, open_store
from core.cli.output import Result, say
from core.cli.own_dataset import added

if TYPE_CHECKING:
    from core.studies.engines.protocol import Engine

OF_CLUSTER = ("address", "cpus", "gpus")


def options(parser: argparse.ArgumentParser) -> None:
    """Add the study, the engine and what to do with Runs and failures."""
    parser.add_argument(
        "study", type=Path, help="a TOML file, as core/studies/study.py describes it"
    )
    parser.add_argument("--out", type=Path, help="default: results/NAME.csv beside the study")
    parser.add_argument(
        "--workers",
        type=int,
        help="trainings at a time, each with one thread; default: as many as there are cores",
    )
    parser.add_argument(
        "--engine",
        choices=["local", "ray"],
        default="local",
        help="processes here, or the nodes of a Ray cluster",
    )
    parser.add_argument("--address", help="of the cluster: auto (the one here) or HOST:PORT")
    parser.add_argument("--cpus", type=float, help="of the cluster, for each training; default: 1")
    parser.add_argument("--gpus", type=float, help="the same; default: 0; 0.25 lets four share one")
    parser.add_argument("--keep-runs", action="store_true", help="store weights and latents, too")
    parser.add_argument("--retry-failed", action="store_true", help="try again what failed before")
    parser.add_argument("--dry-run", action="store_true", help="say what there is to do, and stop")


def run(args: argparse.Namespace) -> Result:
    """Do what is not in the results file yet, or say what that is."""
    from core.studies.plan import Options, default_out, describe
    from core.studies.study_file import read_study
    from core.studies.sweep import run as sweep
    from core.studies.terminal import Lines, Table

    if args.workers is not None and args.workers < 1:
        raise UsageError(f"workers must be a whole number of at least 1; got {args.workers}")
    store = open_store(args)
    study = read_study(args.study, lambda path: added(path, store))
    out = args.out or default_out(args.study)
    engine = _engine(args)
    act = describe if args.dry_run else sweep
    watch = Table(sys.stderr) if sys.stderr.isatty() and not args.dry_run else Lines(say)
    wanted = Options(args.keep_runs, args.retry_failed)
    return act(study, out, store, engine, wanted, watch)


def _engine(args: argparse.Namespace) -> Engine:
    """The engine that was asked for; Ray is imported only then."""
    from core.studies.engines.local import Pool
    from core.studies.engines.protocol import Cluster, check_installed

    given = {name: getattr(args, name) for name in OF_CLUSTER if getattr(args, name) is not None}
    if args.engine == "local":
        if given:
            raise UsageError(f"--{next(iter(given))} is for --engine ray; got --engine local")
        return Pool(args.workers or 0)
    cluster = Cluster(**given)
    check_installed("--engine ray")
    from core.studies.engines.ray import RayEngine

    return RayEngine(cluster, args.workers or 0)
