"""Inner loops compiled by numba, and kept beside the code or in the home folder for the next process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def compiled(*signatures: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compile a function for these signatures now; it releases the GIL, so plain threads share work.

    Sums may be taken in another order than written, which is what makes them fast.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        options = {"fastmath": True, "nogil": True}
        try:
            done = numba.njit(list(signatures), cache=True, **options)(function)
        except RuntimeError:  # no folder can be written to: compiled again in each process
            done = numba.njit(list(signatures), **options)(function)
        return done  # type: ignore[no-any-return]

    return decorate
