"""From arrays to images, labels and what there is to say about them; nothing is stored yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core.data.errors import DataError
from core.data.fitting import border, fitted
from core.data.own.found import MAX_PIXELS, Array, Found
from core.data.own.holdout import draw
from core.data.own.labels import UNKNOWN, Labels, labels_of
from core.data.own.preview import Preview, sixteen
from core.data.own.shapes import ordered
from core.data.own.sizes import kept_side
from core.data.own.values import ValueRange, greys, pieces, range_of

Ground = Literal["auto", "dark", "light"]
LEAST_IMAGES = 10
_SAMPLE = 2_000  # images that say which ground they have
_CLEAR = 0.7  # share of the border's pixels that must agree on it


@dataclass(frozen=True)
class Options:
    """What somebody says about images that are read.

    Attributes:
        ground: "dark": light ink on dark ground, as MNIST has it; "light": the other way round, which is
            turned; "auto": what their borders say.
        values: of black and of white; None: what the values say.
        swap_axes: rows and columns of each image are exchanged, as some files of MATLAB have them.
    """

    ground: Ground = "auto"
    values: tuple[float, float] | None = None
    swap_axes: bool = False


@dataclass(frozen=True, eq=False)
class Understood:
    """Images ready to be kept.

    Attributes:
        images: (n, s, s) uint8, light ink on dark ground.
        labels: (n,) int64 from 0 to 999; None: there are none.
        held_out: (n,) bool, never seen in training.
        preview: what is shown of them.
    """

    images: Array
    labels: Array | None
    held_out: Array
    preview: Preview


def understand(found: Found, options: Options | None = None) -> Understood:
    """What was read, as images of one size with classes, and all that was changed in words.

    Raises:
        DataError: something about it that can't be used; what would do.
    """
    how = options or Options()
    remarks, doubts = list(found.remarks), []  # type: tuple[list[str], list[str]]
    images, labels, held_out = _sorted_out(found, how, remarks, doubts)
    values = range_of(images, how.values)
    doubts += [values.doubt] if values.doubt else []
    height, width = images.shape[1:3]
    side = _side(images, remarks)
    light = _light_share(images, values)
    turned = how.ground == "light" or (how.ground == "auto" and light >= _CLEAR)
    pixels = _pixels(images, values, side, turned)
    classes = None if labels is None else labels.classes
    if held_out is None:
        held_out = draw(pixels, classes)
    preview = Preview(
        form=found.form,
        count=len(pixels),
        original=found.sizes or f"{height} x {width}",
        size=side,
        values=values.text,
        values_doubted=bool(values.doubt),
        light=light,
        turned=turned,
        ground_given=how.ground != "auto",
        classes={} if labels is None else _counts(labels),
        held_out=int(held_out.sum()),
        own_test=found.held_out is not None,
        remarks=tuple(remarks),
        doubts=(*doubts, *_doubts(pixels, classes, held_out)),
        names=() if labels is None else labels.names,
        pictures=sixteen(pixels, classes),
    )
    return Understood(pixels, classes, held_out, preview)


def _sorted_out(
    found: Found, how: Options, remarks: list[str], doubts: list[str]
) -> tuple[Array, Labels | None, Array | None]:
    """Images (n, h, w, c), labels, and test images where the file names them; of known label alone."""
    count = None if found.labels is None else _length(found.labels)
    images = ordered(np.asarray(found.images), count, remarks, doubts)
    if how.swap_axes:
        images = images.swapaxes(1, 2)
        remarks.append("Rows and columns of each image were exchanged.")
    labels = labels_of(found.labels, len(images), found.names, remarks)
    images, labels, held_out = _with_label(images, labels, found.held_out, remarks)
    if len(images) < LEAST_IMAGES:
        raise DataError(f"there must be at least {LEAST_IMAGES} images; got {len(images)}")
    return images, labels, held_out


def _side(images: Array, remarks: list[str]) -> int:
    """The side of the squares that images (n, h, w, c) become. Raises DataError: they are too many."""
    height, width = images.shape[1:3]
    side = kept_side([(height, width)])
    if len(images) * side**2 > MAX_PIXELS:
        raise DataError(
            f"all images together must have at most {MAX_PIXELS // 10**6} million pixels; "
            f"{len(images):,} of {side} x {side} have more"
        )
    if max(height, width) > side:
        remarks.append(f"Larger than {side} x {side}: made smaller, each pixel a mean of several.")
    if height != width:
        remarks.append("Not square: the grey of its border was put around each image.")
    return side


def _length(labels: Array) -> int:
    shape = np.asarray(labels).shape
    return max(shape) if shape and np.asarray(labels).size == max(shape) else (shape or (0,))[0]


def _with_label(
    images: Array, labels: Labels | None, held_out: Array | None, remarks: list[str]
) -> tuple[Array, Labels | None, Array | None]:
    """Of images with labels those whose label is known."""
    if labels is None or (known := labels.classes != UNKNOWN).all():
        return images, labels, held_out
    remarks.append(
        f"{int((~known).sum()):,} images whose label is unknown (-1, NaN or empty) are left out. To use "
        "them in training, leave out the labels of all."
    )
    kept = replace(labels, classes=labels.classes[known])
    return images[known], kept, None if held_out is None else held_out[known]


def _light_share(images: Array, values: ValueRange) -> float:
    """Share of the pixels at the borders that are light, 0 to 1."""
    rows = np.unique(np.linspace(0, len(images) - 1, _SAMPLE).astype(np.int64))
    some = images[rows]
    shares = [float((border(greys(some[p], values)) > 127).mean()) for p in pieces(some)]
    return float(np.mean(shares))


def _pixels(images: Array, values: ValueRange, side: int, turned: bool) -> Array:
    pixels = np.empty((len(images), side, side), np.uint8)
    for some in pieces(images):
        pixels[some] = fitted(greys(images[some], values), side)
    return np.subtract(255, pixels, out=pixels) if turned else pixels


def _counts(labels: Labels) -> dict[str, int]:
    numbers, counts = np.unique(labels.classes, return_counts=True)
    return {labels.names[c]: int(k) for c, k in zip(numbers, counts, strict=True)}


def _doubts(pixels: Array, classes: Array | None, held_out: Array) -> list[str]:
    """What makes images unfit to learn from, or their scores unfit to be trusted."""
    found = []
    if (pixels == pixels.flat[0]).all():
        found.append("All pixels of all images are equal: there is nothing to learn.")
    if classes is None:
        return found
    tested, trained = (np.unique(classes[rows]) for rows in (held_out, ~held_out))
    every = np.unique(classes)
    if missing := len(every) - len(tested):
        found.append(f"{_classes(missing)} without a held-out image: in no score.")
    if missing := len(every) - len(trained):
        found.append(f"{_classes(missing)} without an image to train on.")
    if int(held_out.sum()) < len(every):
        found.append(
            f"Only {int(held_out.sum())} images are held out, fewer than the {len(every)} clusters that "
            "would be looked for: choose fewer clusters or fewer classes before you train."
        )
    if len(every) == 1:
        found.append("All images have one class: clusters can't be compared with classes.")
    return found


def _classes(count: int) -> str:
    return "1 class is" if count == 1 else f"{count} classes are"
