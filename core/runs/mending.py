"""Changes to the store's folder: one process at a time, and what a dead one left is mended."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from filelock import FileLock

from core.runs.files import ABANDONED_SECONDS, age, rename_synced, sweep
from core.runs.training_lock import TRAINING, TrainingLock
from core.setting.recipes import RECIPES, SHIPPED

ASIDE = "set-aside"


def lock(root: Path) -> FileLock:
    """Held by whoever renames a folder of the store."""
    return FileLock(root / ".lock")


@contextlib.contextmanager
def lock_if_possible(root: Path) -> Iterator[bool]:
    """Whether the lock is held; it is not where this process can not write, nor change anything."""
    own = lock(root)
    with contextlib.suppress(OSError):
        own.acquire()
    try:
        yield own.is_locked
    finally:
        own.release()


def swap(temporary: Path, final: Path) -> None:
    """Put a finished folder in its place. If that is cut off half-way, `recover` knows what to do.

    Raises:
        OSError: it can't be renamed.
    """
    old = final.with_name(f".old-{final.name}")
    with lock(final.parent):
        shutil.rmtree(old, ignore_errors=True)
        if final.exists():
            rename_synced(final, old)
        rename_synced(temporary, final)
        shutil.rmtree(old, ignore_errors=True)


def recover(root: Path) -> None:
    """Bring back a Run whose replacement was cut off, and clear what dead processes left."""
    if not root.is_dir():
        return
    names = [f for f in root.iterdir() if f.name.startswith((".old-", ".new-", TRAINING))]
    left = [f for f in names if not f.name.startswith(TRAINING) or age(f) > ABANDONED_SECONDS]
    if not left:
        return
    with lock_if_possible(root) as alone, contextlib.suppress(OSError):
        for old in (f for f in left if alone and f.name.startswith(".old-")):
            final = root / old.name.removeprefix(".old-")
            if final.exists():
                shutil.rmtree(old, ignore_errors=True)
            elif old.exists():  # no other process was faster
                rename_synced(old, final)
        sweep(f for f in left if f.name.startswith(".new-"))
        for old in (f for f in left if f.name.startswith(TRAINING)):
            unused = TrainingLock(root, old.name.removeprefix(TRAINING))
            if unused.try_acquire():  # who held it is dead
                unused.release()


def set_aside(root: Path, name: str) -> str:
    """Move a damaged Run out of the way; what was done, in a sentence."""
    if is_shipped(name):
        return (
            "It comes with the project and was left there; train the setting again to replace it."
        )
    place = root / ASIDE / f"{name}-{time.time_ns()}"
    try:
        place.parent.mkdir(exist_ok=True)
        (root / name).rename(place)
    except OSError as error:
        return f"It could not be moved away ({error.strerror or error})."
    return (
        f"It was moved to {root.name}/{ASIDE}/{place.name}; train the setting again to replace it."
    )


def is_shipped(name: str) -> bool:
    """Whether the Run of that name comes with the project."""
    return name in _shipped()


@cache
def _shipped() -> frozenset[str]:
    """Names of the Runs that come with the project."""
    return frozenset(RECIPES[name].setting.name for name in SHIPPED)
