"""Sprite sheets: thousands of small grey images in a few pictures that a browser loads at once."""

from __future__ import annotations

import io

import numpy as np

from core.figures.images import Greys, Images, grey_levels, grid

COLUMNS = 100
PER_SHEET = 10_000
_EXACT_BELOW = 500_000  # pixels of a sheet that is small enough to be kept without loss


def sprite_sheets(images: Images, *, soft: bool = False) -> list[bytes]:
    """Images as tiles of pictures (PNG or WebP), `COLUMNS` in a row, `PER_SHEET` in a picture.

    Tile i of a picture has its upper left corner at (i % COLUMNS, i // COLUMNS) times the side.
    Small sheets are exact. In large ones images have 16 levels of grey (MNIST: 1.0 MB for 10,000,
    no pixel off by more than 8 of 255), and soft ones are compressed with some loss (0.6 MB, 4 of
    255 on average).

    Args:
        images: (n, s, s), 0 to 1; values beyond are clipped, NaN is black.
        soft: without sharp edges, as reconstructions are.

    Raises:
        ValueError: not square, or sides that no picture can hold.
    """
    if images.ndim != 3 or images.shape[1] != images.shape[2] or not 1 <= images.shape[1] <= 160:
        raise ValueError(f"images must be (n, s, s) with s from 1 to 160; got {images.shape}")
    return [
        _compressed(sprite_sheet(images[start : start + PER_SHEET]), soft)
        for start in range(0, len(images), PER_SHEET)
    ]


def sprite_sheet(images: Images) -> Greys:
    """Images (n, s, s) as one picture (rows * s, COLUMNS * s), places left over being black."""
    return grid(grey_levels(images), COLUMNS, -(-len(images) // COLUMNS))


def _compressed(picture: Greys, soft: bool) -> bytes:
    from PIL import Image  # with the first picture, not with every figure

    file = io.BytesIO()
    if picture.size < _EXACT_BELOW:
        Image.fromarray(picture).save(file, "PNG")
    elif soft:
        Image.fromarray(picture).save(file, "WEBP", quality=20, method=4)
    else:
        Image.fromarray(np.rint(picture / 17).astype(np.uint8) * np.uint8(17)).save(file, "PNG")
    return file.getvalue()
