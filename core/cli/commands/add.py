"""`python -m core add`: your own images, looked at and kept so that they can be trained on."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli.inputs import UsageError, existing_path, open_store
from core.cli.output import Result, say
from core.setting.checks import quoted


def options(parser: argparse.ArgumentParser) -> None:
    """Add the file, and what is said about it."""
    parser.add_argument(
        "file", type=Path, help="a file, a folder or a zip; data/README.md says which"
    )
    parser.add_argument(
        "--ground",
        choices=("auto", "dark", "light"),
        default="auto",
        help="light: dark ink on light ground, which is turned; default: what the borders say",
    )
    parser.add_argument(
        "--range", metavar="LOW,HIGH", help="values of black and white; default: what they say"
    )
    parser.add_argument(
        "--swap-axes", action="store_true", help="exchange rows and columns of each image"
    )
    parser.add_argument("--name", default="", help="what it is called; default: as the file")
    parser.add_argument("--dry-run", action="store_true", help="look at it and keep nothing")


def run(args: argparse.Namespace) -> Result:
    """Read the images, say what was understood and keep them."""
    from core.data.errors import DataError
    from core.data.own.adding import label_of, look
    from core.data.own.earlier import bring_back
    from core.data.own.store import keep
    from core.data.own.understand import Options
    from core.data.own.values import ValuesError

    path, how = existing_path(args.file), Options(args.ground, _range(args.range), args.swap_axes)
    try:
        found = look(path, how)
    except ValuesError as error:
        both = f"--range={error.low:.6g},{error.high:.6g}"
        raise DataError(f"{error}: {both}, if the smallest is black, the largest white") from error
    preview = found.preview
    result: Result = {"sentences": preview.sentences(), "doubts": list(preview.doubts)}
    if not args.dry_run:
        in_use = open_store(args).own_images()
        if before := bring_back(path, in_use):
            say(f"Stored runs were trained on this file as {before}: their images are here again.")
        result["dataset"] = keep(found, in_use=in_use, label=args.name or label_of(path))
    return result | {
        "images": preview.count,
        "size": preview.size,
        "classes": dict(preview.classes),
    }


def _range(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        low = high = 0.0
    if not low < high:
        raise UsageError(
            f"--range must be two numbers, black and white, such as 0,16; got {quoted(text)}"
        )
    return low, high
