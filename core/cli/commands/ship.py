"""`python -m core ship`: the Runs that are part of the repository, with clusters and projections."""

from __future__ import annotations

import argparse

from core.cli.inputs import open_store
from core.cli.output import Result, report_epochs, report_stages, say
from core.latents.clustering_methods import CLUSTERING_METHODS
from core.latents.projection import Projection
from core.setting.recipes import CLASSIFIED, RECIPES, SHIPPED


def options(parser: argparse.ArgumentParser) -> None:
    """Add whether all are trained."""
    parser.add_argument("--again", action="store_true", help="train also those that are stored")


def run(args: argparse.Namespace) -> Result:
    """Train and project what is missing."""
    from core.runs.pipeline import find_or_cluster, find_or_project, find_or_train, train

    store, done = open_store(args), []
    for name in SHIPPED:
        setting = RECIPES[name].setting
        say(f"-- {name}: {setting.name}")
        if args.again:
            shipped = train(setting, store, report_epochs(setting), half=True)
        else:
            shipped = find_or_train(setting, store, report_epochs(setting), half=True).run
        for method in CLUSTERING_METHODS:  # no visitor waits for these
            find_or_cluster(shipped, method, setting.n_clusters)
        if setting.latent_dim > 3:
            for dims in (3, 2):
                find_or_project(shipped, Projection("umap", dims), report_stages)
        if name == CLASSIFIED:
            say("encoding the training images")
            _ = shipped.training
        done.append(shipped.name)
    return {"runs": done}
