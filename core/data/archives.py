"""The known data sets in files of IDX: what their files are called, and what must be in them.

A file counts by its content, not by how it is packed: plain, in gzip or, of EMNIST, in the zip of all
its parts. Where the checksum of the content is known it must be that; elsewhere the header, the number
of images and whether a part is empty are looked at.
"""

from __future__ import annotations

import gzip
import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.data.errors import DataError
from core.data.own.found import Array
from core.data.own.idx_files import idx_array

_MOST_EMPTY = 0.01  # share of the images that may be wholly black


@dataclass(frozen=True)
class Archive:
    """A data set of four IDX files: images and labels of training, then of the test.

    Attributes:
        kind: name of torchvision's class, which has addresses and checksums of the downloads.
        folder: where its files are, below the folder of the data sets.
        names: of the four files, without `.gz`.
        counts: of training and test images, 28 x 28 each.
        contents: SHA-256 of the four, unpacked; empty where it is not known.
        bundle: a zip that has all of them, in gzip; "" where there is none.
        transposed: every image has rows and columns exchanged.
    """

    kind: str
    folder: str
    names: tuple[str, ...]
    counts: tuple[int, int]
    contents: tuple[str, ...] = ()
    bundle: str = ""
    transposed: bool = False

    @property
    def archives(self) -> tuple[str, ...]:
        """The files as they are downloaded."""
        return (self.bundle,) if self.bundle else tuple(f"{name}.gz" for name in self.names)


_ENDS = ("images-idx3-ubyte", "labels-idx1-ubyte")
_IDX = tuple(f"{part}-{end}" for part in ("train", "t10k") for end in _ENDS)
_EMNIST = tuple(f"emnist-digits-{part}-{end}" for part in ("train", "test") for end in _ENDS)
ARCHIVES = {
    "mnist": Archive(
        "MNIST",
        "MNIST/raw",
        _IDX,
        (60_000, 10_000),
        (
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
    "fashion": Archive(
        "FashionMNIST",
        "FashionMNIST/raw",
        _IDX,
        (60_000, 10_000),
        (
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
    "kmnist": Archive("KMNIST", "KMNIST/raw", _IDX, (60_000, 10_000)),
    "emnist": Archive(
        "EMNIST", "EMNIST/raw", _EMNIST, (240_000, 40_000), bundle="gzip.zip", transposed=True
    ),
}


def places(archive: Archive, i: int, root: Path) -> list[Path]:
    """Files that have, or may have, the i-th of the four, in the order in which they are asked."""
    folder, name = root / archive.folder, archive.names[i]
    packed = [folder / f"{name}.gz"] + ([folder / archive.bundle] if archive.bundle else [])
    # a plain file can be half written, and only a known checksum tells
    files = [folder / name, *packed] if archive.contents else [*packed, folder / name]
    return [path for path in files if path.is_file()]


def read_part(archive: Archive, i: int, root: Path, problems: dict[str, str]) -> Array | None:
    """The array of the i-th of the four files; None: there is no good one.

    Args:
        archive: of the data set.
        i: 0 to 3.
        root: folder of the data sets.
        problems: gets, by file, what is wrong with those that are not good.

    Raises:
        OSError: a file can't be read now.
    """
    for path in places(archive, i, root):
        try:
            content = _content(path, archive.names[i])
            array = idx_array(content)
            _check(archive, i, content, array)
        except (DataError, zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
            problems[path.name] = str(error) if isinstance(error, DataError) else "it is cut off"
        except gzip.BadGzipFile:
            problems[path.name] = "it is no gzip file, or damaged inside"
        else:
            return array
    return None


def _content(path: Path, name: str) -> bytes:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as bundle, bundle.open(f"gzip/{name}.gz") as packed:
            return gzip.decompress(packed.read())
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


def _check(archive: Archive, i: int, content: bytes, array: Array) -> None:
    """Raises DataError: that is not what the file must have."""
    count = archive.counts[i // 2]
    expected = (count,) if i % 2 else (count, 28, 28)
    if array.shape != expected or array.dtype != np.uint8:
        raise DataError(f"it has {array.shape} in place of {expected}")
    if archive.contents:
        if hashlib.sha256(content).hexdigest() != archive.contents[i]:
            raise DataError("its content has a wrong checksum")
        return
    if any(hashlib.sha256(content).hexdigest() in other.contents for other in ARCHIVES.values()):
        raise DataError("it is a file of another data set")
    if not i % 2 and (~array.reshape(count, -1).any(axis=1)).mean() > _MOST_EMPTY:
        raise DataError("a part of it is empty")
