"""Paths between two latents, and whether they lead through places where no data is.

A straight path and one on a sphere about the data's mean go through any place; a path along neighbours
goes from image to image. How far each frame is from the nearest latent of the data says whether what
is decoded there was ever learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from core.latents.arrays import FloatArray, IntArray, LatentError, checked_points
from core.latents.neighbours import SHARED, nearest_neighbours, neighbour_graph
from core.latents.principal import principal_directions

WAYS = ("straight", "spherical", "neighbours")
MAX_FRAMES = 240
MOST_NEIGHBOURS = 120  # asked before an end counts as cut off from the other
_FAR = 99  # percentile of the data's own distances that is the end of what is usual


class Usual(NamedTuple):
    """How far latents of the data are from their nearest other, in units of the latents.

    Attributes:
        median: of these distances.
        far: their 99th percentile.
    """

    median: float
    far: float


@dataclass(frozen=True, eq=False)
class Path:
    """Frames on the way from one latent to another.

    Attributes:
        latents: (m, d) float64 of the frames, the ends among them.
        rows: (m,) which latents of the data they are; None where they are any.
        gaps: (m,) distance of each frame to the nearest latent of the data, 0 or more.
        usual: the data's own distances of that kind.
        longest_step: of a path along neighbours, before frames were chosen; 0 on other paths.
    """

    latents: FloatArray
    rows: IntArray | None
    gaps: FloatArray
    usual: Usual
    longest_step: float = 0.0

    def __len__(self) -> int:
        return len(self.latents)

    @cached_property
    def far_frames(self) -> IntArray:
        """Frames, counted from 0, that are further from the data than its own latents usually are."""
        return np.flatnonzero(self.gaps > self.usual.far)

    @property
    def crosses_gap(self) -> bool:
        """Whether it leads through a place that is further from the data than usual.

        Half-way between two neighbours the data is at most half a step away.
        """
        return bool(len(self.far_frames)) or self.longest_step / 2 > self.usual.far

    @property
    def sentence(self) -> str:
        """In words, whether it crosses a gap."""
        if self.rows is not None:
            step = _times(self.longest_step, self.usual.median)
            gap = "crosses a gap" if self.crosses_gap else "crosses no gap"
            return (
                f"Every frame is an image of the data; the path {gap}: its longest step is {step}."
            )
        furthest = "the largest distance of a frame to its nearest image is "
        furthest += _times(float(self.gaps.max()), self.usual.median)
        if not self.crosses_gap:
            return f"The path crosses no gap: {furthest}."
        return (
            f"The path crosses a gap: {len(self.far_frames)} of {len(self)} frames lie in it, and "
            f"{furthest}."
        )


def usual_distance(data: FloatArray) -> Usual:
    """Median and 99th percentile of the distance of each latent (n, d) to its nearest other.

    Raises:
        Undefined: fewer than two latents, or not finite.
    """
    nearest = neighbour_graph(data, 1).distances[:, 0]
    return Usual(float(np.median(nearest)), float(np.percentile(nearest, _FAR)))


def straight(data: FloatArray, start: FloatArray, end: FloatArray, frames: int) -> Path:
    """Frames at equal distances on the straight line between two latents.

    Args:
        data: (n, d) latents that say where the data is.
        start: (d,).
        end: (d,).
        frames: 2 to `MAX_FRAMES`.

    Raises:
        LatentError: ends of another length or not finite, or too few or many frames.
        Undefined: fewer than two latents in the data, or not finite.
    """
    X, a, b = _checked(data, start, end, frames)
    t = np.linspace(0, 1, frames)[:, None]
    return _measured(X, (1 - t) * a + t * b)


def spherical(data: FloatArray, start: FloatArray, end: FloatArray, frames: int) -> Path:
    """Frames on an arc about the data's mean: the direction turns evenly, the radius grows evenly.

    Ends in opposite directions leave open which way to turn: then the arc leads through the principal
    direction of the data along which it is spread most beside the ends' own. With one dimension, or
    an end at the mean, which has no direction, the path is straight.

    Args:
        data: (n, d) latents that say where the data is.
        start: (d,).
        end: (d,).
        frames: 2 to `MAX_FRAMES`.

    Raises:
        LatentError, Undefined: as `straight`.

    Source: Shoemake 1985, "Animating rotation with quaternion curves".
    """
    X, a, b = _checked(data, start, end, frames)
    mean = X.mean(axis=0)
    radii = np.linalg.norm([a - mean, b - mean], axis=1)
    if X.shape[1] == 1 or radii.min() <= 1e-9 * float(np.abs(X - mean).max()):
        return straight(data, start, end, frames)
    u, v = (a - mean) / radii[0], (b - mean) / radii[1]
    side = v - (u @ v) * u
    angle = np.arctan2(np.linalg.norm(side), u @ v)
    if np.linalg.norm(side) < 1e-6:  # the same direction, or opposite ones
        side = _beside(u, X - mean) if u @ v < 0 else np.zeros_like(u)
    side = side / (np.linalg.norm(side) or 1.0)
    t = np.linspace(0, 1, frames)[:, None]
    directions = np.cos(t * angle) * u + np.sin(t * angle) * side
    latents = mean + ((1 - t) * radii[0] + t * radii[1]) * directions
    latents[0], latents[-1] = a, b  # not off by rounding
    return _measured(X, latents)


def along_neighbours(data: FloatArray, start: int, end: int, frames: int | None = None) -> Path:
    """The shortest way from image to image by steps between near neighbours.

    Two latents are joined if one is among the k nearest of the other; a step costs its Euclidean
    length. k begins at 15 and doubles until the ends are connected. All frames are latents of the
    data. Fewer frames than the way has images are those nearest to even distances along it; with
    more frames some images stand longer.

    Args:
        data: (n, d) latents.
        start: row of the data.
        end: row of the data.
        frames: 2 to `MAX_FRAMES`; None: every image on the way.

    Raises:
        LatentError: rows that there are not, or ends that no chain of neighbours connects.
        Undefined: fewer than two latents, or not finite.

    Source: Dijkstra 1959; the graph is that of Isomap (Tenenbaum, de Silva & Langford 2000).
    """
    X = checked_points(data)
    for row in (start, end):
        if not 0 <= row < len(X):
            raise LatentError(f"an end must be an image from 0 to {len(X) - 1}; got {row}")
    way = _shortest_way(X, start, end)
    steps = np.linalg.norm(np.diff(X[way], axis=0), axis=1)
    chosen = np.arange(len(way))
    if frames is not None:
        _check_frames(frames)
        along = np.concatenate([[0.0], np.cumsum(steps)])
        even = np.linspace(0, along[-1], frames)
        chosen = np.abs(even[:, None] - along).argmin(axis=1)
        chosen[-1] = len(way) - 1  # also where images of the way are the same
    rows, longest = way[chosen], float(steps.max(initial=0.0))
    return Path(X[rows], rows, np.zeros(len(rows)), usual_distance(X), longest)


def _shortest_way(X: FloatArray, start: int, end: int) -> IntArray:
    """Rows from start to end."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    n, k = len(X), 0
    while k < min(n - 1, MOST_NEIGHBOURS):
        k = min(2 * k or SHARED, n - 1, MOST_NEIGHBOURS)
        near = neighbour_graph(X, k)
        ends = np.arange(0, n * k + 1, k)
        graph = csr_array((near.distances.ravel(), near.indices.ravel(), ends), shape=(n, n))
        # not directed: each edge leads both ways
        length, before = dijkstra(graph, directed=False, indices=start, return_predecessors=True)
        if np.isfinite(length[end]):
            way = [end]
            while way[-1] != start:
                way.append(int(before[way[-1]]))
            return np.array(way[::-1])
    raise LatentError(
        f"images {start} and {end} must be connected by steps between near neighbours, but even with "
        f"{k} neighbours for each image a gap lies between them: choose a straight path"
    )


