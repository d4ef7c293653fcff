"""How images are cut into batches, none of them of one image.

One image alone has no batch to be normalised by, nor a scale, nor others to differ from: its
gradient would be any size and Adam would remember it, and its loss would be any number.
"""

from __future__ import annotations

from collections.abc import Iterator


def images_per_epoch(n: int, size: int) -> int:
    """How many of n training images an epoch sees: all, or one fewer where it would be alone."""
    return n - 1 if n > 1 and n % size == 1 else n


def batch_count(n: int, size: int) -> int:
    """Batches of an epoch of n training images; the last may be smaller."""
    return -(-images_per_epoch(n, size) // size)


def heldout_batches(n: int, size: int) -> list[int]:
    """Sizes of the batches of n held-out images, each counted once: one alone joins the last."""
    sizes = [size] * (n // size)
    rest = n % size
    if rest == 1 and sizes:
        sizes[-1] += 1
    elif rest:
        sizes.append(rest)
    return sizes


def grouped(sizes: list[int], most: int) -> Iterator[tuple[slice, list[int]]]:
    """Consecutive batches of about `most` images together: their rows, and their sizes."""
    each, start = max(most // sizes[0], 1), 0
    for first in range(0, len(sizes), each):
        some = sizes[first : first + each]
        yield slice(start, start + sum(some)), some
        start += sum(some)
