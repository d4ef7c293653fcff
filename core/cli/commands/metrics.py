"""`python -m core metrics`: latents of anybody's, from a file, clustered and scored."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli.inputs import UsageError, checked_clusters, checked_neighbours, scoring_options
from core.cli.output import Result, say
from core.latents.clustering_methods import SMALLEST_CLUSTER, smallest_cluster
from core.setting.datasets import UNLABELLED_CLUSTERS

_SLOW = 5_000  # points from which on it takes seconds


def options(parser: argparse.ArgumentParser) -> None:
    """Add the file, and how clusters are found and scored."""
    parser.add_argument(
        "file", type=Path, help=".npz with X (n, d) and y (n,), .npy, CSV, Parquet, .mat, HDF5"
    )
    parser.add_argument("--labels", type=Path, help="a file with a label for each point")
    scoring_options(parser)
    parser.add_argument(
        "--min-cluster-size",
        type=int,
        help=f"smallest cluster of HDBSCAN; default: {SMALLEST_CLUSTER}, or half of fewer than "
        f"{2 * SMALLEST_CLUSTER} points",
    )


def run(args: argparse.Namespace) -> Result:
    """Cluster and score what is in the file."""
    from core import api
    from core.cli.latent_files import read_latents
    from core.latents.clustering import cluster

    asked, neighbours = checked_clusters(args), checked_neighbours(args)
    found = read_latents(args.file, args.labels)
    points, labels = found.points, found.labels
    for remark in found.remarks:
        say(remark)
    _say_stage(len(points), f"finding clusters of {len(points):,} points")
    smallest = args.min_cluster_size or smallest_cluster(len(points))
    k = asked or len(found.classes) or UNLABELLED_CLUSTERS
    if k > len(points):
        raise UsageError(
            f"--clusters must be at most the number of points, {len(points)}; "
            + (f"got {k}" if asked or found.classes else f"without it {k} are looked for")
        )
    clusters = cluster(points, args.clustering, k, min_cluster_size=smallest)
    _say_stage(len(points), "scoring")
    evaluation = api.evaluate(points, labels, clusters, neighbours=neighbours, split=args.file.name)
    return {
        "file": str(args.file),
        "labels": list(found.classes),
        "evaluation": evaluation.to_json(),
    }


def _say_stage(count: int, stage: str) -> None:
    if count >= _SLOW:
        say(f"{stage} ...")
