"""What is shown of images before they are kept: what was understood, in words, and sixteen of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from core.data.own.found import Array

PICTURES = 16
_CLASSES = 12  # named in the sentence about them


@dataclass(frozen=True, eq=False)
class Preview:
    """What was understood of images.

    Attributes:
        form: what was read, for people.
        count: images.
        original: their size before, in words: "28 x 28".
        size: side of the squares that are kept.
        values: of black and white, in words: "0 to 255".
        light: share of the pixels at the borders that are light, 0 to 1.
        values_doubted: it could be another range.
        turned: light and dark were exchanged.
        ground_given: somebody said which ground they have.
        classes: images of each class by its name; empty without labels.
        held_out: images never seen in training.
        own_test: the file says itself which these are.
        remarks: sentences about what was changed.
        doubts: sentences about what should be looked at.
        names: of the classes 0, 1, ...
        pictures: up to 16 of the images, (m, s, s) uint8.
    """

    form: str
    count: int
    original: str
    size: int
    values: str
    values_doubted: bool
    light: float
    turned: bool
    ground_given: bool
    classes: Mapping[str, int]
    held_out: int
    own_test: bool
    remarks: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    pictures: Array = field(default_factory=lambda: np.empty((0, 1, 1), np.uint8))

    def sentences(self) -> list[str]:
        """What was understood, a sentence for each thing; without the doubts."""
        kept = f"{self.size} x {self.size}"
        size = kept if self.original == kept else f"{self.original}, kept as {kept}"
        return [
            f"{self.count:,} images ({size} pixels), from {self.form}.",
            f"Values go from {self.values}.",
            self._ground(),
            self._classes(),
            self._held_out(),
            *self.remarks,
        ]

    def _ground(self) -> str:
        light = f"{100 * self.light:.0f} % of the pixels at the borders are light"
        if self.ground_given:
            return (
                "The ground was said to be light: light and dark were exchanged."
                if self.turned
                else "The ground was said to be dark: light and dark are as they were."
            )
        if self.turned:
            return f"The ground is light ({light}): light and dark were exchanged, as in MNIST."
        if self.light <= 0.3:
            return f"The ground is dark ({light})."
        return f"The ground is neither light nor dark ({light}): the images are as they were."

    def _classes(self) -> str:
        if not self.classes:
            return "There are no labels: clusters are looked for, but not compared with classes."
        some = [f"{name} ({count:,})" for name, count in list(self.classes.items())[:_CLASSES]]
        more = ", ..." if len(self.classes) > _CLASSES else ""
        noun = "class" if len(self.classes) == 1 else "classes"
        return f"{len(self.classes)} {noun}: {', '.join(some)}{more}."

    def _held_out(self) -> str:
        if self.own_test:
            return f"{self.held_out:,} images are held out: the test images that the files name."
        each = " of each class" if self.classes else ""
        return f"{self.held_out:,} images are held out, about a fifth{each}, drawn by chance."


def sixteen(pixels: Array, classes: Array | None) -> Array:
    """Up to 16 images, of each class about as many, else spread over all."""
    if classes is None:
        rows = np.unique(np.linspace(0, len(pixels) - 1, PICTURES).astype(np.int64))
        return pixels[rows]
    order = np.argsort(classes, kind="stable")
    first = np.searchsorted(classes[order], classes[order])
    rank = np.arange(len(order)) - first  # the how many-th of its class
    chosen = order[np.lexsort((classes[order], rank))[:PICTURES]]
    return (
        pixels[np.sort(chosen)]
        if len(np.unique(classes)) == 1
        else pixels[chosen[np.argsort(classes[chosen], kind="stable")]]
    )
