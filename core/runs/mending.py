"""Changes to the store's folder: one process at a time, and what a dead one left is mended."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from filelock import FileLock

from core.runs.files import ABANDONED_SECONDS, age, remove, rename_synced, sweep_folder
from core.runs.training_lock import TRAINING, TrainingLock
from core.setting.plain_files import is_plain_folder
from core.setting.recipes import RECIPES, SHIPPED

ASIDE = "set-aside"
_OLD = ".old-"  # how the name of a Run begins while a new one takes its place


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
    old = final.with_name(f"{_OLD}{final.name}")
    with lock(final.parent):
        remove(old)
        if os.path.lexists(final):  # a link to nothing, too
            rename_synced(final, old)
        rename_synced(temporary, final)
        remove(old)


def recover(root: Path) -> None:
    """Bring back a Run whose replacement was cut off, and clear what dead processes left."""
    sweep_folder(root)
    try:
        hidden = [name for name in os.listdir(root) if name.startswith((_OLD, TRAINING))]
    except OSError:  # no folder; or who reads a Run in it is told why it can't be read
        return
    old = [name.removeprefix(_OLD) for name in hidden if name.startswith(_OLD)]
    unused = [
        name.removeprefix(TRAINING)
        for name in hidden
        if name.startswith(TRAINING) and age(root / name) > ABANDONED_SECONDS
    ]
    if not (old or unused):
        return
    with lock_if_possible(root) as alone:
        for name in old if alone else ():
            with contextlib.suppress(OSError):
                _bring_back(root / f"{_OLD}{name}", root / name)
        for name in unused:
            with contextlib.suppress(OSError):
                held = TrainingLock(root, name)
                if held.try_acquire():  # who held it is dead
                    held.release()


def _bring_back(old: Path, final: Path) -> None:
    """Put a Run back that was to be replaced, unless the new one is there."""
    if os.path.lexists(final):
        remove(old)
    elif is_plain_folder(old):  # no other process was faster
        rename_synced(old, final)


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
