"""How many values of a row are smaller than some limits, compiled with numba."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from core.latents.compiled import compiled, in_threads

_PART = 64  # rows that a thread takes at once


@compiled(
    "void(f4[:,::1],f4[:,::1],i8[:,::1])",
    "void(f8[:,::1],f8[:,::1],i8[:,::1])",
)
def _count(values: Any, limits: Any, counts: Any) -> None:
    for i in range(len(values)):
        for t in range(limits.shape[1]):
            limit, count = limits[i, t], np.int32(0)
            for j in range(values.shape[1]):
                count += np.int32(values[i, j] < limit)
            counts[i, t] = count


def smaller(values: npt.NDArray[Any], limits: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """How many of each row's values are below each of its limits.

    Args:
        values: (r, n) float32 or float64, no NaN.
        limits: (r, k) of the same dtype.

    Returns:
        (r, k).
    """
    counts = np.empty(limits.shape, dtype=np.int64)
    limits = np.ascontiguousarray(limits)
    in_threads(lambda part: _count(values[part], limits[part], counts[part]), len(values), _PART)
    return counts
