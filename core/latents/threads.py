"""`one_thread`, for what scikit-learn and BLAS do in many short steps.

After each step their threads wait for one another by spinning. Beside one busy process two threads take
5 to 20 times as long as one (k-means and mixtures of 10,000 points); alone they save little. One thread
also gives the same clusters on any number of cores.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

F = TypeVar("F", bound=Callable[..., Any])


def one_thread(function: F) -> F:
    """The same function, during which the libraries that are loaded by then use one thread."""
    return cast(F, threadpool_limits.wrap(limits=1)(function))
