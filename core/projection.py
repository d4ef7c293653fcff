"""Latents made visible: (n, latent_dim) to at most three dimensions.

Up to three dimensions nothing is done to the latents, so what is drawn is what was trained. Beyond
that a projection has to distort, and which one did belongs beside every figure: `Points.note`.
Clusters are found and measured in latent space, never in what this module returns.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

METHODS = ("none", "pca", "umap")
MINIMUM_UMAP_POINTS = 5
# Below this many points the eigenvectors that UMAP starts from cannot be computed iteratively.
_SPECTRAL_POINTS = 50
# UMAP sets numba's thread count and `warnings.catch_warnings` changes global state; moreover one of
# numba's threading layers ends the process when two threads enter it at once.
_UMAP_LOCK = threading.Lock()


class ProjectionError(ValueError):
    """A projection that cannot be made; the message is one sentence for people."""


class Points(NamedTuple):
    """What a projection gives.

    Attributes:
        points: (n, m) float32, m of 1 to 3.
        axes: m names, as `z1`, `PCA 1` or `UMAP 1`.
        note: one clause about what the projection did.
    """

    points: FloatArray
    axes: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Projection:
    """How latents are brought to two or three dimensions.

    Attributes:
        method: `none` (latents as they are, up to three dimensions), `pca` or `umap`.
        dims: dimensions asked for, 2 or 3; `none` ignores it.
        neighbours: of UMAP, 2 to 200: few show detail, many show the whole.
        min_dist: of UMAP, 0 to 0.99: how tightly neighbours may be packed.
        seed: of UMAP, 0 to 2**32 - 1.

    Raises:
        ProjectionError: a value is not allowed; the message names field, value and range.
    """

    method: str = "none"
    dims: int = 3
    neighbours: int = 15
    min_dist: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ProjectionError(
                f"method must be one of {', '.join(METHODS)}; got {self.method!r}"
            )
        for name, low, high in (("dims", 2, 3), ("neighbours", 2, 200), ("seed", 0, 2**32 - 1)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise ProjectionError(
                    f"{name} must be a whole number from {low} to {high}; got {value!r}"
                )
        number = isinstance(self.min_dist, int | float) and not isinstance(self.min_dist, bool)
        if not number or not 0 <= self.min_dist <= 0.99:  # also refuses NaN
            raise ProjectionError(
                f"min_dist must be a number from 0 to 0.99; got {self.min_dist!r}"
            )
        # 0 and 0.0 are one projection: they must have one key.
        object.__setattr__(self, "min_dist", float(self.min_dist))

    @property
    def key(self) -> str:
        """Short stable text for caches: equal for projections that give the same points."""
        if self.method == "none":
            return "none"
        if self.method == "pca":
            return f"pca-{self.dims}"
        return f"umap-{self.dims}-{self.neighbours}-{self.min_dist!r}-{self.seed}"

    def to_json(self) -> dict[str, Any]:
        """All fields, as JSON's own types."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Projection:
        """The inverse of `to_json`; fields left out get their defaults.

        Raises:
            ProjectionError: an unknown field or a value that is not allowed.
        """
        known = [field.name for field in fields(cls)]
        for name in record:
            if name not in known:
                raise ProjectionError(
                    f"field of a projection must be one of {', '.join(known)}; got {name!r}"
                )
        return cls(**record)


def project(latents: npt.ArrayLike, projection: Projection) -> Points:
    """Latents as points that can be drawn.

    Args:
        latents: (n, latent_dim), finite.
        projection: how.

    Returns:
        (n, m) points: m is latent_dim for `none`, and for `pca` at most the number of directions
        that n points in latent_dim dimensions have.

    Raises:
        ProjectionError: latents are not finite, too few, or `none` beyond three dimensions.
    """
    values = np.asarray(latents, dtype=np.float32)
    if values.ndim != 2 or values.shape[1] == 0:
        raise ProjectionError(
            f"latents must be a table of shape (n, latent_dim); got {values.shape}"
        )
    bad = int((~np.isfinite(values)).any(axis=1).sum())
    if bad:
        raise ProjectionError(
            f"latents must be finite numbers; {bad} of {len(values)} points hold NaN or infinity "
            "(did training diverge?)"
        )
    if projection.method == "none":
        return _identity(values)
    if projection.method == "pca":
        return _pca(values, projection.dims)
    return _umap(values, projection)


