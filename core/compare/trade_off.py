"""The front of a trade-off: which points no other is better than in both scores."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def front(
    x: npt.ArrayLike, y: npt.ArrayLike, *, x_higher: bool = False, y_higher: bool = True
) -> npt.NDArray[np.bool_]:
    """Which points no other is better than in one score and at least as good in the other.

    Args:
        x: (n,) scores; NaN is never on the front.
        y: (n,) scores.
        x_higher: whether more is better.
        y_higher: whether more is better.

    Returns:
        (n,) booleans; of equal points all are.
    """
    a = np.asarray(x, dtype=np.float64) * (-1 if x_higher else 1)
    b = np.asarray(y, dtype=np.float64) * (-1 if y_higher else 1)
    found = np.zeros(len(a), dtype=bool)
    known = np.flatnonzero(np.isfinite(a) & np.isfinite(b))
    order = known[np.lexsort((b[known], a[known]))]
    best, last = np.inf, (np.nan, np.nan)
    for i in order:  # smaller is better in both by now; ties in a come by b
        if b[i] < best or (a[i], b[i]) == last:
            found[i] = True
            best, last = b[i], (a[i], b[i])
    return found
