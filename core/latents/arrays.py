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


def checked_points(values: FloatArray, dtype: type[np.floating[Any]] = np.float64) -> FloatArray:
    """(n, d) values, contiguous, checked to be finite."""
    X = np.ascontiguousarray(values, dtype=dtype)
    if len(X) == 0:
        raise Undefined("undefined because there are no points")
    if not np.isfinite(X).all():
        raise Undefined("undefined because some values are not finite numbers")
    return X


def blocks(n: int, columns: int) -> Iterator[slice]:
    """Slices of n rows whose tables of so many columns are held at once."""
    rows = max(1, _BLOCK // max(columns, 1))
    return (slice(start, min(start + rows, n)) for start in range(0, n, rows))
