"""Arrays of numpy: `.npz` and `.npy`, checked before anything is unpacked; nothing is unpickled."""

from __future__ import annotations

import io
import math
import zipfile

import numpy as np

from core.data.errors import DataError
from core.data.own.found import Array, too_large
from core.data.own.roles import has_role

FORM = "a file of numpy"
_MAX_ARRAYS = 100


def read(content: bytes, limit: int, remarks: list[str]) -> dict[str, Array]:
    """The arrays of an .npz, or the one of an .npy under the name "".

    Raises:
        DataError: Python objects, or more than `limit` bytes.
    """
    if content.startswith(b"\x93NUMPY"):
        return {"": _array(content, "the array")}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {member.filename: member for member in archive.infolist()}
        # zipfile never reads more than a member declares
        if sum(member.file_size for member in members.values()) > limit:
            raise too_large("the arrays of an .npz", limit)
        if len(members) > _MAX_ARRAYS:
            raise DataError(f"an .npz must have at most {_MAX_ARRAYS} arrays; got {len(members)}")
        found = {}
        for name, member in members.items():
            key = name.removesuffix(".npy")
            with archive.open(member) as file:
                inside = file.read(limit + 1)
            try:
                found[key] = _array(inside, key)
            except PythonObjects:
                if has_role(key):  # another may be left alone
                    raise
    return found


class PythonObjects(DataError):
    """An array of Python objects."""


def _array(content: bytes, key: str) -> Array:
    """The array of an .npy, as a view of its bytes: nothing is made room for on a header's word."""
    file = io.BytesIO(content)
    old = np.lib.format.read_magic(file) == (1, 0)
    header = np.lib.format.read_array_header_1_0 if old else np.lib.format.read_array_header_2_0
    shape, by_column, dtype = header(file)
    if dtype.hasobject:
        raise PythonObjects(
            f"{key} must be numbers or texts; got Python objects, which are never unpickled. "
            "In numpy, array.astype(str) makes texts of names"
        )
    count = math.prod(shape)
    if count * dtype.itemsize > len(content) - file.tell():
        raise DataError(f"{key} is damaged or cut off: it has less than the {shape} it promises")
    flat = np.frombuffer(content, dtype, count, offset=file.tell())
    return flat.reshape(shape, order="F" if by_column else "C")
