"""Inner loops compiled by numba, and kept beside the code or in the home folder for the next process."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba


def compiled(*signatures: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compile a function for these signatures now; it releases the GIL, so plain threads share work.

    Sums may be taken in another order than written, which is what makes them fast.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        def made(keep: bool) -> Any:
            return numba.njit(list(signatures), fastmath=True, nogil=True, cache=keep)(function)

        try:
            return made(keep=True)
        except RuntimeError:  # no folder can be written to: compiled again in each process
            return made(keep=False)

    return decorate


def in_threads(work: Callable[[slice], object], count: int, each: int) -> None:
    """Have threads do `work` on slices of at most `each` of `count` rows, as many as there are cores."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(work, [slice(first, first + each) for first in range(0, count, each)]))
