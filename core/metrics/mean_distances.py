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
    "void(i8[::1],f4[:,::1],f4[:,::1],i8[::1],i8[::1],f8[::1],f8[::1])",
    "void(i8[::1],f8[:,::1],f8[:,::1],i8[::1],i8[::1],f8[::1],f8[::1])",
)
def _measure(
    rows: Any, points: Any, columns: Any, starts: Any, member: Any, own: Any, other: Any
) -> None:
    """Of points (n, 4k), sorted by group; `columns` (4k, n) are the same, turned.

    Group g is starts[g] .. starts[g + 1] - 1.
    """
    last = len(columns) - 4
    squares = np.zeros(_BLOCK, points.dtype)
    nearest = np.full(len(rows), np.inf)
    for g in range(len(starts) - 1):
        totals = np.zeros(len(rows))
        for low in range(starts[g], starts[g + 1], _BLOCK):
            high = min(low + _BLOCK, starts[g + 1])
            before = squares[: high - low]
            for r in range(len(rows)):  # all of them while this block is in the cache
                x = points[rows[r]]
                if last > 0:
                    before[:] = 0
                # slices: with `low + j` numba asks at each place whether it is negative, and the
                # processor takes one at a time
                for c in range(0, last, 4):
                    x0, x1, x2, x3 = x[c], x[c + 1], x[c + 2], x[c + 3]
                    p0, p1 = columns[c, low:high], columns[c + 1, low:high]
                    p2, p3 = columns[c + 2, low:high], columns[c + 3, low:high]
                    for j in range(len(before)):
                        d0, d1, d2, d3 = p0[j] - x0, p1[j] - x1, p2[j] - x2, p3[j] - x3
                        before[j] += d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3
                x0, x1, x2, x3 = x[last], x[last + 1], x[last + 2], x[last + 3]
                p0, p1 = columns[last, low:high], columns[last + 1, low:high]
                p2, p3 = columns[last + 2, low:high], columns[last + 3, low:high]
                part = x0 * 0
                for j in range(len(before)):
                    d0, d1, d2, d3 = p0[j] - x0, p1[j] - x1, p2[j] - x2, p3[j] - x3
                    part += np.sqrt(before[j] + d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3)
                totals[r] += part
        size = starts[g + 1] - starts[g]
        for r in range(len(rows)):
            if g == member[rows[r]]:
                own[rows[r]] = totals[r] / max(size - 1, 1)
            else:
                nearest[r] = min(nearest[r], totals[r] / size)
    other[rows] = nearest


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
    sorted_ = np.zeros((n, -(-d // _DIMENSIONS) * _DIMENSIONS))
    sorted_[:, :d] = centred[order]
    groups = np.ascontiguousarray(member[order], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(np.bincount(groups))]).astype(np.int64)
    own, other = np.empty(n), np.empty(n)

    def measure(rows: npt.NDArray[np.int64], at: npt.NDArray[Any]) -> None:
        columns = np.ascontiguousarray(at.T)
        in_threads(
            lambda part: _measure(rows[part], at, columns, starts, groups, own, other),
            len(rows),
            _PART,
        )

    measure(np.arange(n), sorted_.astype(np.float32))
    if len(near := np.flatnonzero(np.maximum(own, other) < _COARSE)):
        measure(near, sorted_)
    back = np.empty(n, dtype=np.int64)
    back[order] = np.arange(n)
    return own[back], other[back]
