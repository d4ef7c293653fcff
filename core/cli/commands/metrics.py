"""`python -m core metrics`: latents of anybody's, from a file, clustered and scored."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli.inputs import UsageError, checked_clusters, checked_neighbours, scoring_options
from core.cli.output import Result, say
from core.latents.clustering_methods import SMALLEST_CLUSTER, smallest_cluster
from core.metrics.catalogue import METRICS
from core.setting.datasets import UNLABELLED_CLUSTERS

_SLOW, _SLOWER = 5_000, 50_000  # points from which on it takes seconds, and one score may
_LONGEST = 3600.0  # seconds that it may take
# Seconds with two cores: for a pair of points, by dimension and in all; for a point and a mean.
_SILHOUETTE, _NEIGHBOUR, _MEAN = 4e-11, 2.2e-9, 4e-8
_LINKED = {"hdbscan": 7e-9, "agglomerative": 4.6e-9}  # for a pair


def options(parser: argparse.ArgumentParser) -> None:
    """Add the file, and how clusters are found and scored."""
    parser.add_argument(
        "file", type=Path, help=".npz with X (n, d) and y (n,), .npy, CSV, Parquet, .mat, HDF5"
    )
    parser.add_argument("--labels", type=Path, help="a file with a label for each point")
    scoring_options(parser)
    parser.add_argument(
        "--sample", type=int, help="take so many points, drawn at random, in place of all"
    )
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
    from core.latents.arrays import some_rows
    from core.latents.clustering import cluster

    asked, neighbours = checked_clusters(args), checked_neighbours(args)
    found = read_latents(args.file, args.labels)
    points, labels, count = found.points, found.labels, len(found.points)
    if args.sample is not None and args.sample < 2:
        raise UsageError(f"--sample must be at least 2; got {args.sample}")
    for remark in found.remarks:
        say(remark)
    if args.sample is not None and args.sample < count:
        rows = some_rows(count, args.sample)
        points, labels = points[rows], None if labels is None else labels[rows]
        say(f"{args.sample:,} of {count:,} points, drawn at random, are clustered and scored.")
    smallest = args.min_cluster_size or smallest_cluster(len(points))
    k = asked or len(found.classes) or UNLABELLED_CLUSTERS
    if k > len(points):
        raise UsageError(
            f"--clusters must be at most the number of points, {len(points)}; "
            + (f"got {k}" if asked or found.classes else f"without it {k} are looked for")
        )
    for_pairs = _LINKED.get(args.clustering, 0.0) + (_NEIGHBOUR if labels is not None else 0.0)
    _check_time(len(points), points.shape[1], k, for_pairs)
    _say_stage(len(points), f"finding clusters of {len(points):,} points")
    clusters = cluster(points, args.clustering, k, min_cluster_size=smallest)
    _say_stage(len(points), "scoring")

    def begun(key: str) -> None:
        if len(points) >= _SLOWER:
            say(f"  {METRICS[key].label} ...")

    evaluation = api.evaluate(
        points, labels, clusters, neighbours=neighbours, split=args.file.name, begun=begun
    )
    return {
        "file": str(args.file),
        "points": count,
        "labels": list(found.classes),
        "evaluation": evaluation.to_json(),
    }


def _check_time(n: int, d: int, k: int, for_pairs: float) -> None:
    """Refuse what would take hours, before it begins."""
    if (seconds := n * n * (2 * d * _SILHOUETTE + for_pairs) + n * k * d * _MEAN) > _LONGEST:
        raise UsageError(
            f"{n:,} points of {d:,} dimensions with {k:,} clusters would take some "
            f"{seconds / 3600:,.1f} hours: scores compare all pairs of points, and points with every "
            "cluster. Give --sample 20000 to take so many of them, or fewer --clusters"
        )


def _say_stage(count: int, stage: str) -> None:
    if count >= _SLOW:
        say(f"{stage} ...")
