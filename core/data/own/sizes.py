"""How large images are kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LEAST, MOST = 4, 64  # sides that a Setting can have


def kept_side(sizes: Sequence[tuple[int, int]]) -> int:
    """The side of the squares that images of these heights and widths become.

    The longer side that is in the middle of all, from 4 to 64: their own, where they have one size.
    """
    middle = int(np.median([max(size) for size in sizes]))
    return min(max(middle, LEAST), MOST)
