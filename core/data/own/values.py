"""Which values of pixels are black and white."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.data.errors import DataError
from core.data.own.found import Array

# what integers go to, where the largest of them does not say more
_DEPTHS = ((1023, "10 bits"), (4095, "12 bits"), (65535, "16 bits"))
_FAINT = 100  # of 255: images whose largest value is less are nearly black
_PIECE = 4_000_000  # numbers looked at together


class ValuesError(DataError):
    """Values of no known range; `low` and `high` are the smallest and the largest."""

    def __init__(self, message: str, low: float, high: float) -> None:
        super().__init__(message)
        self.low, self.high = low, high


@dataclass(frozen=True)
class ValueRange:
    """Values of black and white.

    Attributes:
        low, high: black, white.
        doubt: a sentence where it could be another range; "": it is plain.
    """

    low: float
    high: float
    doubt: str = ""

    @property
    def text(self) -> str:
        """For people: "0 to 255"."""
        return f"{self.low:g} to {self.high:g}"


def pieces(images: Array) -> Iterator[slice]:
    """Slices of the first axis, each small enough to be computed with."""
    step = max(_PIECE // max(images[:1].size, 1), 1)
    for start in range(0, len(images), step):
        yield slice(start, start + step)


def range_of(images: Array, given: tuple[float, float] | None = None) -> ValueRange:
    """The range that an array's values have.

    Args:
        images: numbers of any type.
        given: black and white, where somebody says so; all values must be between.

    Raises:
        DataError: values that are not finite, outside what was given, or of no known range.
    """
    if images.dtype == np.bool_:
        return ValueRange(0, 1)
    low, high, whole = _extremes(images)
    if given is not None:
        if not given[0] <= low <= high <= given[1]:
            raise ValuesError(
                f"values must be between the given {given[0]:g} and {given[1]:g}; they go from "
                f"{low:g} to {high:g}",
                low,
                high,
            )
        return ValueRange(*given)
    if low == 0 and high == 0:
        return ValueRange(0, 255, "All images are black.")
    if images.dtype.kind in "iu" or whole:
        return _of_whole(low, high)
    return _of_floats(low, high)


def _of_whole(low: float, high: float) -> ValueRange:
    other = "If that is wrong, say which values are black and white."
    if low < 0:
        if low == -1 and high <= 1:
            return ValueRange(-1, 1)
        raise _unknown(low, high)
    if high <= 1:
        return ValueRange(0, 1, f"The values are 0 and 1: 1 was taken for white. {other}")
    if high <= 16:
        doubt = (
            f"The largest value is {high:g}: 16 was taken for white, as in scikit-learn's digits."
        )
        return ValueRange(0, 16, f"{doubt} {other}")
    if high <= 255:
        faint = f"The largest value is {high:g}, and 255 was taken for white: the images are dark. "
        return ValueRange(0, 255, faint + other if high < _FAINT else "")
    for most, name in _DEPTHS:
        if high <= most:
            doubt = f"The largest value is {high:g}: {most} was taken for white ({name}). {other}"
            return ValueRange(0, most, "" if most == 65535 else doubt)
    raise _unknown(low, high)


def _of_floats(low: float, high: float) -> ValueRange:
    if low >= 0 and high <= 1:
        return ValueRange(0, 1)
    if low >= 0 and 16 < high <= 255:
        faint = f"The largest value is {high:g}, and 255 was taken for white: the images are dark."
        return ValueRange(0, 255, faint if high < _FAINT else "")
    if -1 <= low < 0 and high <= 1:
        if low >= -0.5 and high <= 0.5:
            return ValueRange(
                -0.5, 0.5, "Values around 0: -0.5 was taken for black, 0.5 for white."
            )
        return ValueRange(-1, 1)
    raise _unknown(low, high)


def _unknown(low: float, high: float) -> ValuesError:
    return ValuesError(
        f"values must go from 0 to 1, -1 to 1, 0 to 16, 0 to 255 or 0 to 65535; they go from {low:g} to "
        f"{high:g}. Say which values are black and white",
        low,
        high,
    )


def _extremes(images: Array) -> tuple[float, float, bool]:
    """Smallest and largest value, and whether all are whole. Raises DataError: some are not finite."""
    low, high, whole = np.inf, -np.inf, True
    for some in pieces(images):
        part = images[some]
        if part.dtype.kind == "f" and not np.isfinite(part).all():
            bad = ~np.isfinite(part.reshape(len(part), -1)).all(axis=1)
            raise DataError(
                "values must be numbers without NaN and infinity; image "
                f"{(some.start or 0) + int(bad.argmax())}, counted from 0, has others"
            )
        low, high = min(low, float(part.min())), max(high, float(part.max()))
        whole = whole and (part.dtype.kind != "f" or bool((part == np.rint(part)).all()))
    return low, high, whole


def greys(part: Array, values: ValueRange) -> npt.NDArray[np.uint8]:
    """Images (m, h, w, c) as grey levels (m, h, w); opacity shows the ground below light or dark ink."""
    scale = np.float32(255 / (values.high - values.low))
    numbers: npt.NDArray[np.float32] = part.astype(np.float32)
    if values.low:
        numbers -= np.float32(values.low)
    if scale != 1:  # 0..255 is what is kept: multiplying must not cost the last bit
        numbers *= scale
    if numbers.shape[-1] == 1:
        grey: npt.NDArray[Any] = numbers[..., 0]
    else:  # as ITU-R 601 weighs red, green and blue
        grey = numbers[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32)
    if numbers.shape[-1] == 4:
        cover = numbers[..., 3] / 255
        ink = (grey * cover).sum(axis=(1, 2)) / np.maximum(cover.sum(axis=(1, 2)), 1e-6)
        ground = np.where(ink < 127.5, 255, 0).astype(np.float32)
        grey = grey * cover + ground[:, None, None] * (1 - cover)
    return np.rint(np.clip(grey, 0, 255)).astype(np.uint8)
