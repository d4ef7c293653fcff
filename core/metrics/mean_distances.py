"""The mean distance of each point to its own group and to the next one, compiled with numba.

All pairs are looked at and none is kept: memory grows with n, time with n^2 d. Points are sorted by
group, so a group's distances are a plain sum that the processor takes several at a time. It is done in
float32, and again in float64 for points where that could change a silhouette by a millionth.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from core.latents.arrays import FloatArray, IntArray
from core.latents.compiled import compiled, in_threads

Values = npt.NDArray[np.float64]

_DIMENSIONS = 4  # taken at once
_BLOCK = 256  # distances that float32 sums up, and that fit the fastest cache
_PART = 256  # points that a thread takes at once
# Coordinates are at most 1, so float32 has them within 3e-8, and twice that is the error of a distance:
# a silhouette, of distances larger than this, is right within a millionth.
_COARSE = 0.25


@compiled(
    "void(i8[::1],f4[:,::1],i8[::1],i8[::1],f8[::1],f8[::1])",
    "void(i8[::1],f8[:,::1],i8[::1],i8[::1],f8[::1],f8[::1])",
)
def _measure(rows: Any, points: Any, starts: Any, member: Any, own: Any, other: Any) -> None:
    """Of points (4k, n), sorted by group; group g is starts[g] .. starts[g + 1] - 1."""
    last = len(points) - 4
    squares = np.zeros(_BLOCK, points.dtype)
    for i in rows:
        nearest = np.inf
        for g in range(len(starts) - 1):
            total = 0.0
            for low in range(starts[g], starts[g + 1], _BLOCK):
                high = min(low + _BLOCK, starts[g + 1])
                # slices: with `low + j` numba asks at each place whether it is negative, and the
                # processor takes one at a time
                before = squares[: high - low]
                if last > 0:
                    before[:] = 0
                for c in range(0, last, 4):
                    x0, x1 = points[c, i], points[c + 1, i]
                    x2, x3 = points[c + 2, i], points[c + 3, i]
                    p0, p1 = points[c, low:high], points[c + 1, low:high]
                    p2, p3 = points[c + 2, low:high], points[c + 3, low:high]
                    for j in range(len(before)):
                        d0, d1, d2, d3 = p0[j] - x0, p1[j] - x1, p2[j] - x2, p3[j] - x3
                        before[j] += d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3
                x0, x1 = points[last, i], points[last + 1, i]
                x2, x3 = points[last + 2, i], points[last + 3, i]
                p0, p1 = points[last, low:high], points[last + 1, low:high]
                p2, p3 = points[last + 2, low:high], points[last + 3, low:high]
                part = x0 * 0
                for j in range(len(before)):
                    d0, d1, d2, d3 = p0[j] - x0, p1[j] - x1, p2[j] - x2, p3[j] - x3
                    part += np.sqrt(before[j] + d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3)
                total += part
            size = starts[g + 1] - starts[g]
            if g == member[i]:
                own[i] = total / max(size - 1, 1)
            else:
                nearest = min(nearest, total / size)
        other[i] = nearest


def mean_distances(points: FloatArray, member: IntArray) -> tuple[Values, Values]:
    """Of each point, to the others of its group, and to the group whose points are nearest on average.

    Args:
        points: (n, d), finite.
        member: (n,) groups 0, 1, ..., at least two, none without a point.

    Returns:
        Both (n,), in units of the largest distance from the mean (as they are where all points are
        equal). Right within 3e-7 of the larger one. 0 to the own group of a point alone in it.
    """
    centred = points - points.mean(axis=0)
    largest = float(np.abs(centred).max())
    if largest > 0:
        centred = centred / largest  # first: the square of a large number may be none
        centred /= np.linalg.norm(centred, axis=1).max()
    order = np.argsort(member, kind="stable")
    n, d = points.shape
    columns = np.zeros((-(-d // _DIMENSIONS) * _DIMENSIONS, n))
    columns[:d] = centred[order].T
    groups = np.ascontiguousarray(member[order], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(np.bincount(groups))]).astype(np.int64)
    own, other = np.empty(n), np.empty(n)

    def measure(rows: npt.NDArray[np.int64], at: npt.NDArray[Any]) -> None:
        in_threads(
            lambda part: _measure(rows[part], at, starts, groups, own, other), len(rows), _PART
        )

    measure(np.arange(n), columns.astype(np.float32))
    measure(np.flatnonzero(np.maximum(own, other) < _COARSE), columns)
    back = np.empty(n, dtype=np.int64)
    back[order] = np.arange(n)
    return own[back], other[back]
