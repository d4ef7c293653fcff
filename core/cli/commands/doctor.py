"""`python -m core doctor`: whether everything that the app needs is here, and what to do if not."""

from __future__ import annotations

import argparse

from core.cli.checkup import look
from core.cli.output import Result


def options(parser: argparse.ArgumentParser) -> None:
    """Nothing of its own."""


def run(args: argparse.Namespace) -> Result:
    """Look at everything; a line each. Exit status 1 when something is wrong."""
    checks = list(look(args.checkpoints))
    wrong = sum(bool(check.problem) for check in checks)
    lines = []
    for name, value, problem, advice in checks:
        if not problem:
            lines.append(f"{name:10} {value}")
            continue
        lines += [f"{name:10} WRONG: {f'{value}: ' * bool(value)}{problem}", f"{'':10} -> {advice}"]
    lines.append(f"{wrong} problems." if wrong > 1 else "1 problem." if wrong else "All is well.")
    return {"checks": [check._asdict() for check in checks], "failed": wrong, "sentences": lines}
