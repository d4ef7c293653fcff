"""`python -m core metrics`: latents of anybody's, from a file, clustered and scored."""

from __future__ import annotations

import argparse
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from core.cli.inputs import UsageError, checked_neighbours, existing_file, scoring_options
from core.cli.output import Result
from core.setting.datasets import UNLABELLED_CLUSTERS

Array = np.ndarray[Any, Any]


def options(parser: argparse.ArgumentParser) -> None:
    """Add the file, and how clusters are found and scored."""
    parser.add_argument("file", type=Path)
    scoring_options(parser)


def run(args: argparse.Namespace) -> Result:
    """Cluster and score what is in the file."""
    from core import api

    latents, labels = read_latents(args.file)
    neighbours = checked_neighbours(args)
    k = args.clusters or (len(np.unique(labels)) if labels is not None else UNLABELLED_CLUSTERS)
    found = api.cluster(latents, args.clustering, k)
    evaluation = api.evaluate(latents, labels, found, neighbours=neighbours, split=args.file.name)
    return {"file": str(args.file), "evaluation": evaluation.to_json()}


def read_latents(path: Path) -> tuple[Array, Array | None]:
    """Latents (n, d) float32 and labels (n,) int64 or None, of an .npz with X and perhaps y.

    Nothing in it is unpickled. Labels may be any whole numbers; which they are makes no difference.

    Raises:
        UsageError: it is something else.
    """
    try:
        with np.load(existing_file(path), allow_pickle=False) as archive:
            if not isinstance(archive, np.lib.npyio.NpzFile) or "X" not in archive:
                raise UsageError(f"{path} must be an .npz with an array X (n, d); it has none")
            latents = archive["X"]
            labels = archive.get("y")
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise UsageError(f"{path} can't be read as an .npz of plain arrays ({error})") from error
    if latents.ndim != 2 or latents.dtype.kind not in "fiu" or 0 in latents.shape:
        raise UsageError(
            f"X must be numbers of shape (n, d); got {latents.dtype} of {latents.shape}"
        )
    if labels is None:
        return latents.astype(np.float32), None
    if labels.shape != latents.shape[:1] or labels.dtype.kind not in "iu":
        raise UsageError(
            f"y must be {len(latents)} whole numbers, one per row of X; "
            f"got {labels.dtype} of {labels.shape}"
        )
    return latents.astype(np.float32), labels.astype(np.int64)
