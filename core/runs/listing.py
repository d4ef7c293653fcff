"""What lies in the store's folder, unread. Only folders count, and no links to them."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from core.runs.run import RUN
from core.setting.plain_files import NotPlain, plain_size

RUN_NAME = re.compile(r"[a-z0-9_+-]+-[0-9a-f]{10}")


def scan(root: Path) -> Sequence[tuple[str, bool]]:
    """Names of what is in the folder, in their order, and whether each looks like a Run."""
    if not root.is_dir():
        return []
    with os.scandir(root) as entries:
        return sorted((entry.name, _is_run(entry)) for entry in entries)


def stamps(root: Path) -> dict[str, tuple[int, int]]:
    """When each Run's run.json was written (ns), and its size, by name."""
    found = {}
    if root.is_dir():
        with os.scandir(root) as entries:
            for entry in filter(_is_run, entries):
                with contextlib.suppress(OSError):  # no Run, or one that is being replaced
                    status = os.lstat(os.path.join(entry.path, RUN))
                    found[entry.name] = status.st_mtime_ns, status.st_size
    return found


def size(folder: Path) -> int:
    """Bytes of all files in a folder and its folders."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError, NotPlain):  # a folder, or it is being replaced
            total += plain_size(path)
    return total


def _is_run(entry: os.DirEntry[str]) -> bool:
    return bool(RUN_NAME.fullmatch(entry.name)) and entry.is_dir(follow_symlinks=False)