def _beside(u: FloatArray, centred: FloatArray) -> FloatArray:
    """A vector at right angles to u (d,), d of 2 or more, where the data is spread most."""
    singular, directions = principal_directions(centred)
    rest = directions - (directions @ u)[:, None] * u
    spread = singular * np.linalg.norm(rest, axis=1)
    best = np.asarray(rest[int(spread.argmax())])
    if np.linalg.norm(best) > 1e-6:
        return best
    rest = np.eye(len(u)) - np.outer(u, u)  # all data on one line
    return np.asarray(rest[int(np.linalg.norm(rest, axis=1).argmax())])


def _measured(X: FloatArray, latents: FloatArray) -> Path:
    gaps = nearest_neighbours(latents, X, 1)[1][:, 0]
    return Path(latents, None, gaps, usual_distance(X))


def _checked(
    data: FloatArray, start: FloatArray, end: FloatArray, frames: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    X = checked_points(data)
    ends = [np.asarray(z, dtype=np.float64) for z in (start, end)]
    for z in ends:
        if z.shape != X.shape[1:] or not np.isfinite(z).all():
            raise LatentError(f"an end must be {X.shape[1]} finite numbers; got {z.tolist()}")
    _check_frames(frames)
    return X, ends[0], ends[1]


def _check_frames(frames: int) -> None:
    if not 2 <= frames <= MAX_FRAMES:
        raise LatentError(f"frames must be from 2 to {MAX_FRAMES}; got {frames}")


def _times(distance: float, usual: float) -> str:
    if usual <= 0:
        return f"{distance:.3g}"
    return f"{distance / usual:.1f} times the usual distance between nearest images"
