"""UMAP projections kept with a Run, one file each in `projections/`: a cache, never needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from core.latents.projection import Points, Projection
from core.runs.kept import drop_oldest, read_kept, write_kept
from core.runs.run import Run

# The number rises when the same Projection would give other points; older files are then ignored.
FORMAT = "latent-clusters-projection/1"
PROJECTIONS = "projections"  # the folder of a Run
MAX_PROJECTIONS = 24  # files a Run, some 120 kB each; what is shown at first is never the one to go
_FIRST_SHOWN = {Projection("umap", dims).key for dims in (2, 3)}


def stored_projection(run: Run, projection: Projection) -> Points | None:
    """The stored points of a projection, or None."""
    shape = (len(run.arrays["latents"]), projection.dims)
    kept = read_kept(_path(run, projection), "points", shape, _about(run, projection))
    if kept is None:
        return None
    points, about = kept
    axes = about.get("axes")
    if not isinstance(axes, list) or len(axes) != projection.dims:
        return None
    return Points(points, tuple(map(str, axes)), str(about.get("note", "")))


def store_projection(run: Run, projection: Projection, points: Points) -> None:
    """Store the points of a projection of a Run's latents, all or nothing.

    Of more than `MAX_PROJECTIONS` the oldest go.

    Raises:
        OSError: the disk is full or not writable, or the Run is gone.
    """
    path = _path(run, projection)
    path.parent.mkdir(exist_ok=True)
    about = _about(run, projection) | {"axes": list(points.axes), "note": points.note}
    write_kept(path, "projection", "points", points.points.astype(np.float32), about)
    drop_oldest(path.parent, MAX_PROJECTIONS, _FIRST_SHOWN)


def _path(run: Run, projection: Projection) -> Path:
    return run.folder / PROJECTIONS / f"{projection.key}.safetensors"


def _about(run: Run, projection: Projection) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "projection": projection.to_json(),
        "latents_sha256": run.latents_sha256,
    }
