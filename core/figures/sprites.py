"""Sprite sheets: thousands of small grey images in a few pictures that a browser loads at once."""

from __future__ import annotations

import io

import numpy as np

from core.figures.images import Greys, Images, grey_levels, grid

COLUMNS = 100
PER_SHEET = 10_000
_EXACT_BELOW = 500_000  # pixels of a sheet that is small enough to be kept without loss


def sprite_sheets(images: Images, *, soft: bool = False) -> list[bytes]:
    """Images as tiles of pictures (PNG or JPEG), `COLUMNS` in a row, `PER_SHEET` in a picture.

    Tile i of a picture has its upper left corner at (i % COLUMNS, i // COLUMNS) times the side.
    Small sheets are exact. In large ones images have 16 levels of grey (MNIST: 1.1 MB for 10,000,
    no pixel off by more than 8 of 255), and soft ones are compressed with some loss (1.0 MB, 3.5 of
    255 on average). A visitor waits for them: JPEG takes a fortieth of the time that WebP does.

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
        Image.fromarray(picture).save(file, "JPEG", quality=30)
    else:
        levels = Image.fromarray(np.rint(picture / np.float32(17)).astype(np.uint8)).convert("P")
        levels.putpalette([grey for level in range(16) for grey in 3 * [17 * level]])
        levels.save(file, "PNG", bits=4, compress_level=3)
    return file.getvalue()
