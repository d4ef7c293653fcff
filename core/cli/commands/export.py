"""`python -m core export`: a stored Run as files for other programs."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli.inputs import named_run, run_options
from core.cli.output import Result
from core.export import formats


def options(parser: argparse.ArgumentParser) -> None:
    """Add the run, the format and where it is written."""
    run_options(parser)
    parser.add_argument("--format", choices=list(formats.EXPORT_FORMATS), default="tensorboard")
    parser.add_argument("--output", type=Path, help="a new folder or .zip; default: RUN-FORMAT")


def run(args: argparse.Namespace) -> Result:
    """Write the files."""
    found = named_run(args)
    output = args.output or Path(f"{found.name}-{args.format}")
    written = formats.write(found, args.format, output)
    return {"run": found.name, "format": args.format, "output": str(output), "files": written}
