"""Runs that were deleted: they lie in `.trash/` for a day, from which they can be brought back."""

from __future__ import annotations

import contextlib
import re
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from core.runs.files import rename_synced, sync_folder
from core.runs.listing import size
from core.runs.mending import is_shipped, lock
from core.runs.run import RunError
from core.setting.checks import quoted

TRASH = ".trash"
KEPT_SECONDS = 86_400.0
_PLACE = re.compile(r"(.+)@(\d{1,20})")  # name of the Run and when it was deleted, in ns


def throw_away(root: Path, name: str) -> str:
    """Move a Run into the trash; who reads meets the whole Run or none.

    Returns:
        Its place there, for `bring_back`.

    Raises:
        RunError: it comes with the project, or is not there.
        OSError: it can't be moved.
    """
    if is_shipped(name):
        raise RunError(f"The Run {name} comes with the project and can't be deleted.")
    place = root / TRASH / f"{name}@{time.time_ns()}"
    with lock(root):
        if not (root / name).is_dir():
            raise RunError(f"The Run {name} is not here any more.")
        place.parent.mkdir(exist_ok=True)
        rename_synced(root / name, place)
        sync_folder(root)
    return place.name


def bring_back(root: Path, place: str) -> str:
    """Move a Run from the trash to where it was; its name.

    Raises:
        RunError: it is not in the trash, or there is another of its name now.
        OSError: it can't be moved.
    """
    found = _PLACE.fullmatch(place)
    if found is None or "/" in place:
        raise RunError(f"A deleted Run must be named as it was when deleted; got {quoted(place)}")
    with lock(root):
        if not (root / TRASH / place).is_dir():
            raise RunError("The deleted Run is not in the trash any more.")
        if (root / found[1]).exists():
            raise RunError(
                f"The Run {found[1]} has been trained again; the deleted one stays away."
            )
        rename_synced(root / TRASH / place, root / found[1])
        sync_folder(root / TRASH)
    return found[1]


def empty(root: Path) -> list[str]:
    """Delete for good what has been in the trash for a day; names of the Runs."""
    gone = []
    with contextlib.suppress(OSError):  # no trash; or it is not ours to empty
        for path in list((root / TRASH).iterdir()):
            found = _PLACE.fullmatch(path.name)
            if found and time.time() - int(found[2]) / 1e9 > KEPT_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
                gone.append(found[1])
    return gone


def make_room(root: Path, names: Iterable[str], most: float, keep: str) -> list[str]:
    """Delete for good the Runs used longest ago until the rest take at most so many bytes; their names.

    Args:
        root: of the store.
        names: of Runs that may go.
        most: bytes.
        keep: name of one that stays whatever.
    """
    used: list[tuple[float, str]] = []
    for name in names:
        with contextlib.suppress(OSError):
            used.append(((root / name).stat().st_mtime, name))
    sizes = {name: size(root / name) for _, name in used}
    gone = []
    for _, name in sorted(used):
        if sum(sizes.values()) <= most:
            break
        if name != keep:
            with contextlib.suppress(OSError, RunError):
                place = throw_away(root, name)
                shutil.rmtree(root / TRASH / place, ignore_errors=True)
                del sizes[name]
                gone.append(name)
    return gone
