"""MATLAB's .mat of versions 5 to 7, as "MAT-File Level 5 File Format" (The MathWorks) describes it.

Its arrays of numbers are read here, and not by SciPy, whose reader ends the whole process on some
damaged files. Version 7.3 is HDF5.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator

import numpy as np

from core.data.errors import DataError
from core.data.own.found import Array, too_large

FORM = "a .mat of MATLAB"
_MATRIX, _COMPRESSED = 14, 15
# types of numbers as they are stored, and classes of arrays
_STORED = {
    1: "i1",
    2: "u1",
    3: "i2",
    4: "u2",
    5: "i4",
    6: "u4",
    7: "f4",
    9: "f8",
    12: "i8",
    13: "u8",
}
_CLASSES = {6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8",
            15: "u8"}  # fmt: skip
_LOGICAL, _COMPLEX = 0x200, 0x800
_MAX_ARRAYS = 100


def read(content: bytes, limit: int, remarks: list[str]) -> dict[str, Array]:
    """The arrays of numbers in a .mat; structures, cells and texts are left out.

    Raises:
        DataError: it unpacks to more than `limit` bytes, is damaged, or has no array of numbers.
    """
    order = {b"IM": "<", b"MI": ">"}.get(content[126:128])
    if order is None:
        raise DataError("a .mat must say its byte order; this one does not")
    found: dict[str, Array] = {}
    room = limit
    for kind, data in _elements(content[128:], order):
        if kind == _COMPRESSED:
            stream = zlib.decompressobj()
            unpacked = stream.decompress(data, room + 1)
            room -= len(unpacked)
            if room < 0:
                raise too_large("a .mat", limit)
            inside = next(_elements(unpacked, order), (0, b""))
        else:
            inside = kind, data
        if inside[0] == _MATRIX and (named := _array(inside[1], order)) is not None:
            found[named[0]] = named[1]
        if len(found) > _MAX_ARRAYS:
            raise DataError(f"a .mat must have at most {_MAX_ARRAYS} arrays; it has more")
    if not found:
        raise DataError("a .mat must have arrays of numbers; this one has none of its own level")
    return found


def _elements(content: bytes, order: str) -> Iterator[tuple[int, bytes]]:
    """Type and data of each element. Raises DataError: one is longer than what is there."""
    at = 0
    while at + 8 <= len(content):
        kind, size = struct.unpack_from(f"{order}2I", content, at)
        if kind >> 16:  # a small one: both in four bytes, and its data in the next four
            kind, size, start, end = kind & 0xFFFF, kind >> 16, at + 4, at + 8
        else:
            start, end = at + 8, at + 8 + size
            if kind != _COMPRESSED:
                end += -size % 8
        if size > len(content) - start or size > end - start:
            raise DataError("a .mat is damaged or cut off: an array is longer than the file")
        yield kind, content[start : start + size]
        at = end


def _array(content: bytes, order: str) -> tuple[str, Array] | None:
    """Name and numbers of a matrix; None: it is no plain array of numbers."""
    parts = list(_elements(content, order))
    if len(parts) < 4 or len(parts[0][1]) < 4:
        return None
    flags = struct.unpack_from(f"{order}I", parts[0][1])[0]
    kind = _CLASSES.get(flags & 0xFF)
    stored = _STORED.get(parts[3][0])
    if kind is None or stored is None or flags & _COMPLEX:
        return None
    shape = tuple(np.frombuffer(parts[1][1], f"{order}i4").tolist())
    numbers = np.frombuffer(parts[3][1], f"{order}{stored}")
    if len(shape) < 2 or min(shape) < 0 or math.prod(shape) != len(numbers):
        raise DataError("a .mat is damaged: an array has other numbers than its shape says")
    # MATLAB stores small whole numbers in fewer bytes than their class has: these will do
    values = numbers.astype(bool) if flags & _LOGICAL else numbers
    name = parts[2][1].decode("utf-8", "replace").strip("\0 ")
    return name or "array", values.reshape(shape, order="F")
