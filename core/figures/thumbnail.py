"""A latent space as a small picture, for pages that show many."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from core.figures.latent import on_random_heights
from core.figures.style import class_shades

# plotly's own first view of a space: from the corner (1, 1, 1), z upwards
_RIGHT = np.array([-1, 1, 0]) / np.sqrt(2)
_UP = np.array([-1, -1, 2]) / np.sqrt(6)
_NEAR = np.array([1, 1, 1]) / np.sqrt(3)
_FINE = 3  # times as large it is drawn, for smooth edges
_RADIUS = 2.2  # of a point in pixels


def latent_thumbnail(
    latents: npt.NDArray[np.floating[Any]],
    labels: npt.NDArray[np.integer[Any]] | None,
    *,
    dark: bool = False,
) -> npt.NDArray[np.uint8]:
    """`thumbnail` of latents (n, d): as they are up to 3 dimensions, above as their PCA in the plane.

    Raises:
        ProjectionError: they can't be projected.
    """
    from core.latents.projection import Projection, project  # loads scikit-learn for PCA

    projection = Projection("none", 3) if latents.shape[1] <= 3 else Projection("pca", 2)
    return thumbnail(project(latents, projection).points, labels, dark=dark)


def thumbnail(
    points: npt.NDArray[np.floating[Any]],
    labels: npt.NDArray[np.integer[Any]] | None,
    side: int = 180,
    *,
    dark: bool = False,
) -> npt.NDArray[np.uint8]:
    """A latent space as a small picture, seen from the same place as any other.

    Args:
        points: (n, m), m of 1 to 3; a single dimension is drawn against random heights. NaN: left out.
        labels: (n,) classes for the colours, negative is noise; None: all grey.
        side: of the picture in pixels.
        dark: in the colours of a dark page.

    Returns:
        (side, side, 4) red, green, blue and opacity; nothing behind the points.
    """
    from PIL import Image, ImageDraw  # with the first picture, not with every figure

    X = np.asarray(points, dtype=np.float64)
    is_finite = np.isfinite(X).all(axis=1)
    classes = np.full(len(X), -1) if labels is None else np.asarray(labels)
    places, order = _seen(X[is_finite])
    canvas = Image.new("RGBA", (side * _FINE, side * _FINE))
    draw, radius = ImageDraw.Draw(canvas), _RADIUS * _FINE
    pixels = (places + 1) / 2 * (side * _FINE - 1)
    for (x, y), label in zip(pixels.tolist(), classes[is_finite][order].tolist(), strict=True):
        shades = class_shades(label)
        draw.ellipse(
            (x - radius, y - radius, x + radius, y + radius), shades.dark if dark else shades.light
        )
    return np.asarray(canvas.reduce(_FINE))  # means; Lanczos would brighten edges


def _seen(
    X: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
    """Where points (n, m) are seen: (n, 2) from -1 (left, top) to 1, the farthest first; their order."""
    order = np.arange(len(X))
    if not len(X):
        return np.zeros((0, 2)), order
    if X.shape[1] == 1:
        X = on_random_heights(X / (X.std() or 1.0)).astype(np.float64)
    X = X - X.mean(axis=0)
    if X.shape[1] == 3:
        order = np.argsort(X @ _NEAR, kind="stable")
        X = np.stack([X @ _RIGHT, X @ _UP], axis=1)[order]
    reach = float(np.quantile(np.abs(X), 0.995)) or 1.0
    return X * [1, -1] / reach * 0.92, order
