"""MATLAB's .mat up to version 7, by SciPy; version 7.3 is HDF5."""

from __future__ import annotations

import io
import math
import struct
import zlib

import numpy as np

from core.data.errors import DataError
from core.data.own.found import Array, too_large

FORM = "a .mat of MATLAB"
_BYTES = {
    "double": 8, "single": 4, "logical": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2,
    "int32": 4, "uint32": 4, "int64": 8, "uint64": 8,
}  # fmt: skip
_MAX_ARRAYS = 100
_COMPRESSED = 15
_PIECE = 1 << 20


def read(content: bytes, limit: int, remarks: list[str]) -> dict[str, Array]:
    """The arrays of numbers in a .mat; structures, cells and texts are left out.

    Raises:
        DataError: it unpacks to more than `limit` bytes, or has no array of numbers.
    """
    from scipy.io import loadmat, whosmat

    _check_size(content, limit)
    listed = [row for row in whosmat(io.BytesIO(content)) if row[2] in _BYTES][:_MAX_ARRAYS]
    if sum(math.prod(shape) * _BYTES[kind] for _, shape, kind in listed) > limit:
        raise too_large("the arrays of a .mat", limit)
    if not listed:
        raise DataError("a .mat must have arrays of numbers; this one has none of its own level")
    wanted = [name for name, _, _ in listed]
    found = loadmat(io.BytesIO(content), variable_names=wanted)
    return {name: np.asarray(found[name]) for name in wanted if name in found}


def _check_size(content: bytes, limit: int) -> None:
    """Unpack each element in pieces that are thrown away: how large it is, only its end tells."""
    order = "<" if content[126:128] == b"IM" else ">"
    at, total = 128, 0
    while at + 8 <= len(content):
        kind, size = struct.unpack(f"{order}2I", content[at : at + 8])
        if kind == _COMPRESSED:
            stream = zlib.decompressobj()
            data = content[at + 8 : at + 8 + size]
            while data and not stream.eof:
                total += len(stream.decompress(data, _PIECE))
                data = stream.unconsumed_tail
                if total > limit:
                    raise too_large("a .mat", limit)
        at += 8 + size
