"""Grey images side by side: pages of tiles as uint8 arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.floating[Any]]
Greys = npt.NDArray[np.uint8]

_LINE = 128  # grey between the tiles of a montage: digits are black and white


def grey_levels(images: Images) -> Greys:
    """Images of any shape, 0 to 1, as 0 to 255; values beyond are clipped, NaN is black."""
    return np.rint(np.clip(np.nan_to_num(images), 0, 1) * 255).astype(np.uint8)


def grid(tiles: Greys, columns: int, rows: int, fill: int = 0) -> Greys:
    """Tiles (n, h, w), row by row, as one page (rows * h, columns * w); `fill` where none is left."""
    n, h, w = tiles.shape
    places = np.full((rows * columns, h, w), fill, dtype=np.uint8)
    places[:n] = tiles
    return places.reshape(rows, columns, h, w).swapaxes(1, 2).reshape(rows * h, columns * w)


def montage(images: Images, columns: int, pad: int = 1) -> Greys:
    """Images as tiles, row by row, with grey lines of `pad` pixels between and around them.

    Args:
        images: (n, h, w), 0 to 1; values beyond are clipped, NaN is black.
        columns: tiles in a row; the last row is filled up with grey.
        pad: width of the lines in pixels.

    Returns:
        (rows * (h + pad) + pad, columns * (w + pad) + pad) uint8.

    Raises:
        ValueError: no images, or columns below 1.
    """
    n = len(images)
    if n == 0 or columns < 1:
        raise ValueError(f"a montage needs images and columns of at least 1; got {n} and {columns}")
    upper_left, lower_right = ((0, 0), (pad, 0), (pad, 0)), (0, pad)
    tiles = np.pad(grey_levels(images), upper_left, constant_values=_LINE)
    return np.pad(grid(tiles, columns, -(-n // columns), _LINE), lower_right, constant_values=_LINE)


def above_reconstructions(originals: Images, reconstructions: Images) -> Greys:
    """Originals (n, h, w) in the upper row, their reconstructions (n, h, w) in the lower.

    Raises:
        ValueError: no images, or shapes that differ.
    """
    if originals.shape != reconstructions.shape:
        raise ValueError(
            f"originals and reconstructions must have one shape; got {originals.shape} "
            f"and {reconstructions.shape}"
        )
    return montage(np.concatenate([originals, reconstructions]), columns=len(originals))
