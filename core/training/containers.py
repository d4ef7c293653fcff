"""What a container, or a service of the system, may still take of the memory: Linux's control groups.

Version 2 has its files in one tree, version 1 in a tree of its own for memory. Within a container the
group is the root of the tree; a service of the system is somewhere below, and each group above limits
it, too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

GROUPS = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")  # which groups this process is in
_NO_LIMIT = 1 << 60  # version 1 writes a number near 2^63 where there is none


class Limit(NamedTuple):
    """Bytes that a group may have, and how many of them are free."""

    limit: int
    free: int


class _Names(NamedTuple):
    """Of the files of a version."""

    limit: str
    used: str
    forgettable: str


_VERSION_2 = _Names("memory.max", "memory.current", "inactive_file")
_VERSION_1 = _Names("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def memory_limit(groups: Path = GROUPS, own: Path = OWN) -> Limit | None:
    """The narrowest of all limits; None where there is none.

    Args:
        groups: where the trees are.
        own: names the groups of this process.
    """
    found = [limit for folder, names in _folders(groups, own) if (limit := _read(folder, names))]
    return min(found, key=lambda limit: limit.free, default=None)


def _folders(groups: Path, own: Path) -> Iterator[tuple[Path, _Names]]:
    """Every group that limits this process, with the names of its files."""
    lines: list[str] = []
    with contextlib.suppress(OSError, ValueError):
        lines = own.read_text().splitlines()
    paths = {_VERSION_2: {PurePosixPath("/")}, _VERSION_1: {PurePosixPath("/")}}
    for line in lines:
        _, kinds, path = [*line.split(":", 2), "", ""][:3]
        if kinds == "" or "memory" in kinds.split(","):
            place = PurePosixPath("/") / path
            if ".." not in place.parts:
                paths[_VERSION_1 if kinds else _VERSION_2] |= {place, *place.parents}
    trees = (
        (groups, _VERSION_2),
        (groups / "unified", _VERSION_2),
        (groups / "memory", _VERSION_1),
    )
    for tree, names in trees:
        for group in sorted(paths[names]):
            yield tree / str(group).lstrip("/"), names


def _read(folder: Path, names: _Names) -> Limit | None:
    try:
        limit = int((folder / names.limit).read_text())
        used = int((folder / names.used).read_text())
        if limit > _NO_LIMIT:
            return None
        # files that were read and may be forgotten count as used, too
        lines = (folder / "memory.stat").read_text().splitlines()
        files = sum(int(s.split()[1]) for s in lines if s.startswith(f"{names.forgettable} "))
    except (OSError, ValueError, IndexError):  # no such group, or one without a limit ("max")
        return None
    return Limit(limit, max(0, limit - used + files))
