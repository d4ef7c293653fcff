"""The curve of UMAP: how near two points are taken to be at a distance in the embedding."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=64)
def curve(min_dist: float) -> tuple[float, float]:
    """a and b of 1 / (1 + a x^2b), nearest to 1 up to min_dist and exp(min_dist - x) beyond.

    As umap-learn's `find_ab_params` with spread 1.
    """
    from scipy.optimize import curve_fit  # here: half a second to import

    x = np.linspace(0, 3, 300)
    wanted = np.where(x < min_dist, 1.0, np.exp(min_dist - x))
    (a, b), _ = curve_fit(lambda x, a, b: 1 / (1 + a * x ** (2 * b)), x, wanted)
    return float(a), float(b)
