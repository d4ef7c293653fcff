"""Latents that were not projected, among those that were."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.latents.arrays import FloatArray
from core.latents.neighbours import nearest_neighbours
from core.latents.principal import principal_directions
from core.latents.projection import Points, Projection

_MEAN_OF = 5  # nearest ones that say where UMAP would have put a latent


def placed(
    others: FloatArray, latents: FloatArray, points: Points, projection: Projection
) -> npt.NDArray[np.float32]:
    """Where other latents lie in the axes of a projection.

    Exact without a projection and by PCA, which is linear. UMAP places only what it was made of: there
    it is the mean place of the nearest latents that were.

    Args:
        others: (k, d).
        latents: (n, d) that were projected.
        points: of these, (n, m).
        projection: that gave them.

    Returns:
        (k, m).

    Raises:
        Undefined: by UMAP, values not finite.
    """
    if projection.method == "none":
        return others.astype(np.float32)
    if projection.method == "pca":
        values = latents.astype(np.float64)
        mean = values.mean(axis=0)
        _, directions = principal_directions(values - mean)
        kept = directions[: points.points.shape[1]]
        return ((others - mean) @ kept.T).astype(np.float32)
    rows, _ = nearest_neighbours(others, latents, min(_MEAN_OF, len(latents)))
    return points.points[rows].mean(axis=1).astype(np.float32)
