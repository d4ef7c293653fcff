"""How rows of numbers become the square images that networks take, and back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from core.networks import NETWORKS

Array = npt.NDArray[np.float64]

_MOST = 64  # side of an image


@dataclass(frozen=True, eq=False)
class Squares:
    """Where each feature of a sample lies in a square image, and the range of values.

    Attributes:
        side: s, of the images.
        places: (f,) pixel of each feature, 0 to s * s - 1; pixels of no feature are 0.
        least: value of a feature that is 0 in an image.
        greatest: the one that is 1.
    """

    side: int
    places: npt.NDArray[np.int64]
    least: float
    greatest: float

    @classmethod
    def fitting(cls, X: Array, shape: tuple[int, int] | None, architecture: str) -> Self:
        """Squares for samples X (n, f), images of `shape` (h, w) or rows, and a network.

        Raises:
            ValueError: too many features.
        """
        f = X.shape[1]
        h, w = shape or (1, 1)
        side = max(h, w, 4, math.isqrt(f - 1) + 1)
        network = NETWORKS.get(architecture)
        while network and side < _MOST and network.refuses(side):
            side += 1
        if side > _MOST:
            raise ValueError(
                f"samples must have at most {_MOST**2:,} features, images at most {_MOST} x {_MOST} "
                f"pixels; got {f:,} features"
            )
        places = np.arange(f)
        if shape is not None:  # in the middle
            rows, columns = np.divmod(places, w)
            places = (rows + (side - h) // 2) * side + columns + (side - w) // 2
        return cls(side, places, float(X.min()), float(X.max()))

    @property
    def _range(self) -> float:
        return (self.greatest - self.least) or 1.0

    def images(self, X: Array) -> Array:
        """Images (n, s, s), from 0 to 1 in training, of samples (n, f)."""
        flat = np.zeros((len(X), self.side**2))
        flat[:, self.places] = (X - self.least) / self._range
        return flat.reshape(-1, self.side, self.side)

    def samples(self, images: Array) -> Array:
        """Samples (n, f) of images (n, s, s)."""
        return self.least + self._range * images.reshape(len(images), -1)[:, self.places]

    def to_json(self) -> dict[str, Any]:
        """Plain values for json.dumps; `from_json` is its inverse."""
        return {
            "side": self.side, "places": self.places.tolist(),
            "least": self.least, "greatest": self.greatest,
        }  # fmt: skip

    @classmethod
    def from_json(cls, plain: Any, side: int) -> Self:
        """Read what `to_json` wrote for images of this side; it may be anything.

        Raises:
            ValueError: it is something else.
        """
        try:
            places = np.array(plain["places"], dtype=np.int64)
            least, greatest = float(plain["least"]), float(plain["greatest"])
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError("places and range of samples are missing") from error
        inside = places.ndim == 1 and len(places) and ((places >= 0) & (places < side**2)).all()
        if plain.get("side") != side or not inside or not math.isfinite(greatest - least):
            raise ValueError("places and range of samples do not fit the images")
        return cls(side, places, least, greatest)
