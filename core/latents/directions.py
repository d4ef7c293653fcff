"""Directions to move along in latent space, one for each slider, and the way to values and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.latents.arrays import FloatArray, LatentError, checked_points
from core.latents.principal import principal_directions

MOST = 12  # sliders: up to so many dimensions they are the latent's own


@dataclass(frozen=True, eq=False)
class Direction:
    """One direction of latent space, with the values that the data has along it.

    Attributes:
        name: `z1` or `PCA 1`.
        vector: (d,) of length 1.
        low: the data's least value.
        quartiles: (3,) 25 %, 50 % and 75 % of the data are below.
        high: the data's greatest value.
    """

    name: str
    vector: FloatArray
    low: float
    quartiles: FloatArray
    high: float


@dataclass(frozen=True, eq=False)
class Directions:
    """Directions at right angles to each other, and where their values count from.

    Attributes:
        origin: (d,) the latent whose values are all 0.
        each: the directions; where the latent has more dimensions, the rest has no value.
    """

    origin: FloatArray
    each: tuple[Direction, ...]

    def __len__(self) -> int:
        return len(self.each)

    @property
    def vectors(self) -> FloatArray:
        """(k, d)."""
        return np.stack([direction.vector for direction in self.each])

    def values(self, latent: FloatArray) -> FloatArray:
        """Values (k,) of a latent (d,), or (n, k) of latents (n, d)."""
        return np.asarray((np.asarray(latent, np.float64) - self.origin) @ self.vectors.T)

    def latent(self, values: FloatArray, of: FloatArray | None = None) -> FloatArray:
        """The latent (d,) that has these values (k,).

        Args:
            values: one for each direction.
            of: (d,) latent that the rest is taken of, which no direction has; None: the origin.

        Raises:
            LatentError: too few or too many values, or not finite.
        """
        asked = np.asarray(values, dtype=np.float64)
        if asked.shape != (len(self),) or not np.isfinite(asked).all():
            raise LatentError(f"values must be {len(self)} finite numbers; got {asked.tolist()}")
        base = self.origin if of is None else np.asarray(of, dtype=np.float64)
        return np.asarray(base + (asked - self.values(base)) @ self.vectors)


def directions(latents: FloatArray) -> Directions:
    """The latent's own dimensions up to twelve, beyond that its first twelve principal directions.

    Args:
        latents: (n, d) of the data.

    Raises:
        Undefined: no latents, or not finite.
    """
    X = checked_points(latents)
    d = X.shape[1]
    vectors: FloatArray
    if d <= MOST:
        origin, vectors, name = np.zeros(d), np.eye(d), "z"
    else:
        origin, name = X.mean(axis=0), "PCA "
        vectors = principal_directions(X - origin)[1][:MOST]
    along = (X - origin) @ vectors.T
    found = np.quantile(along, [0, 0.25, 0.5, 0.75, 1], axis=0).T
    each = (
        Direction(f"{name}{i + 1}", vector, float(five[0]), five[1:4], float(five[4]))
        for i, (vector, five) in enumerate(zip(vectors, found, strict=True))
    )
    return Directions(origin, tuple(each))
