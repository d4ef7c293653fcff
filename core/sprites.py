"""Sprite sheets: thousands of small grey images in a few pictures that a browser loads at once."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

COLUMNS = 100
PER_SHEET = 10_000
_EXACT_BELOW = 500_000  # pixels of a sheet that is small enough to be kept without loss


def sheets(images: npt.NDArray[np.floating[Any]]) -> list[bytes]:
    """Images as tiles of WebP pictures, `COLUMNS` in a row, `PER_SHEET` in a picture.

    Tile i of a picture has its upper left corner at (i % COLUMNS, i // COLUMNS) times the side.
    Large sheets are compressed with some loss: of MNIST's pixels, 2 of 255 levels on average.

    Args:
        images: (n, s, s), 0 to 1; values beyond are clipped, NaN is black.

    Raises:
        ValueError: not square, or sides that no picture can hold.
    """
    if images.ndim != 3 or images.shape[1] != images.shape[2] or not 1 <= images.shape[1] <= 160:
        raise ValueError(f"images must be (n, s, s) with s from 1 to 160; got {images.shape}")
    return [
        _webp(sheet(images[start : start + PER_SHEET]))
        for start in range(0, len(images), PER_SHEET)
    ]


def sheet(images: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.uint8]:
    """Images (n, s, s) as one picture (rows * s, COLUMNS * s), places left over being black."""
    n, s, _ = images.shape
    rows = -(-n // COLUMNS)
    tiles = np.zeros((rows * COLUMNS, s, s), dtype=np.uint8)
    tiles[:n] = np.rint(np.clip(np.nan_to_num(images), 0, 1) * 255)
    return tiles.reshape(rows, COLUMNS, s, s).swapaxes(1, 2).reshape(rows * s, COLUMNS * s)


def _webp(picture: npt.NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    options = {"lossless": True} if picture.size < _EXACT_BELOW else {"quality": 50, "method": 0}
    Image.fromarray(picture).save(file, "WEBP", **options)
    return file.getvalue()
