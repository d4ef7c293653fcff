"""`python -m core runs`: the stored Runs and their first scores."""

from __future__ import annotations

import argparse

from core.cli.inputs import open_store
from core.cli.output import Result, say


def options(parser: argparse.ArgumentParser) -> None:
    """Nothing of its own."""


def run(args: argparse.Namespace) -> Result:
    """List the Runs; what can't be read is a sentence each."""
    found, problems = open_store(args).list()
    for problem in problems:
        say(problem)
    return {
        "runs": [
            {"run": r.name, "setting": r.setting.to_json(), "evaluation": r.evaluation.to_json()}
            for r in found
        ],
        "problems": problems,
    }
