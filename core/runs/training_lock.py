"""Who trains a Setting: one process at a time, and one thread of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

TRAINING = ".training-"  # how the names of the lock files begin
_LOOK_SECONDS = 0.2  # how often one who waits may be cancelled


class TrainingLock:
    """Held while a Setting is trained; the system releases it when the process dies.

    Args:
        root: of the store.
        name: of the Setting.
    """

    def __init__(self, root: Path, name: str) -> None:
        self._path = root / f"{TRAINING}{name}"
        self._lock = FileLock(self._path)

    def acquire(self, waiting: Callable[[], None]) -> None:
        """Take it; `waiting` is called again and again until it is free, and may raise.

        Raises:
            OSError: the store can't be written.
        """
        while not self.try_acquire(_LOOK_SECONDS):
            waiting()

    def try_acquire(self, timeout: float = 0.0) -> bool:
        """Take it if it gets free within so many seconds; whether it did."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=timeout)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        """Let the next one train it; nothing, where it is not held."""
        if not self._lock.is_locked:
            return
        # before, not after: who waits for the file sees that it is gone, and makes a new one
        with contextlib.suppress(OSError):  # some systems keep a file that is open
            self._path.unlink()
        self._lock.release()
