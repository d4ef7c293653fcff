"""Reading files that anybody may have put there: no device, pipe or endless file is waited for."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from core.setting.errors import UserError


class NotPlain(UserError, ValueError):
    """What is there is no plain file of a fitting size; the message is a clause with its name."""


def read_plain(path: Path, most: int, *, links: bool = False) -> bytes:
    """A file's content.

    Args:
        path: of the file.
        most: bytes that it may have.
        links: whether a link to a plain file will do.

    Raises:
        NotPlain: it is a link, a folder, a pipe or a device, or too large.
        OSError: there is none, or the system can't read it now.
    """
    if plain_size(path, links=links) > most:
        raise NotPlain(f"{path.name} is too large")
    with path.open("rb") as file:
        content = file.read(most + 1)  # it may have grown
    if len(content) > most:
        raise NotPlain(f"{path.name} is too large")
    return content


def plain_size(path: Path, *, links: bool = False) -> int:
    """Bytes of a file, unread. Raises as `read_plain` does."""
    status = path.stat() if links else os.lstat(path)
    if not stat.S_ISREG(status.st_mode):
        raise NotPlain(f"{path.name} is not a plain file")
    return status.st_size


def is_plain_folder(path: Path) -> bool:
    """Whether a folder is there, and no link to one. Raises OSError where the system does not say."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
