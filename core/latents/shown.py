"""The images that a latent view shows: held-out ones, training ones, or both one after the other.

Scores and clusters rest on held-out images alone. Training images are there to be looked at: their
latents are computed when somebody asks, and each has the cluster of its nearest held-out image.

Points that were not trained here are a single part, `POINTS`: they have no splits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

Array = npt.NDArray[Any]

HELD_OUT, TRAINING = "held-out", "training"
CHOICES = {"heldout": (HELD_OUT,), "training": (TRAINING,), "both": (HELD_OUT, TRAINING)}
POINTS, ALL_POINTS = "point", "points"  # a part, and the choice of it, of what was not trained here
_PARTS = {**CHOICES, ALL_POINTS: (POINTS,)}
MAX_TRAINING = 60_000  # more are not drawn; the page says so


@dataclass(frozen=True, eq=False)
class ShownSplit:
    """Images of one split, in its order from its first.

    Attributes:
        split: `HELD_OUT`, `TRAINING` or `POINTS`.
        latents: (n, d) float32.
        labels: (n,) classes, or None where the data set has none.
        clusters: (n,) found clusters, -1 being noise.
        errors: (n,) squared error per pixel, or None where there are no reconstructions.
        total: images that the split has, n or more.
    """

    split: str
    latents: Array
    labels: Array | None
    clusters: Array
    errors: Array | None
    total: int

    def __len__(self) -> int:
        return len(self.latents)


class Place(NamedTuple):
    """Which image a row of `ShownImages` is: its split, and its number there, from 0."""

    split: str
    number: int


@dataclass(frozen=True, eq=False)
class ShownImages:
    """Images of one split or of two, one after the other; a row counts through all of them.

    Attributes:
        choice: key of `CHOICES`, or `ALL_POINTS`.
        parts: of different splits, held-out images first.
    """

    choice: str
    parts: tuple[ShownSplit, ...]

    def __post_init__(self) -> None:
        splits = tuple(part.split for part in self.parts)
        if splits != _PARTS.get(self.choice):
            raise ValueError(f"parts must be {_PARTS.get(self.choice)}; got {splits}")

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    @property
    def has_training(self) -> bool:
        """Whether there are training images in it."""
        return TRAINING in _PARTS[self.choice]

    @cached_property
    def latents(self) -> Array:
        """(n, d) float32 of all rows."""
        return _joined([part.latents for part in self.parts])

    @cached_property
    def labels(self) -> Array | None:
        """(n,) classes of all rows, or None."""
        known = [part.labels for part in self.parts if part.labels is not None]
        return _joined(known) if len(known) == len(self.parts) else None

    @cached_property
    def clusters(self) -> Array:
        """(n,) clusters of all rows."""
        return _joined([part.clusters for part in self.parts])

    @cached_property
    def errors(self) -> Array | None:
        """(n,) squared errors of all rows, or None."""
        known = [part.errors for part in self.parts if part.errors is not None]
        return _joined(known) if len(known) == len(self.parts) else None

    @cached_property
    def splits(self) -> Array:
        """(n,) name of each row's split."""
        return np.repeat([part.split for part in self.parts], [len(part) for part in self.parts])

    @cached_property
    def numbers(self) -> Array:
        """(n,) number of each row within its split."""
        return np.concatenate([np.arange(len(part)) for part in self.parts])

    def place(self, row: int) -> Place:
        """The image of a row. Raises IndexError for a row that there is not."""
        if not 0 <= row < len(self):
            raise IndexError(f"row must be from 0 to {len(self) - 1}; got {row}")
        return Place(str(self.splits[row]), int(self.numbers[row]))

    def facts(self, class_names: Sequence[str]) -> pd.DataFrame:
        """What is known of each image, a row each, in words: class, cluster, error, number, split."""
        import pandas as pd

        columns: dict[str, Any] = {}
        if self.labels is not None:
            columns[self.noun] = [class_names[int(c)] for c in self.labels]
        columns["cluster"] = ["noise" if c < 0 else str(c) for c in self.clusters.tolist()]
        if self.errors is not None:
            columns["squared error"] = [f"{error:.6g}" for error in self.errors.tolist()]
        if self.has_training:
            columns["split"] = self.splits
        what = "point" if self.choice == ALL_POINTS else "image"
        return pd.DataFrame({**columns, what: self.numbers})

    @property
    def noun(self) -> str:
        """What a class is called here: "digit" of images, "class" of points of any kind."""
        return "class" if self.choice == ALL_POINTS else "digit"

    def starts(self) -> Iterator[tuple[int, ShownSplit]]:
        """Each split's images and the row that they begin at."""
        start = 0
        for part in self.parts:
            yield start, part
            start += len(part)


def _joined(arrays: list[Array]) -> Array:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
