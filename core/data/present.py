"""Which data sets are here. Imports nothing heavy."""

from __future__ import annotations

from pathlib import Path

from core.data import sources
from core.data.own.store import info_path, npz_path
from core.data.sources import KNOWN
from core.setting import paths
from core.setting.datasets import NPZ_NAME


def is_local(name: str, root: Path | None = None) -> bool:
    """Whether `splits.load` needs no download for this data set."""
    return name == "digits" or bool(files_of(name, root))


def files_of(name: str, root: Path | None = None) -> list[Path]:
    """The files of a data set here, for another machine to read; none when there are none."""
    if NPZ_NAME.fullmatch(name):
        arrays, info = npz_path(name, root), info_path(name, root)
        return [path for path in (arrays, info) if path.is_file()] if arrays.is_file() else []
    return sources.files_of(name, root or paths.DATA_DIR) if name in KNOWN else []
