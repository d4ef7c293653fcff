"""Clusterings kept with a Run, one file each in `clusterings/`: a cache, never needed.

A Run has the clusters that it was scored with. Others that somebody asked for are found once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from core.latents.clustering_methods import CLUSTERING_METHODS, NOISE, Clustering
from core.runs.kept import drop_oldest, read_kept, write_kept
from core.runs.run import Run

# The number rises when the same method would find others; older files are then ignored.
FORMAT = "latent-clusters-clustering/1"
CLUSTERINGS = "clusterings"  # the folder of a Run
MAX_CLUSTERINGS = 24  # files a Run, some 20 kB each


def known_clustering(run: Run, method: str, n_clusters: int) -> Clustering | None:
    """The clusters that a Run was scored with, or that are kept; None where there are no such.

    Args:
        run: whose latents were clustered, with its seed.
        method: key of `CLUSTERING_METHODS`.
        n_clusters: that were asked for; of no account where the method finds how many there are.
    """
    asked, stored = _asked(method, n_clusters), run.clustering
    if (stored.method, stored.asked) == (method, n_clusters):
        return stored
    shape, about = (len(run.arrays["latents"]),), _about(run, method, asked)
    kept = read_kept(_path(run, method, asked), "clusters", shape, about, np.int16)
    if kept is None:
        return None
    labels = kept[0].astype(np.int64)
    found = np.unique(labels[labels != NOISE])
    if labels.min(initial=0) < NOISE or not np.array_equal(found, np.arange(len(found))):
        return None
    return Clustering(method, labels, len(found), int((labels == NOISE).sum()), asked)


def keep_clustering(run: Run, found: Clustering) -> None:
    """Keep clusters of a Run's latents, all or nothing; the oldest of many go.

    Raises:
        OSError: the disk is full or not writable, or the Run is gone.
    """
    if found.n_clusters > np.iinfo(np.int16).max:
        return
    path = _path(run, found.method, found.asked)
    path.parent.mkdir(exist_ok=True)
    about = _about(run, found.method, found.asked)
    write_kept(path, "clustering", "clusters", found.labels.astype(np.int16), about)
    drop_oldest(path.parent, MAX_CLUSTERINGS)


def _asked(method: str, n_clusters: int) -> int | None:
    return n_clusters if CLUSTERING_METHODS[method].needs_k else None


def _path(run: Run, method: str, asked: int | None) -> Path:
    return run.folder / CLUSTERINGS / f"{method}{'' if asked is None else f'-{asked}'}.safetensors"


def _about(run: Run, method: str, asked: int | None) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "method": method,
        "asked": asked,
        "seed": run.setting.seed,
        "latents_sha256": run.latents_sha256,
    }
