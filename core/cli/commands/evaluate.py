"""`python -m core evaluate`: a stored Run scored anew, with other clusters if they are asked for."""

from __future__ import annotations

import argparse
import time

from core.cli.inputs import checked_neighbours, named_run, run_options, scoring_options
from core.cli.output import Result, about_run


def options(parser: argparse.ArgumentParser) -> None:
    """Add the run, and how clusters are found and scored."""
    run_options(parser)
    scoring_options(parser)


def run(args: argparse.Namespace) -> Result:
    """Encode the held-out images, cluster and score them."""
    from core.data.splits import load
    from core.latents.clustering import cluster
    from core.runs.pipeline import score
    from core.training.loop import encode, reconstruction_errors

    started = time.perf_counter()
    stored, neighbours = named_run(args), checked_neighbours(args)
    setting, model = stored.setting, stored.model()
    data = load(setting)
    latents = encode(model, data.test, setting).numpy()
    errors = reconstruction_errors(model, data.test, setting).numpy()
    k = args.clusters or setting.n_clusters
    found = cluster(latents, args.clustering, k, seed=setting.seed)
    train_latents = encode(model, data.train, setting).numpy()
    evaluation = score(setting, data, latents, train_latents, errors, found, neighbours, model)
    return about_run(stored, True, time.perf_counter() - started, evaluation)
