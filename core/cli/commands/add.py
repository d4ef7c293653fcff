"""`python -m core add`: your own images, kept so that they can be trained on."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli.inputs import existing_file, open_store
from core.cli.output import Result


def options(parser: argparse.ArgumentParser) -> None:
    """Add the file."""
    parser.add_argument("file", type=Path)


def run(args: argparse.Namespace) -> Result:
    """Check and keep the images."""
    from core.data.own_images import add_npz
    from core.data.splits import npz_classes

    name = add_npz(existing_file(args.file), keep=open_store(args).own_images())
    return {"dataset": name, "classes": list(npz_classes(name))}
