"""Pictures in a folder or a zip: those of a class in a folder of its own, or all in one, unlabelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np

from core.data.errors import DataError
from core.data.fitting import fitted
from core.data.own.entries import Entry
from core.data.own.found import MAX_IMAGES, MAX_PIXELS, MAX_TEXT, Array, Found
from core.data.own.sizes import kept_side
from core.data.pictures import MAX_BYTES, PictureError, read_picture, size_of

_PARTS = {"train": False, "training": False, "val": False, "valid": False, "validation": False,
          "test": True, "testing": True}  # fmt: skip
_MOST_BAD = 20  # pictures that can't be read, before it is no use to go on


def read_pictures(entries: Sequence[Entry], left_out: int, limit: int) -> Found:
    """Pictures as grey levels, all of one size, with their folders as classes.

    Args:
        entries: of files that are named as pictures.
        left_out: files beside them that are none.
        limit: bytes that one of them may have.

    Raises:
        DataError: too many, or too many of them can't be read.
    """
    if len(entries) > MAX_IMAGES:
        raise DataError(f"there must be at most {MAX_IMAGES:,} pictures; got {len(entries):,}")
    remarks = [f"{left_out} files that are no pictures: not read."] if left_out else []
    sizes, good = _sizes(entries, min(limit, MAX_BYTES), remarks)
    common, how_many = Counter(sizes).most_common(1)[0]
    side = kept_side(sizes)
    if len(good) * side**2 > MAX_PIXELS:
        raise DataError(
            f"all images together must have at most {MAX_PIXELS // 10**6} million pixels; "
            f"{len(good):,} of {side} x {side} have more"
        )
    same = how_many == len(good)
    shape = common if same and max(common) <= side else (side, side)
    images = np.empty((len(good), *shape), np.uint8)
    for i, entry in enumerate(good):
        picture = _picture(entry, limit)
        images[i] = picture if picture.shape == shape else fitted(picture[None], side)[0]
    labels, held_out = _folders([entry.path for entry in good])
    said = f"{common[0]} x {common[1]}" if same else _spread(sizes)
    return Found(
        "PNG or JPEG pictures" + ("" if labels is None else " in a folder for each class"),
        images, labels, held_out=held_out, sizes=said, remarks=tuple(remarks),
    )  # fmt: skip


def _picture(entry: Entry, limit: int) -> Array:
    try:
        return read_picture(entry.content(min(limit, MAX_BYTES)))
    except (PictureError, DataError) as error:
        raise DataError(f"{entry.path.name}: {error}") from error


def _sizes(
    entries: Sequence[Entry], limit: int, remarks: list[str]
) -> tuple[list[tuple[int, int]], list[Entry]]:
    """Heights and widths by the headers, and the pictures that have one; nothing is decoded."""
    sizes, good, bad = [], [], []
    for entry in entries:
        try:
            sizes.append(size_of(entry.content(limit)))
            good.append(entry)
        except (PictureError, DataError) as error:
            bad.append((entry.path.name, str(error)))
            if len(bad) > _MOST_BAD:
                break
    if bad and (len(bad) > _MOST_BAD or not good):
        name, why = bad[0]
        raise DataError(f"the pictures can't be read; of {name} it says: {why}")
    if bad:
        remarks.append(f"{len(bad)} damaged pictures were left out, such as {bad[0][0]}.")
    return sizes, good


def _spread(sizes: Sequence[tuple[int, int]]) -> str:
    longer = [max(size) for size in sizes]
    return f"different sizes, the longer side from {min(longer)} to {max(longer)}"


def _folders(paths: Sequence[PurePosixPath]) -> tuple[Array | None, Array | None]:
    """The class of each picture, "" where it lies beside the folders, and which are test images."""
    folders = [path.parts[:-1] for path in paths]
    while all(folders) and len({parts[0] for parts in folders}) == 1:  # of all: says nothing
        folders = [parts[1:] for parts in folders]
    parts = {(parts[0].lower() if parts else "") for parts in folders}
    held_out = None
    if parts and parts <= set(_PARTS):
        tests = np.array([_PARTS[parts[0].lower()] for parts in folders])
        held_out = tests if tests.any() and not tests.all() else None
        folders = [parts[1:] for parts in folders]
    names = [(parts[0] if parts else "")[:MAX_TEXT] for parts in folders]
    return (np.array(names) if len(set(names)) > 1 else None), held_out
