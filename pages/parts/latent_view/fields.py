"""What is known of every point of a latent view: its class, its cluster, a silhouette, an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from core.figures import style
from core.figures.cluster_looks import cluster_looks

Array = npt.NDArray[Any]

_LEAST_REACH = 0.05  # of a scale of silhouettes to each side of 0


class ClassOfPoints(NamedTuple):
    """A class as legend and plot show it.

    Attributes:
        id: its value.
        name: for people.
        shades: its colour on light and dark pages.
        is_quiet: its points are drawn below all others.
    """

    id: int
    name: str
    shades: style.Shades
    is_quiet: bool = False


@dataclass(frozen=True, eq=False)
class Field:
    """Something known of every point.

    Attributes:
        label: name for people.
        values: (n,) whole numbers of classes, or float32.
        classes: of the values; empty: a value with a colour bar.
        low, high: ends of the colour bar.
        scale: colours from 0 (low) to 1 (high).
    """

    label: str
    values: Array
    classes: tuple[ClassOfPoints, ...] = ()
    low: float = 0.0
    high: float = 1.0
    scale: Sequence[Sequence[Any]] = ()


def digit_field(labels: Array, names: Sequence[str], label: str = "digit") -> Field:
    """Labels (n,) in the fixed colours of their classes."""
    classes = [
        ClassOfPoints(c, style.class_name(c, names), style.class_shades(c))
        for c in style.classes_in(labels)
    ]
    return Field(label, labels.astype(np.int16), tuple(classes))


def cluster_field(
    clusters: Array, matches: Mapping[int, int] | None = None, names: Sequence[str] = ()
) -> Field:
    """Found clusters (n,), -1 being noise, in the colours of the digits that they stand for.

    Args:
        clusters: (n,).
        matches: digit by cluster; None: there are no labels.
        names: of the digits.
    """
    looks = cluster_looks(style.classes_in(clusters), matches, names)
    classes = tuple(ClassOfPoints(c, *look) for c, look in looks.items())
    return Field("cluster", clusters.astype(np.int16), classes)


def mistake_field(mistaken: Array, noun: str = "digit") -> Field:
    """Whether each image (n,) lies outside the cluster that stands for its label, a `noun`."""
    classes = (
        ClassOfPoints(0, f"in its {noun}'s cluster", style.RIGHT_SHADES, is_quiet=True),
        ClassOfPoints(1, "mistake", style.MISTAKE_SHADES),
    )
    return Field("mistake", mistaken.astype(np.int16), classes)


def silhouette_field(values: Array) -> Field:
    """Silhouettes (n,); the outermost hundredths share the last colours, and 0 is always grey."""
    finite = values[np.isfinite(values)]
    low, high = np.quantile(finite, [0.01, 0.99]) if len(finite) else (-1.0, 1.0)
    low, high = min(float(low), -_LEAST_REACH), max(float(high), _LEAST_REACH)
    (_, negative), (_, grey), (_, positive) = style.DIVERGING
    scale = [[0.0, negative], [round(-low / (high - low), 4), grey], [1.0, positive]]
    return Field("silhouette", values.astype(np.float32), (), low, high, scale)


def error_field(values: Array) -> Field:
    """Squared errors per pixel (n,); the worst hundredth shares the last colour."""
    high = float(np.nanquantile(values, 0.99)) if len(values) else 1.0
    return Field("error", values.astype(np.float32), (), 0.0, high or 1.0, style.SEQUENTIAL)
