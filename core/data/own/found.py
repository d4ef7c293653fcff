"""What readers give, and the bounds that all of them keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.data.errors import DataError

MAX_BYTES = 400_000_000  # of a file, and of all that is unpacked from it
MAX_IMAGES = 200_000
MAX_FILES = MAX_IMAGES + 1_000
MAX_PIXELS = 100_000_000  # of all images together, as they are kept: a byte each
MAX_TEXT = 80  # letters of a class's name
MAX_SIDE = 4_096  # of an image in pixels, as it comes

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Found:
    """Arrays as a file has them; nothing is decided about their meaning yet.

    Attributes:
        form: what was read, for people: "a CSV file".
        images: numbers of any type, one image in each row of the first axis.
        labels: one for each image, numbers or texts; None: there are none.
        names: of the classes 0, 1, ..., where the file has them.
        held_out: (n,) bool, the test images of a file that has its own; None: it says nothing.
        sizes: how large the images were before the reader fitted them, in words; "" where it did not.
        remarks: sentences about what was left out or taken for granted.
    """

    form: str
    images: Array
    labels: Array | None = None
    names: tuple[str, ...] = ()
    held_out: Array | None = None
    sizes: str = ""
    remarks: tuple[str, ...] = ()


def megabytes(count: int) -> str:
    """Bytes as people read them: "12 MB"."""
    return f"{count / 1e6:.0f} MB" if count >= 1e6 else f"{max(count // 1000, 1)} kB"


def too_large(what: str, limit: int) -> DataError:
    """The error for what is larger than may be read."""
    return DataError(
        f"{what} must have at most {megabytes(limit)}, unpacked; it has more. Use fewer images"
    )
