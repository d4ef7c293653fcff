"""Small grey pictures of images of any kind, to be shown beside the points they are of."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.data.errors import DataError
from core.data.fitting import fitted
from core.data.own.found import Array
from core.data.own.shapes import ordered
from core.data.own.sizes import kept_side
from core.data.own.values import greys, pieces, range_of

MOST_PIXELS = 100_000_000  # of all pictures together


def thumbnails(images: Array) -> npt.NDArray[np.uint8]:
    """Pictures (n, s, s) of images, s up to 64, in their own grounds; light is light.

    Args:
        images: (n, h, w), with a channel axis first or last, or flat (n, d); of any known range.

    Raises:
        DataError: they are no images.
    """
    found = ordered(images, len(images), [], [])
    values = range_of(found)
    side = kept_side([found.shape[1:3]])
    if len(found) * side**2 > MOST_PIXELS:
        raise DataError(
            f"all images together must have at most {MOST_PIXELS // 10**6} million pixels; "
            f"{len(found):,} of {side} x {side} have more"
        )
    small = np.empty((len(found), side, side), np.uint8)
    for some in pieces(found):
        small[some] = fitted(greys(found[some], values), side)
    return small
