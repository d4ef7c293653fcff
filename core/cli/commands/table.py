"""`python -m core table`: the results of a study for a paper, a page or another program."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli.inputs import UsageError, existing_file
from core.cli.output import Result, say
from core.compare import table_formats
from core.metrics.catalogue import METRICS


def options(parser: argparse.ArgumentParser) -> None:
    """Add the results, and what of them is written, and how."""
    parser.add_argument("results", type=Path, help="a .csv that a sweep wrote")
    parser.add_argument("--format", choices=list(table_formats.TABLE_FORMATS), default="markdown")
    parser.add_argument("--by", help="means and the worst seed of groups: regularizer,digits")
    parser.add_argument("--metrics", help=f"scores, e.g. acc,nmi; all: {','.join(METRICS)}")
    parser.add_argument("--output", type=Path, help="a file; default: to standard output")


def run(args: argparse.Namespace) -> Result:
    """Write a row a Setting, or a row a group."""
    from core.compare import result_table
    from core.studies import results

    form = table_formats.TABLE_FORMATS[args.format]
    if form.binary and not args.output:
        raise UsageError(f"output must be a file for {form.label}, which is no text; got none")
    frame = result_table.scored(result_table.typed(results.read(existing_file(args.results))))
    notes: list[str] = []
    names = _names(args.metrics) or list(result_table.SHOWN)
    if frame.empty:
        raise UsageError(f"{args.results} must hold results; no setting in it has scores")
    if args.by is not None:
        frame, notes = result_table.summarised_by(frame, _names(args.by), names, worst=True)
    elif args.metrics is not None or form.for_people:
        frame = result_table.narrowed(frame, names)
    for note in notes:
        say(note)
    content = form.write(frame)
    result = {"format": args.format, "rows": len(frame), "columns": list(frame), "notes": notes}
    if args.output:
        args.output.write_bytes(content)
        return {**result, "output": str(args.output)}
    return {**result, "table": content.decode()}


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]
