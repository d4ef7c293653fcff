"""Trainings that somebody asked for and that have not ended: a small file each, in the store.

A process that ends, in whatever way, leaves them; the next one goes on with them.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from core.runs.files import replace_synced
from core.setting.setting import Setting, SettingError

MOST = 50  # files that are looked at
_MOST_BYTES = 100_000
_MOST_STARTS = 3  # one that ends the process each time is not begun for ever


@dataclass(frozen=True)
class Request:
    """A training that was asked for.

    Attributes:
        setting: what to train.
        visitors: tokens of those who asked.
        seconds: that it takes by estimate.
        starts: processes that have begun with it.
    """

    setting: Setting
    visitors: frozenset[str]
    seconds: float
    starts: int


def note(root: Path, setting: Setting, visitors: Collection[str], seconds: float) -> None:
    """Keep a request; where nothing can be written it is lost with this process."""
    _write(root, Request(setting, frozenset(visitors), seconds, 1))


def forget(root: Path, setting: Setting) -> None:
    """It has ended."""
    with contextlib.suppress(OSError):
        _path(root, setting).unlink()


def unfinished(root: Path) -> list[Request]:
    """Requests of processes that have ended, oldest first; each is counted as begun once more.

    Files that are no such requests, and those that have been begun too often, are deleted.
    """
    found = []
    paths = sorted(root.glob(".request-*.json"), key=lambda path: path.lstat().st_mtime_ns)
    for path in paths[:MOST]:
        try:
            request = _read(path)
        except Exception:  # the content is foreign: it may break its reader in any way
            request = None
        if request is None or request.starts >= _MOST_STARTS:
            with contextlib.suppress(OSError):
                path.unlink()
        else:
            again = Request(request.setting, request.visitors, request.seconds, request.starts + 1)
            _write(root, again)
            found.append(again)
    return found


def _read(path: Path) -> Request | None:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
        return None
    content = json.loads(path.read_text())
    try:
        setting = Setting.from_json(content["setting"])
    except SettingError:
        return None
    visitors = frozenset(str(token)[:60] for token in content["visitors"][:100])
    return Request(setting, visitors, float(content["seconds"]), int(content["starts"]))


def _write(root: Path, request: Request) -> None:
    path = _path(root, request.setting)
    content = {
        "setting": request.setting.to_json(),
        "visitors": sorted(request.visitors),
        "seconds": request.seconds,
        "starts": request.starts,
    }
    with contextlib.suppress(OSError):
        root.mkdir(parents=True, exist_ok=True)
        replace_synced(path, json.dumps(content).encode())


def _path(root: Path, setting: Setting) -> Path:
    return root / f".request-{setting.name}.json"
