"""What is known of every point of a latent view: its class, its cluster, a silhouette, an error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.figures import style

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Field:
    """Something known of every point.

    Attributes:
        label: name for people.
        values: (n,) whole numbers of classes, or float32.
        classes: id, name and colour of each class; empty: a value with a colour bar.
        low, high: ends of the colour bar.
        scale: colours from 0 (low) to 1 (high).
    """

    label: str
    values: Array
    classes: tuple[tuple[int, str, str], ...] = ()
    low: float = 0.0
    high: float = 1.0
    scale: Sequence[Sequence[Any]] = ()


def digit_field(labels: Array, names: Sequence[str], label: str = "digit") -> Field:
    """Labels (n,) in the fixed colours of their classes."""
    return _classes(label, labels, names)


def cluster_field(labels: Array) -> Field:
    """Found clusters (n,), -1 being noise."""
    return _classes("cluster", labels)


def silhouette_field(values: Array) -> Field:
    """Silhouettes (n,), -1 to 1."""
    return Field("silhouette", values.astype(np.float32), (), -1.0, 1.0, style.DIVERGING)


def error_field(values: Array) -> Field:
    """Squared errors per pixel (n,); the worst hundredth shares the last colour."""
    high = float(np.nanquantile(values, 0.99)) if len(values) else 1.0
    return Field("error", values.astype(np.float32), (), 0.0, high or 1.0, style.SEQUENTIAL)


def _classes(label: str, labels: Array, names: Sequence[str] = ()) -> Field:
    classes = tuple(
        (c, style.class_name(c, names), style.class_colour(c)) for c in style.classes_in(labels)
    )
    return Field(label, labels.astype(np.int16), classes)
