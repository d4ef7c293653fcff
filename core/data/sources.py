"""Where images come from: scikit-learn's 8x8 digits, and files that torchvision reads or downloads."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from filelock import FileLock
from torch import Tensor

from core.data.errors import DataError as DataError
from core.setting.paths import DATA_DIR as DATA_DIR
from core.setting.setting import dataset_info


@dataclass(frozen=True, eq=False)
class Raw:
    """A whole data set: pixels (N, h, w) uint8, labels (N,) int64 or None, training (N,) bool."""

    pixels: Tensor
    labels: Tensor | None
    training: Tensor


def without_own_split(pixels: Tensor, labels: Tensor | None) -> Raw:
    """Every fifth image of the whole is held out, so it is for any subset of the classes."""
    return Raw(pixels, labels, torch.arange(len(pixels)) % 5 != 4)


def read_digits() -> Raw:
    from sklearn.datasets import load_digits  # costs 2 seconds: only when asked for

    bunch = load_digits()
    pixels = np.rint(bunch.images * (255 / 16)).astype(np.uint8)  # its ink goes from 0 to 16
    return without_own_split(torch.from_numpy(pixels), torch.from_numpy(bunch.target).long())


# ------------------------------------------------------------------------------- torchvision
@dataclass(frozen=True)
class _Source:
    """How torchvision reads a data set.

    Attributes:
        kind: name of torchvision's class.
        folder: where it wants its files, below the folder of the data sets.
        archives: its files as they are downloaded.
        unpacked: what it makes of them.
        options: of the class.
        transposed: its files hold every image with rows and columns swapped.
    """

    kind: str
    folder: str
    archives: tuple[str, ...]
    unpacked: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    transposed: bool = False


_ENDS = ("images-idx3-ubyte", "labels-idx1-ubyte")
_IDX = tuple(f"{part}-{end}" for part in ("train", "t10k") for end in _ENDS)
_GZ = tuple(f"{name}.gz" for name in _IDX)
_EMNIST = tuple(f"emnist-digits-{part}-{end}" for part in ("train", "test") for end in _ENDS)
SOURCES = {
    "mnist": _Source("MNIST", "MNIST/raw", _GZ, _IDX),
    "fashion": _Source("FashionMNIST", "FashionMNIST/raw", _GZ, _IDX),
    "kmnist": _Source("KMNIST", "KMNIST/raw", _GZ, _IDX),
    "emnist": _Source(
        "EMNIST", "EMNIST/raw", ("gzip.zip",), _EMNIST, {"split": "digits"}, transposed=True
    ),
    "usps": _Source("USPS", "USPS", ("usps.bz2", "usps.t.bz2")),
}
_operator_schemas: list[torch.library.Library] = []  # undone when the object dies, so it is kept


def _torchvision_datasets() -> Any:
    """`torchvision.datasets`; importing it costs 1.5 seconds, so only when asked for."""
    try:
        from torchvision import datasets
    except RuntimeError:
        # torchvision's wheels are built for CUDA torch. Beside a CPU-only torch its compiled
        # operators do not load and the import fails on the two whose schemas it looks up
        # ("operator torchvision::nms does not exist"). We need no operator: the schemas will do.
        library = torch.library.Library("torchvision", "DEF")
        _operator_schemas.append(library)
        operands = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
        for name in ("nms", "qnms"):
            library.define(name + operands)
        from torchvision import datasets
    return datasets


def read_torchvision(name: str, root: Path) -> Raw:
    source = SOURCES[name]
    folder = root / source.folder
    kind = getattr(_torchvision_datasets(), source.kind)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # another process may be unpacking; what torchvision prints is not our output
        with FileLock(root / ".lock"), contextlib.redirect_stdout(sys.stderr):
            try:
                return _read_parts(kind, source, root)
            except Exception:  # a truncated file can raise nearly anything, AssertionError too
                if not _remove_unpacked(source, folder):
                    raise
                return _read_parts(kind, source, root)
    except Exception as error:
        label = dataset_info(name).label
        damaged = [
            file
            for file, md5 in _checksums(kind)
            if (folder / file).is_file() and _md5(folder / file) != md5
        ]
        if damaged:
            raise DataError(
                f"{label} can't be read: {' and '.join(damaged)} in {folder} is damaged (wrong "
                "checksum) and no good copy could be downloaded; replace it with the original "
                "file (data/README.md says which)"
            ) from error
        reason = (str(error).strip().splitlines() or [type(error).__name__])[-1][:200]
        raise DataError(
            f"{label} could be neither read nor downloaded ({reason}); put the file(s) "
            f"{', '.join(source.archives)} into {folder} (data/README.md says where from)"
        ) from error


def _read_parts(kind: Any, source: _Source, root: Path) -> Raw:
    """Training images, then test images, through torchvision, which checks archives by MD5."""
    if hasattr(kind, "split_list"):  # USPS: the class trusts any file it finds; its downloader not
        from torchvision.datasets.utils import download_url

        root = root / source.folder
        for url, file, md5 in kind.split_list.values():
            download_url(url, root, file, md5)
    train, test = (
        kind(root, train=part, download=True, **source.options) for part in (True, False)
    )
    pixels = torch.cat([torch.as_tensor(part.data) for part in (train, test)])
    labels = torch.cat([torch.as_tensor(part.targets).long() for part in (train, test)])
    if len(labels) != len(pixels) or len(train.data) != len(train.targets):
        raise ValueError("as many labels as images are needed")
    if source.transposed:
        pixels = pixels.transpose(1, 2).contiguous()
    return Raw(pixels, labels, torch.arange(len(pixels)) < len(train.data))


def _remove_unpacked(source: _Source, folder: Path) -> bool:
    """Delete what a crash may have left half written; True if there was something."""
    found = [folder / name for name in source.unpacked if (folder / name).is_file()]
    archived = all((folder / name).is_file() for name in source.archives)
    if len(found) < len(source.unpacked) and not archived:
        return False  # some were put here by hand and others forgotten: not ours to delete
    for path in found:
        path.unlink()
    shutil.rmtree(folder / "gzip", ignore_errors=True)  # EMNIST unpacks by way of this folder
    return bool(found)


def _checksums(kind: Any) -> list[tuple[str, str]]:
    """Name and MD5 of each archive, from torchvision's class."""
    if hasattr(kind, "split_list"):  # USPS
        return [(file, md5) for _, file, md5 in kind.split_list.values()]
    return [("gzip.zip", kind.md5)] if hasattr(kind, "md5") else list(kind.resources)


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def files_of(name: str, root: Path) -> list[Path]:
    """The files that torchvision reads this data set from; none when it needs a download."""
    source = SOURCES[name]
    for group in (source.archives, source.unpacked):
        paths = [root / source.folder / file for file in group]
        if paths and all(path.is_file() for path in paths):
            return paths
    return []
