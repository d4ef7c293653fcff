"""Planes of latent space for a picture of decoded images.

A plane is spanned by two directions of length 1 at right angles. The places of its grid follow the
data: at even quantiles each column and row stands for as many latents as the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from core.latents.arrays import FloatArray, LatentError, checked_points
from core.latents.principal import principal_directions
from core.setting.checks import quoted

MAX_SIDE = 64  # places of a grid across: 4,096 images
_EDGE = 0.01  # of the data is left out at either end of a grid

Spacing = Literal["quantiles", "even"]


class InPlane(NamedTuple):
    """Where latents lie with respect to a plane.

    Attributes:
        points: (n, 2) coordinates in it, as `Plane.xs` and `Plane.ys` are.
        distances: (n,) from it, 0 or more.
    """

    points: FloatArray
    distances: FloatArray


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane of latent space, or a line, with a grid on it.

    Attributes:
        origin: (d,) the latent at (0, 0).
        across: (d,) of length 1, to the right.
        up: (d,) of length 1 and at right angles to `across`; zeros for a line.
        xs: (w,) places of the columns, from left to right.
        ys: (h,) places of the rows, from the top down; [0] for a line.
        names: what runs across and up; the second is empty for a line.
    """

    origin: FloatArray
    across: FloatArray
    up: FloatArray
    xs: FloatArray
    ys: FloatArray
    names: tuple[str, str]

    @property
    def is_line(self) -> bool:
        """Whether there is nothing but one row."""
        return not self.up.any()


def grid(plane: Plane) -> FloatArray:
    """Latents (h * w, d) of a plane's grid, row by row from the top, each from left to right."""
    y, x = np.meshgrid(plane.ys, plane.xs, indexing="ij")
    return np.asarray(plane.origin + x.reshape(-1, 1) * plane.across + y.reshape(-1, 1) * plane.up)


def coordinates(plane: Plane, latents: FloatArray) -> InPlane:
    """Where latents (n, d) lie in a plane, and how far from it. `grid` is the way back."""
    offset = np.asarray(latents, dtype=np.float64) - plane.origin
    points = np.column_stack([offset @ plane.across, offset @ plane.up])
    rest = offset - points[:, :1] * plane.across - points[:, 1:] * plane.up
    return InPlane(points, np.linalg.norm(rest, axis=1))


def axes_plane(
    latents: FloatArray,
    first: int,
    second: int | None,
    size: int,
    held: FloatArray | None = None,
    spacing: Spacing = "quantiles",
) -> Plane:
    """The plane of two latent dimensions, the others held where a latent has them.

    Args:
        latents: (n, d) of the data.
        first: dimension that runs across, from 0.
        second: dimension that runs up; None: a line, as one dimension allows nothing else.
        size: places across and up, 2 to `MAX_SIDE`.
        held: (d,) latent that the other dimensions are taken of; None: the mean.
        spacing: "quantiles" of the data, from 1 % to 99 %, or "even" between these two.

    Raises:
        LatentError: a dimension or size that there is not, or a latent of another length.
        Undefined: no latents, or not finite.
    """
    X, base = _checked(latents, size, held)
    d = X.shape[1]
    chosen = _chosen("dimension", first, second, d)
    directions = np.eye(d)[chosen]
    names = [f"z{dimension + 1}" for dimension in chosen]
    base[chosen] = 0.0
    return _plane(base, directions, X @ directions.T, names, (size, spacing))


def principal_plane(
    latents: FloatArray,
    first: int,
    second: int | None,
    size: int,
    held: FloatArray | None = None,
    spacing: Spacing = "quantiles",
) -> Plane:
    """The plane of two principal directions of the latents; coordinates count from their mean.

    Args:
        latents: (n, d) of the data.
        first: direction that runs across; 0 is that of greatest variance.
        second: direction that runs up; None: a line.
        size: places across and up, 2 to `MAX_SIDE`.
        held: (d,) latent that the plane goes through; None: the mean.
        spacing: as in `axes_plane`.

    Raises:
        LatentError, Undefined: as `axes_plane`.
    """
    X, base = _checked(latents, size, held)
    mean = X.mean(axis=0)
    _, principal = principal_directions(X - mean)
    chosen = _chosen("principal direction", first, second, len(principal))
    directions = principal[chosen]
    origin = base - directions.T @ (directions @ (base - mean))
    names = [f"PCA {direction + 1}" for direction in chosen]
    return _plane(origin, directions, (X - mean) @ directions.T, names, (size, spacing))


