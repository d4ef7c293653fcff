"""What is known of images that people brought: the small file beside them, read anew when it changes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.setting import paths

FOLDER = "npz"  # below the folder of the data sets
VERSION = 2
_MAX_BYTES = 500_000


@dataclass(frozen=True)
class OwnInfo:
    """What was kept of a data set when it was added.

    Attributes:
        label: what somebody called it; may be empty.
        image_size: side of its square images.
        count: images.
        held_out: of these, never seen in training.
        names: of the classes 0, 1, ...; empty: there are no labels.
        present: classes that have images, ascending.
        form: what was read, for people.
        added: when, ISO 8601.
    """

    label: str
    image_size: int
    count: int
    held_out: int
    names: tuple[str, ...]
    present: tuple[int, ...]
    form: str
    added: str


def own_info(name: str, root: Path | None = None) -> OwnInfo | None:
    """What is known of a data set by its name; None: nothing, or they are of an earlier version."""
    path = (root or paths.DATA_DIR) / FOLDER / f"{name}.json"
    try:
        status = path.stat()
    except OSError:
        return None
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=128)
def _read(path: Path, changed: int, size: int) -> OwnInfo | None:
    if size > _MAX_BYTES:
        return None
    try:
        return _checked(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None  # damaged: numbers in place of names


def _checked(plain: Any) -> OwnInfo:
    """Raises ValueError, KeyError or TypeError: it is something else."""
    texts = {key: str(plain[key])[:200] for key in ("label", "form", "added")}
    numbers = {key: int(plain[key]) for key in ("image_size", "count", "held_out")}
    names = tuple(str(name)[:200] for name in plain["names"])
    present = tuple(int(c) for c in plain["present"])
    good = len(names) <= 1000 and all(0 <= c < len(names) for c in present)
    if not good or bool(names) != bool(present) or not 4 <= numbers["image_size"] <= 64:
        raise ValueError("not what `store.keep` writes")
    return OwnInfo(
        texts["label"], numbers["image_size"], numbers["count"], numbers["held_out"], names, present,
        texts["form"], texts["added"],
    )  # fmt: skip
