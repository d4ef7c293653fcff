"""Cores, and how many threads a training gets of them. Imports nothing heavy.

Steps are short, and after each kernel its threads wait for one another by spinning. Alone on 2 cores
two threads are up to a third faster than one; beside one busy neighbour they are 1.5 to 3 times slower
at best, at bad times 100 times, and one thread loses nothing (`python -m benchmarks.threads`). So
trainings that run at the same time must not add up to more threads than there are cores.
"""

from __future__ import annotations

import getpass
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def half_of_the_cores() -> int:
    """At least 1; in the app the other half serves visitors."""
    return max(1, cores() // 2)


def training_threads() -> int:
    """Threads that a training would get if it began now."""
    with claimed_threads() as threads:
        return threads


@contextmanager
def claimed_threads(asked: int | None = None) -> Iterator[int]:
    """A number of threads, taken until the end of the block.

    There is a lock file for each core. Whoever trains holds as many of them as it has threads; when
    its process ends, in whatever way, the operating system frees them.

    Args:
        asked: how many; None: half of the cores that no other training of this user holds, at least 1.
    """
    with ExitStack() as held:
        yield _claim(asked, held)


def _claim(asked: int | None, held: ExitStack) -> int:
    try:
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "choosing.lock"):  # one after another, or all would find all free
            free = [lock for core in range(cores()) if (lock := _taken(folder / f"{core}.lock"))]
            threads = asked or max(1, len(free) // 2)
            for lock in free[:threads]:
                held.callback(lock.release)
            for lock in free[threads:]:
                lock.release()
    except OSError:  # no place for files: nobody is seen, and nobody sees this training
        return asked or half_of_the_cores()
    return threads


def _taken(path: Path) -> FileLock | None:
    """The lock, now held; None where somebody else holds it."""
    lock = FileLock(path, thread_local=False)  # a generator may be closed by another thread
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return None
    return lock


def _folder() -> Path:
    user = getattr(os, "getuid", getpass.getuser)()
    return Path(tempfile.gettempdir()) / f"latent-clusters-{user}" / "cores"
