"""HDF5, and with it MATLAB's .mat of version 7.3; by h5py, which is not installed with the app.

Only what lies in the file itself is read: no links to other files, no data outside it, no filters
that would load a library.
"""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np

from core.data.errors import DataError
from core.data.own.found import MAX_IMAGES, MAX_TEXT, Array, too_large

FORM = "an HDF5 file"
_MAX_ARRAYS, _MAX_DEPTH = 100, 4
_FILTERS = (None, "gzip", "lzf", "szip")


def read(content: bytes, limit: int, remarks: list[str]) -> dict[str, Array]:
    """The arrays of a file by name, groups joined by "/".

    Raises:
        DataError: h5py is missing, or the arrays have more than `limit` bytes.
    """
    try:
        import h5py
    except ImportError as error:
        raise DataError(
            "to read HDF5 and .mat of version 7.3, h5py must be installed: pip install h5py. "
            "Or save the arrays with numpy.savez"
        ) from error
    is_matlab = content.startswith(b"MATLAB")
    with h5py.File(io.BytesIO(content), "r") as file:
        listed: dict[str, Any] = {}
        _collect(h5py, file, "", 0, listed)
        if sum(math.prod(a.shape) * a.dtype.itemsize for a in listed.values()) > limit:
            raise too_large("the arrays of an HDF5 file", limit)
        found = {name: _array(array, limit) for name, array in listed.items()}
    # MATLAB counts the first axis fastest, HDF5 the last
    return {name: np.transpose(array) if is_matlab else array for name, array in found.items()}


def _collect(h5py: Any, group: Any, above: str, depth: int, found: dict[str, Any]) -> None:
    """Data sets of a group and those below it, by name; only what is linked hard."""
    for key in group:
        name = f"{above}/{key}" if above else key
        if not isinstance(group.get(key, getlink=True), h5py.HardLink) or key.startswith("#"):
            continue
        item = group[key]
        if isinstance(item, h5py.Group):
            if depth < _MAX_DEPTH:
                _collect(h5py, item, name, depth + 1, found)
        elif isinstance(item, h5py.Dataset) and _is_plain(h5py, item):
            found[name] = item
            if len(found) > _MAX_ARRAYS:
                raise DataError(f"an HDF5 file must have at most {_MAX_ARRAYS} arrays; it has more")


def _is_plain(h5py: Any, item: Any) -> bool:
    """Numbers or texts, all of them in this file, packed by nothing but HDF5's own filters."""
    own = item.external is None and not item.is_virtual and item.compression in _FILTERS
    if not own or item.shape is None:
        return False
    is_text = h5py.check_string_dtype(item.dtype) is not None
    is_column = len(item.shape) == 1 and item.shape[0] <= MAX_IMAGES
    return item.dtype.kind in "biuf" or (is_text and is_column)


def _array(item: Any, limit: int) -> Array:
    if item.dtype.kind in "biuf":
        return np.asarray(item[()])
    texts, room = [], limit
    for i in range(len(item)):  # one by one: many may be one and the same long text of the file
        text = item[i]
        room -= len(text)
        if room < 0:
            raise too_large("the texts of an HDF5 file", limit)
        texts.append(text.decode("utf-8", "replace")[:MAX_TEXT])
    return np.array(texts, dtype="U")
