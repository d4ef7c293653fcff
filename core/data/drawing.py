"""A drawn or photographed sign, prepared as the images of a data set were.

MNIST's authors scaled the ink of each digit to 20 pixels on its longer side, keeping its shape, and
put its centre of mass into the middle of 28 x 28 pixels (LeCun, Cortes & Burges 1998). Ink that has
that size already is moved by whole pixels and not resampled, so MNIST's own images come back as they
are. Other data sets were prepared in other ways; `_LAYOUTS` says how.

A light ground is found by the border and turned dark; even paper and slight noise are taken away.
Shadows and lines of a notebook are not: they would count as ink.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from core.data.pictures import PictureError
from core.data.splits import Split, resized
from core.setting.datasets import NPZ_NAME
from core.setting.setting import Setting

FloatArray = npt.NDArray[np.floating[Any]]

_WEAK = 0.75  # ink whose darkest stroke is weaker than this is made as strong as print
_LEAST_CONTRAST = 0.04  # between ink and ground, of 1: less is noise of a camera
_SAMPLE = 200  # images that say which ground a data set has


class _Layout(NamedTuple):
    """How a data set has its ink.

    Attributes:
        side: of its images in pixels.
        ink: longer side of the ink's box in pixels.
        by_mass: centred by mass; else by the box.
    """

    side: int
    ink: int
    by_mass: bool


# 8x8 digits, USPS, Fashion-MNIST and KMNIST fill their images; EMNIST has a border of two pixels.
_LAYOUTS = {
    "mnist": _Layout(28, 20, True),
    "emnist": _Layout(28, 24, False),
    "digits": _Layout(8, 8, False),
    "usps": _Layout(16, 16, False),
    "fashion": _Layout(28, 28, False),
    "kmnist": _Layout(28, 28, False),
}


def prepared(
    picture: npt.NDArray[Any], setting: Setting, light_ground: bool = False
) -> npt.NDArray[np.float32]:
    """A picture as a network of that Setting takes it.

    Own images have no known layout: the whole picture is fitted in.

    Args:
        picture: (h, w) grey levels, uint8, or float from 0 (black) to 1 (white).
        setting: gives data set and image size s.
        light_ground: the data set has dark ink on light ground, as `has_light_ground` says.

    Returns:
        (s, s) float32 from 0 to 1.

    Raises:
        PictureError: nothing is drawn, or it is no picture.
    """
    ink, is_clean = _ink(picture)
    if NPZ_NAME.fullmatch(setting.dataset):
        found = _fitted(ink, setting.image_size)
    else:
        found = _laid_out(ink, is_clean, _LAYOUTS[setting.dataset])
    image = resized(torch.from_numpy(found)[None, None], setting.image_size)[0, 0].numpy()
    image = np.clip(image, 0, 1)
    return np.ascontiguousarray(1 - image if light_ground else image, dtype=np.float32)


def has_light_ground(split: Split) -> bool:
    """Whether the images of a split mostly have a light border."""
    some = split.pixels[split.index[:_SAMPLE]].numpy()
    return float(np.median([np.median(_border(image)) for image in some])) > 127.5


# ------------------------------------------------------------------------------------- ink
def _ink(picture: npt.NDArray[Any]) -> tuple[FloatArray, bool]:
    """Ink (h, w) float32 from 0 to 1 on a ground of 0, and whether the ground was perfectly even."""
    x = np.asarray(picture)
    if x.ndim != 2 or min(x.shape) < 2:
        raise PictureError(f"a picture must be a table of grey levels (h, w); got shape {x.shape}")
    x = x.astype(np.float32) / (255 if x.dtype == np.uint8 else 1)
    if not np.isfinite(x).all() or x.min() < -1e-4 or x.max() > 1 + 1e-4:
        raise PictureError("a picture's grey levels must go from 0 (black) to 1 (white)")
    border = _border(x)
    if np.median(border) > 0.5:
        x, border = 1 - x, 1 - border
    ground = float(np.median(border))
    noise = 1.4826 * float(np.median(np.abs(border - ground)))  # a normal one's standard deviation
    x = np.clip(x - ground - 4 * noise, 0, None)
    strongest = float(x.max())
    if strongest < _LEAST_CONTRAST:
        raise PictureError("the picture must have ink on it; got an even ground: draw something")
    if strongest < _WEAK:
        x = x / strongest
    return x, noise == 0


def _border(x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.concatenate([x[0], x[-1], x[1:-1, 0], x[1:-1, -1]])


# ---------------------------------------------------------------------------------- layout
def _laid_out(ink: FloatArray, is_clean: bool, layout: _Layout) -> FloatArray:
    """Ink scaled to its size and moved to the middle of (side, side)."""
    some = ink > (0 if is_clean else 0.2 * ink.max())  # speckles don't make the box larger
    rows, columns = np.flatnonzero(some.any(axis=1)), np.flatnonzero(some.any(axis=0))
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    box = _scaled(box, layout.ink)
    height, width = box.shape
    if layout.by_mass:
        top, left = (_by_mass(box.sum(axis=1 - axis), layout.side) for axis in (0, 1))
    else:
        top, left = (layout.side - height) // 2, (layout.side - width) // 2
    out = np.zeros((layout.side, layout.side), np.float32)
    out[top : top + height, left : left + width] = box
    return out


def _by_mass(profile: FloatArray, side: int) -> int:
    """Where ink (m,) must begin so that its centre of mass lies in the pixel that MNIST has it in.

    It is the one after the middle, from 14 to 15 of 28, in all of MNIST's images.
    """
    centre = float((profile * (np.arange(len(profile)) + 0.5)).sum() / profile.sum())
    start = side // 2 - int(np.floor(centre + 1e-6))
    return min(max(start, 0), side - len(profile))


def _scaled(box: FloatArray, longer: int) -> FloatArray:
    """A box of ink with a longer side of so many pixels, its shape kept; itself where it has that."""
    if max(box.shape) == longer:
        return box
    factor = longer / max(box.shape)
    height, width = (max(1, round(side * factor)) for side in box.shape)
    return _resampled(box, height, width)


def _fitted(ink: FloatArray, size: int) -> FloatArray:
    """The whole picture, its longer side of that size, with ground around it: a square."""
    box = _scaled(ink, size)
    top, left = ((size - side) // 2 for side in box.shape)
    out = np.zeros((size, size), np.float32)
    out[top : top + box.shape[0], left : left + box.shape[1]] = box
    return out


def _resampled(box: FloatArray, height: int, width: int) -> FloatArray:
    """Means over areas where it becomes smaller, as anti-aliasing gives; between pixels if larger."""
    from PIL import Image

    smaller = max(box.shape) > max(height, width)
    how = Image.Resampling.BOX if smaller else Image.Resampling.BILINEAR
    image = Image.fromarray(np.ascontiguousarray(box, np.float32)).resize((width, height), how)
    return np.clip(np.asarray(image, np.float32), 0, 1)
