"""Data sets of version 0.1, named by the bytes of their .npz, brought back for Runs that need them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np

from core.data.errors import DataError
from core.data.own.found import MAX_BYTES, Array
from core.data.own.npz_files import read
from core.data.own.store import keep_arrays, npz_path


def bring_back(
    source: Path | Mapping[str, bytes], in_use: Collection[str], root: Path | None = None
) -> str:
    """Keep an .npz as version 0.1 did where a stored Run was trained on it and its images are gone.

    Args:
        source: a file, or an upload by name.
        in_use: names of data sets that Runs were trained on.
        root: folder of the data sets; default: `data`.

    Returns:
        The name that the data set had then; "" where no Run needs it.

    Raises:
        DataError: it can't be kept.
    """
    content = _content(source)
    name = f"npz-{hashlib.sha256(content).hexdigest()[:12]}"
    if name not in in_use or npz_path(name, root).exists():
        return ""
    arrays = read(content, MAX_BYTES, [])
    images, labels = _greys(arrays["images"]), arrays.get("labels")
    known = {} if labels is None else {"labels": labels.astype(np.int64)}
    keep_arrays(name, {"images": images, **known}, root)
    return name


def _content(source: Path | Mapping[str, bytes]) -> bytes:
    if isinstance(source, Mapping):
        return next(iter(source.values())) if len(source) == 1 else b""
    try:
        return source.read_bytes() if source.is_file() else b""
    except OSError as error:
        raise DataError(f"{source} can't be read: {error.strerror}") from error


def _greys(images: Array) -> Array:
    """As version 0.1 took them: uint8, or floats from 0 to 1 or to 255."""
    if images.dtype == np.uint8:
        return np.ascontiguousarray(images)
    scale = 255 if float(images.max()) <= 1 else 1
    return np.rint(images.astype(np.float32) * scale).astype(np.uint8, order="C")
