"""Principal directions of latents, with one sign on every machine."""

from __future__ import annotations

import numpy as np

from core.latents.arrays import FloatArray


def principal_directions(centred: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Directions of greatest variance, the first one first.

    A direction and its opposite explain the same, and which one comes out differs between machines:
    the largest loading is made positive. Rounding lets the first of equal ones decide.

    Args:
        centred: (n, d) float64, mean 0.

    Returns:
        Singular values (k,), descending, and unit directions (k, d); k = min(n, d).
    """
    _, singular, directions = np.linalg.svd(centred, full_matrices=False)
    largest = np.argmax(np.round(np.abs(directions), 6), axis=1)
    signs = np.where(directions[np.arange(len(directions)), largest] < 0, -1.0, 1.0)
    return singular, directions * signs[:, None]
