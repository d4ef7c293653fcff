"""Latents made visible: (n, latent_dim) to at most three dimensions.

Up to three dimensions nothing is done to the latents, so what is drawn is what was trained. Beyond
that a projection has to distort, and which one did belongs beside every figure: `Points.note`.
Clusters are measured in latent space and found there, never in what this module returns; N2D alone,
which is a mixture in a UMAP (`clustering.py`), asks for one to find them in.
"""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from core.latents.arrays import FloatArray, IntArray
from core.latents.principal import principal_directions
from core.setting.checks import Limits, checked
from core.setting.errors import UserError

# Called with the stage in words and the share done, 0 to 1; what it raises ends the work.
ReportProgress = Callable[[str, float], None]

PROJECTION_METHODS = ("none", "pca", "umap", "umap-learn")
MINIMUM_UMAP_POINTS = 5
_ALLOWED: dict[str, tuple[type, Limits]] = {
    "method": (str, Limits(choices=PROJECTION_METHODS)),
    "dims": (int, Limits(2, 3)),
    "neighbours": (int, Limits(2, 200)),
    "min_dist": (float, Limits(0, 0.99)),
    "seed": (int, Limits(0, 2**32 - 1)),
}


class ProjectionError(UserError, ValueError):
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
        method: `none` (latents as they are, up to three dimensions), `pca`, `umap` (our kernel: no
            compiling to wait for, seeded on all cores, can be cancelled) or `umap-learn` (the
            reference, with our exact neighbours handed in).
        dims: dimensions asked for, 2 or 3; `none` ignores it.
        neighbours: of UMAP, 2 to 200: few show detail, many show the whole.
        min_dist: of UMAP, 0 to 0.99: how tightly neighbours may be packed.
        seed: of UMAP, 0 to 2**32 - 1: the same picture for the same latents. None starts from
            a random state each time; only umap-learn is faster for it, as it then uses all cores.

    Raises:
        ProjectionError: a value is not allowed; the message names field, value and range.
    """

    method: str = "none"
    dims: int = 3
    neighbours: int = 15
    min_dist: float = 0.1
    seed: int | None = 0

    def __post_init__(self) -> None:
        for name, (kind, limits) in _ALLOWED.items():
            value = getattr(self, name)
            if value is not None or name != "seed":
                # stored as checked: 0 and 0.0 are one projection, which must have one key
                found = checked(name, value, kind, limits, ProjectionError)
                object.__setattr__(self, name, found)

    @property
    def takes_a_while(self) -> bool:
        """Whether the points take seconds, and so belong in the background and in a cache."""
        return self.method.startswith("umap")

    @property
    def key(self) -> str:
        """Short stable text for caches and names of files: equal for projections that give the same
        points (unseeded ones give points as good).
        """  # noqa: D205
        if self.method == "none":
            return "none"
        if self.method == "pca":
            return f"pca-{self.dims}"
        seed = "unseeded" if self.seed is None else self.seed
        return f"{self.method}-{self.dims}-{self.neighbours}-{self.min_dist!r}-{seed}"

    def to_json(self) -> dict[str, Any]:
        """All fields, as JSON's own types."""
        return asdict(self)


def project(
    latents: npt.ArrayLike,
    projection: Projection,
    progress: ReportProgress = lambda stage, fraction: None,
) -> Points:
    """Latents as points that can be drawn.

    Args:
        latents: (n, latent_dim), finite.
        projection: how.
        progress: of UMAP: called with "neighbours", "graph", "compiling", "spectral start" and before
            each epoch with "epoch i of m". Raising from it is how one cancels. In between nothing can
            be interrupted: at 10,000 points an epoch takes some 10 ms and each stage before them less
            than a second; at 70,000 points finding neighbours takes several seconds.

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
    return _umap(values, projection, progress)


# umap-learn changes numba's thread count and `warnings.catch_warnings` global state; and one of numba's
# threading layers ends the process when two threads enter it at once
_LIBRARY_LOCK = threading.Lock()


def _umap_learn(
    latents: FloatArray, indices: IntArray, distances: FloatArray, projection: Projection
) -> FloatArray:
    """umap-learn's points (n, dims) from exact neighbours, which spare it its approximate search."""
    own = np.arange(len(latents))[:, None]
    nearest = (
        np.hstack([own, indices]).astype(np.int32),
        np.hstack([np.zeros((len(latents), 1)), distances]).astype(np.float32),
    )
    with _LIBRARY_LOCK, warnings.catch_warnings():
        # of packages that are absent, and of a search index that only `transform` needs
        warnings.simplefilter("ignore")
        import umap  # 4 s, and 20 s the first time on a machine

        embedding = umap.UMAP(
            n_neighbors=nearest[0].shape[1],
            n_components=projection.dims,
            min_dist=projection.min_dist,
            # below this size the eigenvectors that it starts from cannot be found iteratively
            init="spectral" if len(latents) >= 50 else "random",
            random_state=projection.seed,
            n_jobs=1 if projection.seed is not None else -1,
            precomputed_knn=(*nearest, None),
        ).fit_transform(latents)
    return np.asarray(embedding, dtype=np.float32)


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
    singular, directions = principal_directions(centred)  # (k,), (k, d)
    m = min(dims, len(singular))
    kept = directions[:m]
    variance = singular**2
    total = float(variance.sum())
    if total > 0:
        note = f"explains {100 * float(variance[:m].sum()) / total:.0f} % of the variance"
    else:
        note = "all points are the same"
    return Points((centred @ kept.T).astype(np.float32), _names("PCA ", m), note)


def _umap(latents: FloatArray, projection: Projection, progress: ReportProgress) -> Points:
    # Here and not above: latents drawn as they are need neither scipy nor scikit-learn.
    from core.latents.neighbours import neighbour_graph
    from core.latents.umap import layout

    n = len(latents)
    if n < MINIMUM_UMAP_POINTS:
        raise ProjectionError(
            f"method 'umap' needs at least {MINIMUM_UMAP_POINTS} points; got {n}: choose pca"
        )
    neighbours = min(projection.neighbours, n - 1)
    progress("neighbours", 0.0)
    # UMAP counts the point itself among its neighbours.
    nearest = neighbour_graph(latents, neighbours - 1)
    if projection.method == "umap-learn":
        progress("umap-learn, which can't be interrupted", 0.05)
        points = _umap_learn(latents, *nearest, projection)
    else:
        progress("graph", 0.02)
        graph = layout.fuzzy_graph(*nearest)
        progress("compiling", 0.03)
        warm_up()
        progress("spectral start", 0.06)
        start = layout.spectral_start(graph, latents, projection.dims)
        points = layout.lay_out(
            graph,
            start,
            projection.min_dist,
            np.random.default_rng(projection.seed),
            lambda stage, share: progress(stage, 0.1 + 0.9 * share),
        )
    note = f"UMAP with {neighbours} neighbours: distances between far groups mean little"
    if neighbours < projection.neighbours:
        note += f"; {projection.neighbours} neighbours were asked for, there are {n} points"
    return Points(points, _names("UMAP ", projection.dims), note)


def warm_up() -> float:
    """Import numba, about a second once a process, and compile what UMAP needs; the seconds taken."""
    started = time.perf_counter()
    import core.latents.umap.kernel  # noqa: F401

    return time.perf_counter() - started
