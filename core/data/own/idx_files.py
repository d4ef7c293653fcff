"""IDX, the form of MNIST's files: http://yann.lecun.com/exdb/mnist describes it.

Two zero bytes, the type of the numbers, the number of axes, the length of each axis as a big-endian
integer, then the numbers.
"""

from __future__ import annotations

import math
import struct

import numpy as np

from core.data.errors import DataError
from core.data.own.found import Array

FORM = "IDX, as MNIST has it"
_TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read(content: bytes, limit: int, remarks: list[str]) -> dict[str, Array]:
    """The array of an IDX file, unpacked, under the name "".

    Raises:
        DataError: its length is not what its header says.
    """
    return {"": idx_array(content)}


def idx_array(content: bytes) -> Array:
    """The numbers of an IDX file; `read` for who knows that it is one."""
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in _TYPES:
        raise DataError("an IDX file must begin with two zeros and a known type; it does not")
    axes = content[3]
    start = 4 + 4 * axes
    if not 1 <= axes <= 4 or len(content) < start:
        raise DataError(f"an IDX file must have one to four axes; its header says {axes}")
    shape = struct.unpack(f">{axes}I", content[4:start])
    dtype = np.dtype(_TYPES[content[2]])
    promised = math.prod(shape) * dtype.itemsize
    if promised != len(content) - start:
        raise DataError(
            f"an IDX file's header says shape {shape}, which is {promised:,} bytes; the file has "
            f"{len(content) - start:,}. It is damaged or cut off; download it anew"
        )
    return (
        np.frombuffer(content, dtype, offset=start).reshape(shape).astype(dtype.newbyteorder("="))
    )
