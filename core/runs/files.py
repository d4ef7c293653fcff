"""Writing that survives a crash: what these functions wrote is on the disk when they return.

A rename is on the disk only once its folder is, so the folder is synced, too, where the system can.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterable
from pathlib import Path

from core.setting.plain_files import is_plain_folder

ABANDONED_SECONDS = 3600.0  # no write takes as long: who began it is dead

_HIDDEN = re.compile(r"\.")
_PROBE_BYTES = 65_536  # a disk that does not take them takes nothing
# of `replace_synced` and of `Store.write`; what begins with .old- can be all that there is of a Run
_TEMPORARY = re.compile(r"\.(?!old-).+-[0-9a-f]{8}$|\.new-")


def write_synced(path: Path, data: bytes) -> None:
    """Write a file and wait until the disk has it."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there: who may write into that may make it."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def not_writable(folder: Path) -> str:
    """Why no file can be written into a folder now; empty: one can. It may have to be made for that."""
    folder = existing(folder)
    probe = folder / f".new-probe-{uuid.uuid4().hex[:8]}"
    try:
        probe.write_bytes(bytes(_PROBE_BYTES))
    except OSError as error:
        return error.strerror or type(error).__name__
    finally:
        with contextlib.suppress(OSError):
            probe.unlink()
    return ""


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
            remove(path)


def sweep_folder(folder: Path, *, hidden: bool = False) -> None:
    """`sweep` what functions of this package made for a while in a folder; or all that is hidden."""
    wanted = _HIDDEN if hidden else _TEMPORARY
    with contextlib.suppress(OSError):  # there is no such folder, or it can't be read now
        sweep(folder / name for name in os.listdir(folder) if wanted.match(name))


def remove(path: Path) -> None:
    """Delete a file, a link or a folder with all in it; what can't be deleted stays."""
    with contextlib.suppress(OSError):
        if is_plain_folder(path):
            shutil.rmtree(path)
        else:
            path.unlink()


def age(path: Path) -> float:
    """Seconds since a file was written; one from the future is as old as it is ahead, one gone 0."""
    with contextlib.suppress(OSError):
        return abs(time.time() - os.lstat(path).st_mtime)
    return 0.0


def restart_file(folder: Path, name: str) -> Path:
    """Where the state of the training of that name is kept in a folder."""
    return folder / f".restart-{name}.safetensors"
