"""UMAP projections kept with a Run, one file each in `projections/`: a cache, never needed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy

from core.latents.projection import Points, Projection
from core.runs.files import age, replace_synced, sweep
from core.runs.run import Run

# The number rises when the same Projection would give other points; older files are then ignored.
FORMAT = "latent-clusters-projection/1"
MAX_PROJECTIONS = 24  # files a Run, some 120 kB each; what is shown at first is never the one to go
_FIRST_SHOWN = {Projection("umap", dims).key for dims in (2, 3)}


def stored_projection(run: Run, projection: Projection) -> Points | None:
    """The stored points of a projection, or None.

    A file that is damaged, foreign, outdated or of other latents is as good as none: it only saves
    computing the same again.
    """
    path = _path(run, projection)
    shape = (len(run.arrays["latents"]), projection.dims)
    try:
        if path.stat().st_size > shape[0] * shape[1] * 4 + 10_000:
            return None
        with safetensors.safe_open(path, framework="numpy") as file:
            about = json.loads((file.metadata() or {})["projection"])
            points = file.get_tensor("points").copy()
        expected = _about(run, projection, points) | {
            name: about[name] for name in ("axes", "note")
        }
        if about != expected or points.shape != shape or points.dtype != np.float32:
            return None
        return Points(points, tuple(map(str, about["axes"])), str(about["note"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    except safetensors.SafetensorError:
        return None


def store_projection(run: Run, projection: Projection, points: Points) -> None:
    """Store the points of a projection of a Run's latents, all or nothing.

    Of more than `MAX_PROJECTIONS` the oldest go.

    Raises:
        OSError: the disk is full or not writable, or the Run is gone.
    """
    path = _path(run, projection)
    path.parent.mkdir(exist_ok=True)
    array = np.ascontiguousarray(points.points, dtype=np.float32)
    about = _about(run, projection, array) | {"axes": list(points.axes), "note": points.note}
    metadata = {"projection": json.dumps(about)}
    replace_synced(path, safetensors.numpy.save({"points": array}, metadata))
    sweep(path.parent.glob(".*"))
    others = [f for f in path.parent.glob("*.safetensors") if f.stem not in _FIRST_SHOWN]
    others.sort(key=age)  # youngest first
    for old in others[MAX_PROJECTIONS - len(_FIRST_SHOWN) :]:
        old.unlink(missing_ok=True)


def _path(run: Run, projection: Projection) -> Path:
    return run.folder / "projections" / f"{projection.key}.safetensors"


def _about(run: Run, projection: Projection, points: np.ndarray[Any, Any]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "projection": projection.to_json(),
        "latents_sha256": run.latents_sha256,
        "points_sha256": hashlib.sha256(points.tobytes()).hexdigest(),
    }