def _identity(latents: FloatArray) -> Points:
    d = latents.shape[1]
    if d > 3:
        raise ProjectionError(
            f"method 'none' draws at most 3 latent dimensions; these latents have {d}: "
            "choose pca or umap"
        )
    return Points(latents, _names("z", d), "latents as they are")


def _names(prefix: str, count: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{i + 1}" for i in range(count))


def _pca(latents: FloatArray, dims: int) -> Points:
    n = len(latents)
    if n < 2:
        raise ProjectionError(f"method 'pca' needs at least 2 points; got {n}")
    centred = latents.astype(np.float64)
    centred -= centred.mean(axis=0)
    _, singular, directions = np.linalg.svd(centred, full_matrices=False)  # (k,), (k, d)
    m = min(dims, len(singular))
    kept = directions[:m]
    # A direction and its opposite explain the same, and which one comes out differs between
    # machines: the largest loading is made positive. Rounding lets the first of equal ones decide.
    largest = np.argmax(np.round(np.abs(kept), 6), axis=1)
    kept = kept * np.where(kept[np.arange(m), largest] < 0, -1.0, 1.0)[:, None]
    variance = singular**2
    total = float(variance.sum())
    if total > 0:
        note = f"explains {100 * float(variance[:m].sum()) / total:.0f} % of the variance"
    else:
        note = "all points are the same"
    return Points((centred @ kept.T).astype(np.float32), _names("PCA ", m), note)


def _umap(latents: FloatArray, projection: Projection) -> Points:
    n = len(latents)
    if n < MINIMUM_UMAP_POINTS:
        raise ProjectionError(
            f"method 'umap' needs at least {MINIMUM_UMAP_POINTS} points; got {n}: choose pca"
        )
    neighbours = min(projection.neighbours, n - 1)
    with _UMAP_LOCK, warnings.catch_warnings():
        # Optional packages that are absent, a search index that only `transform` needs, numba's
        # news: nothing that somebody who looks at a figure can act on.
        warnings.simplefilter("ignore")
        # Here and not above: importing it takes 4 s (20 s the first time on a machine), about
        # 125 MB that are never given back, and most visits draw no UMAP.
        import umap

        embedding = umap.UMAP(
            n_neighbors=neighbours,
            n_components=projection.dims,
            min_dist=projection.min_dist,
            init="spectral" if n >= _SPECTRAL_POINTS else "random",
            random_state=projection.seed,
            n_jobs=1,  # what a seeded run uses anyway
            precomputed_knn=(*_nearest(latents, neighbours), None),
        ).fit_transform(latents)
    note = f"UMAP with {neighbours} neighbours: distances between far groups mean little"
    if neighbours < projection.neighbours:
        note += f"; {projection.neighbours} neighbours were asked for, there are {n} points"
    return Points(np.asarray(embedding, dtype=np.float32), _names("UMAP ", projection.dims), note)


def _nearest(latents: FloatArray, count: int) -> tuple[npt.NDArray[np.int32], FloatArray]:
    """Exact nearest neighbours as UMAP wants them: indices and distances (n, count), self first.

    Handing them over spares compiling the approximate search, some 30 s in a fresh process. The
    point itself is put in by hand: UMAP takes the first distance above 0 as the nearest
    neighbour's, and a distance to itself that rounding left at 1e-7 would pass for one.
    """
    from sklearn.neighbors import NearestNeighbors

    centred = latents - latents.mean(axis=0)
    distances, indices = (
        NearestNeighbors(n_neighbors=count - 1, algorithm="brute").fit(centred).kneighbors()
    )
    n = len(latents)
    own = np.arange(n, dtype=np.int32)[:, None]
    return (
        np.hstack([own, indices.astype(np.int32)]),
        np.hstack([np.zeros((n, 1), np.float32), distances.astype(np.float32)]),
    )
