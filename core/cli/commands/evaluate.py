"""`python -m core evaluate`: a stored Run scored anew, with other clusters if they are asked for."""

from __future__ import annotations

import argparse
import time

from core.cli.inputs import (
    checked_clusters,
    checked_neighbours,
    named_run,
    run_options,
    scoring_options,
)
from core.cli.output import Result, about_run


def options(parser: argparse.ArgumentParser) -> None:
    """Add the run, and how clusters are found and scored."""
    run_options(parser)
    scoring_options(parser)


def run(args: argparse.Namespace) -> Result:
    """Encode the held-out images, cluster and score them."""
    from core.data.splits import load
    from core.metrics.evaluation import Scoring
    from core.runs.scoring import score_model

    started = time.perf_counter()
    stored = named_run(args)
    scoring = Scoring(args.clustering, checked_clusters(args) or 0, checked_neighbours(args))
    setting = stored.setting
    scored = score_model(setting, stored.model(), load(setting, download=True), scoring)
    return about_run(stored, True, time.perf_counter() - started, scored.evaluation)
