"""Processes that are killed at random moments.

`LATENT_CLUSTERS_KILLS=500 python -m pytest tests/faults` tries so many in all instead of 8: training,
saving, indexing and sweeping share them.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from core.runs.files import ABANDONED_SECONDS
from core.training import restart

KILLS = int(os.environ.get("LATENT_CLUSTERS_KILLS", "8"))
KINDS = 4  # tests that share them
SHARE = max(1, KILLS // KINDS)
SECONDS = 120.0  # that one may take to its end
# a fresh Python would take seconds a kill; this process may have threads, with which a fork can hang
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["pytest", "core.studies.sweep", __name__, "tests.faults.warm"])


def killed(work: Callable[..., object], given: tuple[Any, ...], after: float) -> bool:
    """Begin work in a process and kill it so many seconds later; False: it was done before."""
    reads, writes = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_begin, args=(writes, work, given))
    process.start()
    writes.close()
    reads.recv()  # starting a process is no work of it
    process.join(after)
    if process.exitcode is None:
        process.kill()
        process.join(10)
        return True
    assert process.exitcode == 0, "it failed by itself"
    return False


def whole(work: Callable[..., object], given: tuple[Any, ...]) -> float:
    """Work that nobody kills; the seconds that it took."""
    started = time.monotonic()
    assert not killed(work, given, SECONDS), "it did not end"
    return time.monotonic() - started


def killed_until_done(
    work: Callable[..., object], given: tuple[Any, ...], times: Iterable[float]
) -> int:
    """Begin work again and again, and kill it after each of the times; how many kills it was."""
    kills = 0
    for seconds in times:
        if not killed(work, given, seconds):
            return kills
        kills += 1
    whole(work, given)
    return kills


def times(draw: random.Random, count: int, seconds: float) -> list[float]:
    """When to kill, so many times at most, what takes that many seconds and goes on after each kill."""
    return [draw.uniform(0.0, min(3 / count, 0.9) * seconds) for _ in range(count)]


def keep_each_step() -> None:
    """From now on this process keeps the state of a training after each step."""
    restart.RestartPoint.__init__.__defaults__ = (0.0,)


def hour_later(folder: Path) -> None:
    """Make all that is hidden in a folder as old as what is swept."""
    then = time.time() - ABANDONED_SECONDS - 60
    for path in folder.glob(".*"):
        os.utime(path, (then, then), follow_symlinks=False)


def _begin(pipe: Connection, work: Callable[..., object], given: tuple[Any, ...]) -> None:
    pipe.send(None)
    pipe.close()
    work(*given)