def plane_through(three: Sequence[FloatArray] | FloatArray, size: int) -> Plane:
    """The plane through three latents, with a grid that holds them and a little more.

    The first is at (0, 0), the second straight to the right of it, the third above that line.

    Args:
        three: (3, d).
        size: places across and up, 2 to `MAX_SIDE`.

    Raises:
        LatentError: not three latents of one length, or all on one line.
    """
    points = np.asarray(three, dtype=np.float64)
    if points.ndim != 2 or len(points) != 3 or not np.isfinite(points).all():
        raise LatentError(f"a plane must go through three finite latents; got {points.shape}")
    _check_size(size)
    right, other = points[1] - points[0], points[2] - points[0]
    width = float(np.linalg.norm(right))
    across = right / (width or 1.0)
    above = other - (other @ across) * across
    height = float(np.linalg.norm(above))
    if width == 0 or height <= 1e-6 * max(width, float(np.linalg.norm(other))):
        raise LatentError("the three latents must not lie on one line; choose another one")
    corners = np.array([[0.0, 0.0], [width, 0.0], [float(other @ across), height]])
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = 0.1 * (high - low)
    (left, bottom), (end, top) = low - margin, high + margin
    xs, ys = np.linspace(left, end, size), np.linspace(top, bottom, size)
    return Plane(points[0], across, above / height, xs, ys, ("first to second", "towards third"))


def _chosen(what: str, first: int, second: int | None, count: int) -> list[int]:
    """The one or two directions that span it, checked."""
    chosen = [first] if second is None else [first, second]
    for number in chosen:
        if not 0 <= number < count:
            raise LatentError(f"a {what} must be from 0 to {count - 1}; got {number}")
    if first == second:
        raise LatentError(f"the two {what}s of a plane must differ; got {first} twice")
    return chosen


def _plane(
    origin: FloatArray,
    directions: FloatArray,
    values: FloatArray,
    names: Sequence[str],
    layout: tuple[int, Spacing],
) -> Plane:
    """A plane by its one or two directions (2, d) and the data's values (n, 2) along them."""
    places = [_places(column, *layout) for column in values.T]
    if len(directions) == 1:
        zeros = np.zeros_like(origin)
        return Plane(origin, directions[0], zeros, places[0], np.zeros(1), (names[0], ""))
    up = places[1][::-1]
    return Plane(origin, directions[0], directions[1], places[0], up, (names[0], names[1]))


def _places(values: FloatArray, size: int, spacing: Spacing) -> FloatArray:
    """Ascending places (size,) along one direction."""
    if spacing == "quantiles":
        return np.asarray(np.quantile(values, np.linspace(_EDGE, 1 - _EDGE, size)))
    if spacing == "even":
        low, high = (float(np.quantile(values, share)) for share in (_EDGE, 1 - _EDGE))
        return np.linspace(low, high, size)
    raise LatentError(f"spacing must be quantiles or even; got {quoted(spacing)}")


def _checked(
    latents: FloatArray, size: int, held: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Latents as float64, and a copy of the one that is held."""
    X = checked_points(latents)
    _check_size(size)
    if held is None:
        return X, X.mean(axis=0)
    base = np.array(held, dtype=np.float64)
    if base.shape != X.shape[1:] or not np.isfinite(base).all():
        raise LatentError(f"the held latent must be {X.shape[1]} finite numbers; got {held}")
    return X, base


def _check_size(size: int) -> None:
    if not 2 <= size <= MAX_SIDE:
        raise LatentError(f"a grid's size must be from 2 to {MAX_SIDE}; got {size}")
