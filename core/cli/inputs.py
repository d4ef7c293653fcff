"""What several commands take: a stored Run, a file, the options of scoring; wrong ones as a sentence."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from core.latents.clustering_methods import CLUSTERING_METHODS
from core.setting.errors import UserError
from core.setting.paths import CHECKPOINTS

if TYPE_CHECKING:
    from core.runs.run import Run
    from core.runs.store import Store


class UsageError(UserError):
    """Something the user wrote that can't be."""


class Parser(argparse.ArgumentParser):
    """argparse whose errors are one sentence."""

    def error(self, message: str) -> NoReturn:
        """Raise a UsageError."""
        raise UsageError(message)


def common_options(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes; where Runs are stored is for tests."""
    parser.add_argument("--json", action="store_true", help="last line of output: one JSON object")
    parser.add_argument("--checkpoints", type=Path, default=CHECKPOINTS, help=argparse.SUPPRESS)


def run_options(parser: argparse.ArgumentParser) -> None:
    """Add the stored Run that a command is about."""
    parser.add_argument("run", help="name of a run, a part of it that only one has, or a recipe")


def scoring_options(parser: argparse.ArgumentParser) -> None:
    """Add how clusters are found and scored."""
    parser.add_argument("--clustering", choices=list(CLUSTERING_METHODS), default="kmeans")
    parser.add_argument("--clusters", type=int, help="how many; default: as many as classes")
    parser.add_argument("--neighbours", type=int, default=5, help="k of kNN and trustworthiness")


def open_store(args: argparse.Namespace) -> Store:
    """The store of Runs."""
    from core.runs.store import Store

    return Store(args.checkpoints)


def named_run(args: argparse.Namespace) -> Run:
    """The Run that `run_options` named. Raises NoSuchRun."""
    from core.runs import lookup

    return lookup.named_run(args.run, open_store(args))


def existing_file(path: str | Path) -> Path:
    """That path. Raises UsageError when there is no file."""
    if not Path(path).is_file():
        raise UsageError(f"{path} must be a file; there is none of that name")
    return Path(path)


def existing_path(path: str | Path) -> Path:
    """That path. Raises UsageError when there is neither a file nor a folder."""
    if not Path(path).exists():
        raise UsageError(f"{path} must be a file or a folder; there is none of that name")
    return Path(path)


def checked_clusters(args: argparse.Namespace) -> int | None:
    """How many clusters were asked for; None: it was not said. Raises UsageError."""
    if args.clusters is not None and args.clusters < 1:
        raise UsageError(f"--clusters must be at least 1; got {args.clusters}")
    return None if args.clusters is None else int(args.clusters)


def checked_neighbours(args: argparse.Namespace) -> int:
    """How many neighbours vote, 1 to 1000. Raises UsageError."""
    if not 1 <= args.neighbours <= 1000:
        raise UsageError(f"neighbours must be a whole number from 1 to 1000; got {args.neighbours}")
    return int(args.neighbours)
