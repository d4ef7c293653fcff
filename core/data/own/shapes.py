"""Which axis of an array is what: images (n, h, w, c) out of all the orders that people have."""

from __future__ import annotations

import math

import numpy as np

from core.data.errors import DataError
from core.data.own.found import MAX_IMAGES, MAX_SIDE, Array
from core.data.own.sizes import LEAST

_CHANNELS = (1, 3, 4)  # grey; red, green and blue; with opacity
_COLOURS = {1: "", 3: "Colours (red, green, blue)", 4: "Colours with opacity"}


def ordered(images: Array, labels: int | None, remarks: list[str], doubts: list[str]) -> Array:
    """A view (n, h, w, c) of images, c 1, 3 or 4.

    Args:
        images: (n, h, w), with a channel axis first or last, or flat (n, d).
        labels: how many there are; None: there are none.
        remarks: gets a sentence for each change.
        doubts: gets a sentence where it could be otherwise.

    Raises:
        DataError: it is none of these.
    """
    if images.dtype.kind not in "biuf":
        raise DataError(f"images must be numbers; got {images.dtype}")
    if labels is not None and images.ndim >= 2 and len(images) != labels == images.shape[-1]:
        images = np.moveaxis(images, -1, 0)
        remarks.append("The last axis counts the images, as MATLAB has it.")
    elif (
        labels is None and images.ndim == 3 and images.shape[0] == images.shape[1] < images.shape[2]
    ):
        images = np.moveaxis(images, -1, 0)
        doubts.append("The last of the three axes was taken for the one that counts the images.")
    if images.ndim == 2:
        images = _from_rows(images, remarks, doubts)
    elif images.ndim == 3:
        images = images[..., None]
    elif images.ndim == 4:
        images = _channels_last(images)
    else:
        raise _shape_error(images)
    count, height, width, channels = images.shape
    if not all(LEAST <= side <= MAX_SIDE for side in (height, width)):
        raise DataError(
            f"images must have sides from {LEAST} to {MAX_SIDE:,} pixels; got {height} x {width}"
        )
    if not 1 <= count <= MAX_IMAGES:
        raise DataError(f"images must be 1 to {MAX_IMAGES:,}; got {count:,}")
    if channels > 1:
        remarks.append(f"{_COLOURS[channels]} became grey levels.")
    return images


def _from_rows(images: Array, remarks: list[str], doubts: list[str]) -> Array:
    """Rows of pixels as images."""
    count, pixels = images.shape
    side = math.isqrt(pixels)
    if side >= LEAST and side**2 == pixels:
        remarks.append(f"Each row of {pixels:,} numbers is an image of {side} x {side} pixels.")
        return images.reshape(count, side, side, 1)
    side = math.isqrt(pixels // 3)
    if side >= LEAST and 3 * side**2 == pixels:
        doubts.append(
            f"Each row of {pixels:,} numbers was taken for a red, a green and a blue image of "
            f"{side} x {side} pixels, one after the other."
        )
        return np.moveaxis(images.reshape(count, 3, side, side), 1, -1)
    raise DataError(
        f"images must have shape (n, h, w), or a square number of pixels in each row; got shape "
        f"{images.shape}. Latents are scored with: python -m core metrics FILE"
    )


def _channels_last(images: Array) -> Array:
    if images.shape[-1] in _CHANNELS:
        return images
    if images.shape[1] in _CHANNELS:
        return np.moveaxis(images, 1, -1)
    raise _shape_error(images)


def _shape_error(images: Array) -> DataError:
    return DataError(
        f"images must have shape (n, h, w), (n, h, w, 3), (n, 1, h, w) or the like; got {images.shape}"
    )
