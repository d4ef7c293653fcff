"""Which images are held out: of each class about a fifth, by a draw that the images' content decides."""

from __future__ import annotations

import hashlib

import numpy as np

from core.data.own.found import Array

SHARE = 5  # one of so many is held out


def draw(pixels: Array, classes: Array | None) -> Array:
    """Which images are held out, (n,) bool; the same for the same images in the same order.

    Of a class with two images or more at least one is held out and one is left to train on.

    Args:
        pixels: (n, s, s) uint8.
        classes: (n,); None: all are of one class.
    """
    seed = int.from_bytes(hashlib.sha256(np.ascontiguousarray(pixels).data).digest()[:8], "little")
    # the raw numbers of a bit generator stay the same in every version of numpy; its shuffles may not
    order = np.random.PCG64(seed).random_raw(len(pixels))
    held_out = np.zeros(len(pixels), dtype=bool)
    groups = np.zeros(len(pixels), np.int64) if classes is None else classes
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        if len(rows) >= 2:
            held_out[
                rows[np.argsort(order[rows], kind="stable")][: max(round(len(rows) / SHARE), 1)]
            ] = True
    return held_out
