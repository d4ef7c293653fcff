"""A table of numbers kept with a Run, in a file of its own: a cache, never needed.

A file that is damaged, foreign, outdated or of other latents is as good as none: it only saves computing
the same again.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors
import safetensors.numpy

from core.runs.files import age, replace_synced, sweep_folder
from core.setting.plain_files import plain_size

Table = npt.NDArray[Any]


def read_kept(
    path: Path,
    name: str,
    shape: tuple[int, ...],
    about: dict[str, Any],
    dtype: npt.DTypeLike = np.float32,
) -> tuple[Table, dict[str, Any]] | None:
    """The table `name` of a file and what is said about it, or None.

    Args:
        path: of the file.
        name: of the table: a key of what it says is `name`_sha256.
        shape: that it must have.
        about: what the file must say about it, among other things.
        dtype: the same; of 4 bytes at most.
    """
    try:
        if plain_size(path) > math.prod(shape) * 4 + 10_000:
            return None
        with safetensors.safe_open(path, framework="numpy") as file:
            (text,) = (file.metadata() or {}).values()
            said = json.loads(text)
            table = file.get_tensor(name).copy()
        fits = table.shape == shape and table.dtype == dtype and np.isfinite(table).all()
        fits = fits and said[f"{name}_sha256"] == _digest(table)
        return (table, said) if fits and about.items() <= said.items() else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    except safetensors.SafetensorError:
        return None


def write_kept(path: Path, kind: str, name: str, table: Table, about: dict[str, Any]) -> None:
    """Keep a table, as its dtype is, and what is said about it, all or nothing.

    Raises:
        OSError: the disk is full or not writable, or the Run is gone.
    """
    table = np.ascontiguousarray(table)
    metadata = {kind: json.dumps(about | {f"{name}_sha256": _digest(table)})}
    replace_synced(path, safetensors.numpy.save({name: table}, metadata))


def drop_oldest(folder: Path, most: int, never: Collection[str] = ()) -> None:
    """Of more than so many kept files in a folder the oldest go, save those `never` names."""
    sweep_folder(folder, hidden=True)
    others = [file for file in folder.glob("*.safetensors") if file.stem not in never]
    for old in sorted(others, key=age)[most - len(never) :]:  # youngest first
        old.unlink(missing_ok=True)


def _digest(table: Table) -> str:
    return hashlib.sha256(table.tobytes()).hexdigest()
