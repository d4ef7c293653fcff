"""What every measurement on points checks first, and how it walks through many of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from core.setting.errors import UserError

IntArray = npt.NDArray[np.integer[Any]]
FloatArray = npt.NDArray[np.floating[Any]]
_BLOCK = 2**22  # distances held at once: 32 MB in float64


class Undefined(ValueError):
    """A score that has no value for these points; the message says "undefined because ..."."""


class LatentError(UserError, ValueError):
    """Latents that can't be used so; the message is one sentence for people."""


def same_length(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> None:
    """Raises ValueError unless both describe the same points."""
    if len(a) != len(b):
        raise ValueError(f"arrays must describe the same points; got {len(a)} and {len(b)}")


def checked_points(values: FloatArray, dtype: npt.DTypeLike = np.float64) -> FloatArray:
    """(n, d) values, contiguous, checked to be finite."""
    X = np.ascontiguousarray(values, dtype=dtype)
    if len(X) == 0:
        raise Undefined("undefined because there are no points")
    if not np.isfinite(X).all():
        raise Undefined("undefined because some values are not finite numbers")
    return X


def centred(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Values (n, d) about 0, in float64: moving points changes no score, and large offsets cost digits.

    Times in seconds since 1970 differ in the last few of float64's digits; whole numbers are moved
    before they become floats. Points so large or so small that squares of them do not fit are divided by
    one number, which changes no score either.
    """
    if values.dtype.kind in "iu" and values.size:
        low = values.min(axis=0)
        if float(values.max()) - float(values.min()) < 2**62:
            values = values - low
    X = values.astype(np.float64)
    finite = X[np.isfinite(X).all(axis=1)]
    if not finite.size:
        return X
    low, high = finite.min(axis=0), finite.max(axis=0)
    X -= low / 2 + high / 2
    X -= X[np.isfinite(X).all(axis=1)].mean(axis=0)
    size = float(np.abs(high / 2 - low / 2).max())
    if size and not 1e-100 < size < 1e100:
        X /= size
    return X


def some_rows(n: int, most: int) -> IntArray:
    """All of n rows, or `most` of them, drawn by chance, always the same; in their order."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(0).choice(n, most, replace=False))


def blocks(n: int, columns: int) -> Iterator[slice]:
    """Slices of n rows whose tables of so many columns are held at once."""
    rows = max(1, _BLOCK // max(columns, 1))
    return (slice(start, min(start + rows, n)) for start in range(0, n, rows))
