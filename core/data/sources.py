"""Where the catalogue's images come from: scikit-learn's 8x8 digits, and files that are downloaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock

from core.data import usps
from core.data.archives import ARCHIVES, places, read_part
from core.data.downloads import DownloadFailed, Report, fetch, remote_files
from core.data.errors import DataError as DataError
from core.data.own.found import Array
from core.setting.paths import DATA_DIR as DATA_DIR
from core.setting.setting import dataset_info

KNOWN = (*ARCHIVES, usps.USPS)


class NotHere(DataError):
    """A data set that must be downloaded first."""


@dataclass(frozen=True, eq=False)
class Raw:
    """A whole data set: pixels (N, h, w) uint8, labels (N,) int64 or None, training (N,) bool."""

    pixels: Array
    labels: Array | None
    training: Array


def without_own_split(pixels: Array, labels: Array | None) -> Raw:
    """Every fifth image of the whole is held out, so it is for any subset of the classes."""
    return Raw(pixels, labels, np.arange(len(pixels)) % 5 != 4)


def read_digits() -> Raw:
    from sklearn.datasets import load_digits  # costs 2 seconds: only when asked for

    bunch = load_digits()
    pixels = np.rint(bunch.images * (255 / 16)).astype(np.uint8)  # its ink goes from 0 to 16
    return without_own_split(pixels, bunch.target.astype(np.int64))


def read_known(name: str, root: Path, download: bool = False) -> Raw:
    """A data set of the catalogue.

    Args:
        name: a key of `KNOWN`.
        root: folder of the data sets.
        download: files that are not here, or damaged, are downloaded.

    Raises:
        DataError: they are not here, or damaged, and none could be downloaded.
    """
    problems: dict[str, str] = {}
    try:
        parts = _read(name, root, problems)
        if parts is None and download:
            bring(name, root)
            parts = _read(name, root, problems)
    except OSError as error:
        raise DataError(f"{dataset_info(name).label} can't be read: {error.strerror}") from error
    if parts is None:
        raise _damaged(name, root, problems) if problems else not_here(name)
    train, train_labels, test, test_labels = parts
    pixels = np.concatenate([train, test])
    if name in ARCHIVES and ARCHIVES[name].transposed:
        pixels = np.ascontiguousarray(pixels.transpose(0, 2, 1))
    labels = np.concatenate([train_labels, test_labels]).astype(np.int64)
    return Raw(pixels, labels, np.arange(len(pixels)) < len(train))


def bring(name: str, root: Path, report: Report = lambda count: None) -> None:
    """Download what is missing or damaged of a data set.

    Args:
        name: a key of `KNOWN`.
        root: folder of the data sets.
        report: told how many bytes more have come; what it raises ends the download.

    Raises:
        DataError: it could not be downloaded; where its files can be put by hand.
    """
    folder, label = root / folder_of(name), dataset_info(name).label
    problems: dict[str, str] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(root / ".lock"):  # another process may be at it
            wanted = _wanted(name, root, problems)
            if not wanted:
                return
            remote = remote_files(ARCHIVES[name].kind if name in ARCHIVES else "USPS")
            for file in sorted(wanted):
                fetch(folder / file, *remote[file], report)
    except DownloadFailed as error:
        if problems:
            raise _damaged(name, root, problems) from error
        raise DataError(
            f"{label} could be neither read nor downloaded ({error}); put the file(s) "
            f"{', '.join(_archives(name))} into {folder} (data/README.md says where from)"
        ) from error
    except OSError as error:
        raise DataError(f"{label} can't be kept in {folder}: {error.strerror}") from error


def not_here(name: str) -> NotHere:
    """The error for a data set that must be downloaded first."""
    info = dataset_info(name)
    return NotHere(
        f"the images of {info.label} are not here. To download {info.megabytes} MB, take the button on "
        f"the Explore page, or: python -m core data fetch {name}"
    )


def folder_of(name: str) -> str:
    """Where its files are, below the folder of the data sets."""
    return ARCHIVES[name].folder if name in ARCHIVES else usps.FOLDER


def files_of(name: str, root: Path) -> list[Path]:
    """The files that this data set is read from, unread; none when it needs a download."""
    if name == usps.USPS:
        paths = [root / usps.FOLDER / file for file in usps.FILES]
        return paths if all(path.is_file() for path in paths) else []
    found = [places(ARCHIVES[name], i, root) for i in range(4)]
    return list(dict.fromkeys(p for some in found for p in some)) if all(found) else []


def _archives(name: str) -> tuple[str, ...]:
    return ARCHIVES[name].archives if name in ARCHIVES else usps.FILES


def _wanted(name: str, root: Path, problems: dict[str, str]) -> set[str]:
    """The archives that must be downloaded, since what they hold is missing or damaged."""
    if name == usps.USPS:
        here = {file for file in usps.FILES if (root / usps.FOLDER / file).is_file()}
        usps.read(root / usps.FOLDER, problems)
        return {file for file in usps.FILES if file in problems or file not in here}
    archive = ARCHIVES[name]
    bad = [i for i in range(4) if read_part(archive, i, root, problems) is None]
    return {archive.bundle or f"{archive.names[i]}.gz" for i in bad}


def _read(name: str, root: Path, problems: dict[str, str]) -> list[Array] | None:
    """Images and labels of training and of the test; None: one of them is missing."""
    if name == usps.USPS:
        return usps.read(root / usps.FOLDER, problems)
    parts = [read_part(ARCHIVES[name], i, root, problems) for i in range(4)]
    return None if any(part is None for part in parts) else [p for p in parts if p is not None]


def _damaged(name: str, root: Path, problems: dict[str, str]) -> DataError:
    """The error for files that are here and can't be used."""
    what = "; ".join(f"{file} ({why})" for file, why in problems.items())
    return DataError(
        f"{dataset_info(name).label} can't be read. In {root / folder_of(name)} is damaged: {what}. "
        "Replace it with the original file (data/README.md says which), or delete it to download it anew"
    )
