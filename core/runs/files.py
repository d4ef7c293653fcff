"""Writing that survives a crash: what these functions wrote is on the disk when they return.

A rename is on the disk only once its folder is, so the folder is synced, too, where the system can.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import uuid
from collections.abc import Iterable
from pathlib import Path

ABANDONED_SECONDS = 3600.0  # no write takes as long: who began it is dead


def write_synced(path: Path, data: bytes) -> None:
    """Write a file and wait until the disk has it."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the disk has a folder's entries: files that were made, renamed or deleted in it."""
    # some systems and file systems can't open or sync a folder: there the rename has to do
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def rename_synced(path: Path, target: Path) -> None:
    """Rename a file or folder within its folder, and wait until the disk has it.

    Raises:
        OSError: it can't be renamed.
    """
    path.replace(target)
    sync_folder(target.parent)


def replace_synced(path: Path, data: bytes) -> None:
    """Write a file in place of any older one, all or nothing: who reads it meets the old or the new.

    Raises:
        OSError: the disk is full or not writable; an older file is untouched.
    """
    prefix = f".{path.name}-"
    temporary = path.with_name(f"{prefix}{uuid.uuid4().hex[:8]}")
    try:
        write_synced(temporary, data)
        rename_synced(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sweep(file for file in path.parent.iterdir() if file.name.startswith(prefix))


def sweep(temporary: Iterable[Path]) -> None:
    """Delete those temporary files and folders that a process left behind when it died."""
    for path in temporary:
        if age(path) > ABANDONED_SECONDS:
            with contextlib.suppress(OSError):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()


def age(path: Path) -> float:
    """Seconds since a file was written; one from the future is as old as it is ahead, one gone 0."""
    with contextlib.suppress(OSError):
        return abs(time.time() - path.stat().st_mtime)
    return 0.0


def restart_file(folder: Path, name: str) -> Path:
    """Where the state of the training of that name is kept in a folder."""
    return folder / f".restart-{name}.safetensors"
