"""Images and labels of a Setting: held in memory once, as uint8, and shared by all who ask.

MNIST and scikit-learn's 8x8 digits need no network. Fashion-MNIST, KMNIST, EMNIST digits and USPS
come through torchvision's own downloaders; a user's own images come as an .npz. What a Setting
changes (classes, image size, pixel range, what is held out) is done on the way out, to the rows
asked for, so two Settings never cost two copies.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import math
import os
import shutil
import sys
import tempfile
import threading
import zipfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from filelock import FileLock
from torch import Tensor
from torch.nn import functional as F

from core.config import NPZ_NAME, Setting, dataset_info

DATA_DIR = Path(__file__).resolve().parent.parent / "data"
MAX_NPZ_BYTES = 100_000_000  # of all arrays, uncompressed
MAX_NPZ_IMAGES = 200_000
MAX_NPZ_FILES = 20
_CACHED = 2
_CHUNK = 8192  # images that are float at full size at a time: 26 MB of 28x28


class DataError(RuntimeError):
    """Images can't be had or used; the message is one sentence for people and says what to do."""


@dataclass(frozen=True, eq=False)
class Split:
    """Part of a data set: training images, or held-out ones.

    Attributes:
        pixels: (N, h, w) uint8, the whole data set's array. It is shared: never write into it.
        index: (n,) int64, rows of `pixels` that belong to this split, ascending.
        labels: (n,) int64, or None when the data set has none.
    """

    pixels: Tensor
    index: Tensor
    labels: Tensor | None

    def __len__(self) -> int:
        return len(self.index)

    def images(self, setting: Setting, rows: Tensor | slice | None = None) -> Tensor:
        """Images as a model takes them: means over whole blocks of pixels, never rounded.

        Args:
            setting: gives image_size s and pixel_range.
            rows: positions within this split, (m,) int64 or a slice; None: all.

        Returns:
            (m, 1, s, s) float32 from 0 to `setting.pixel_range`.
        """
        index = self.index if rows is None else self.index[rows]
        size = setting.image_size
        out = torch.empty(len(index), 1, size, size)
        for start in range(0, len(index), _CHUNK):
            chunk = self.pixels[index[start : start + _CHUNK]].unsqueeze(1).float()
            out[start : start + _CHUNK] = _resized(chunk, size)
        # 0..255 is what is stored: multiplying by 255/255 must not cost the last bit
        return out if setting.pixel_range == 255 else out.mul_(setting.pixel_range).div_(255)


@dataclass(frozen=True, eq=False)
class Data:
    """What a Setting trains on and what it is measured on; no image is in both.

    Attributes:
        train: images seen in training.
        test: images never seen in training.
        class_names: name of each label.
    """

    train: Split
    test: Split
    class_names: tuple[str, ...]


def load(setting: Setting, root: Path = DATA_DIR) -> Data:
    """The images of a Setting, downloaded if they must be.

    Args:
        setting: its dataset, digits and holdout are used. An unlabelled data set gives every image,
            whatever `digits` says.
        root: folder of the data sets, laid out as data/README.md says.

    Raises:
        DataError: no such images here and no download, damaged files, a class that has no images,
            or too few images to train and to measure.
    """
    raw = _raw(setting.dataset, root)
    label = dataset_info(setting.dataset).label
    chosen = torch.ones(len(raw.pixels), dtype=torch.bool)
    if raw.labels is not None:
        present = _classes(raw.labels)
        missing = sorted(set(setting.digits) - set(present))
        if missing:
            raise DataError(
                f"digits must be classes that {label} has images of ({_some(present)}); "
                f"got {_some(missing)}"
            )
        chosen = torch.isin(raw.labels, torch.tensor(setting.digits))
    rows = torch.arange(len(raw.pixels))
    train, test = rows[chosen & raw.training], rows[chosen & ~raw.training]
    if setting.holdout == "first3000":
        if len(train) < 4000:
            raise DataError(
                f"holdout must be 'test' for fewer than 4000 training images; {label} has "
                f"{len(train)} of the chosen classes"
            )
        test, train = train[:3000], train[3000:]
    if min(len(train), len(test)) < 2:
        raise DataError(
            f"{label} must have at least 2 images to train on and 2 held out; of the chosen "
            f"classes it has {len(train)} and {len(test)}"
        )
    return Data(
        train=Split(raw.pixels, train, None if raw.labels is None else raw.labels[train]),
        test=Split(raw.pixels, test, None if raw.labels is None else raw.labels[test]),
        class_names=dataset_info(setting.dataset).class_names,
    )


def is_local(name: str, root: Path = DATA_DIR) -> bool:
    """Whether `load` needs no download for this data set."""
    if NPZ_NAME.fullmatch(name):
        return _npz_path(name, root).is_file()
    if name not in _SOURCES:
        return name == "digits"
    source = _SOURCES[name]
    groups = [group for group in (source.archives, source.unpacked) if group]
    return any(all((root / source.folder / f).is_file() for f in group) for group in groups)


def _resized(images: Tensor, size: int) -> Tensor:
    """(m, 1, h, w) to (m, 1, size, size); not square: zeros around it first."""
    height, width = images.shape[-2:]
    side = max(height, width)
    if height != width:
        top, left = (side - height) // 2, (side - width) // 2
        images = F.pad(images, (left, side - width - left, top, side - height - top))
    if side == size:
        return images
    if side % size == 0:
        return F.avg_pool2d(images, side // size)
    if side > size:
        return F.adaptive_avg_pool2d(images, size)
    return F.interpolate(images, size=(size, size), mode="bilinear", align_corners=False)


def _classes(labels: Tensor) -> list[int]:
    return sorted(set(labels.tolist()))


def _some(classes: list[int]) -> str:
    return ", ".join(map(str, classes[:20])) + (", ..." if len(classes) > 20 else "")


# ------------------------------------------------------------------------ one copy in memory
@dataclass(frozen=True, eq=False)
class _Raw:
    """A whole data set: pixels (N, h, w) uint8, labels (N,) int64 or None, training (N,) bool."""

    pixels: Tensor
    labels: Tensor | None
    training: Tensor


_cache: OrderedDict[tuple[str, Path], _Raw] = OrderedDict()  # least recently used first
_cache_lock = threading.Lock()
_load_lock = (
    threading.Lock()
)  # one load at a time: asked for twice, still one copy and one download


def _raw(name: str, root: Path) -> _Raw:
    key = (name, root.resolve())
    if (known := _recall(key)) is not None:  # does not wait for somebody else's download
        return known
    with _load_lock:
        if (known := _recall(key)) is not None:
            return known
        if name in _SOURCES:
            raw = _read_torchvision(name, root)
        elif name == "digits":
            raw = _read_digits()
        else:
            raw = _read_npz(name, root)
        with _cache_lock:
            _cache[key] = raw
            while len(_cache) > _CACHED:
                _cache.popitem(last=False)
        return raw


def _recall(key: tuple[str, Path]) -> _Raw | None:
    with _cache_lock:
        if key in _cache:
            _cache.move_to_end(key)
        return _cache.get(key)


def _without_own_split(pixels: Tensor, labels: Tensor | None) -> _Raw:
    """Every fifth image of the whole is held out, so it is for any subset of the classes."""
    return _Raw(pixels, labels, torch.arange(len(pixels)) % 5 != 4)


def _read_digits() -> _Raw:
    from sklearn.datasets import load_digits  # costs 2 seconds: only when asked for

    bunch = load_digits()
    pixels = np.rint(bunch.images * (255 / 16)).astype(np.uint8)  # its ink goes from 0 to 16
    return _without_own_split(torch.from_numpy(pixels), torch.from_numpy(bunch.target).long())


# ------------------------------------------------------------------------------- torchvision
@dataclass(frozen=True)
class _Source:
    """Where torchvision's class `kind` wants which files; `unpacked` is what it makes of them."""

    kind: str
    folder: str
    archives: tuple[str, ...]
    unpacked: tuple[str, ...] = ()


_ENDS = ("images-idx3-ubyte", "labels-idx1-ubyte")
_IDX = tuple(f"{part}-{end}" for part in ("train", "t10k") for end in _ENDS)
_GZ = tuple(f"{name}.gz" for name in _IDX)
_EMNIST = tuple(f"emnist-digits-{part}-{end}" for part in ("train", "test") for end in _ENDS)
_SOURCES = {
    "mnist": _Source("MNIST", "MNIST/raw", _GZ, _IDX),
    "fashion": _Source("FashionMNIST", "FashionMNIST/raw", _GZ, _IDX),
    "kmnist": _Source("KMNIST", "KMNIST/raw", _GZ, _IDX),
    "emnist": _Source("EMNIST", "EMNIST/raw", ("gzip.zip",), _EMNIST),
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


def _read_torchvision(name: str, root: Path) -> _Raw:
    source = _SOURCES[name]
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


def _read_parts(kind: Any, source: _Source, root: Path) -> _Raw:
    """Training images, then test images, through torchvision, which checks archives by MD5."""
    options = {"split": "digits"} if source.kind == "EMNIST" else {}
    if source.kind == "USPS":  # the class trusts any file it finds; its downloader does not
        from torchvision.datasets.utils import download_url

        root = root / source.folder
        for url, file, md5 in kind.split_list.values():
            download_url(url, root, file, md5)
    train, test = (kind(root, train=part, download=True, **options) for part in (True, False))
    pixels = torch.cat([torch.as_tensor(part.data) for part in (train, test)])
    labels = torch.cat([torch.as_tensor(part.targets).long() for part in (train, test)])
    if len(labels) != len(pixels) or len(train.data) != len(train.targets):
        raise ValueError("as many labels as images are needed")
    if source.kind == "EMNIST":  # its files hold every image with rows and columns swapped
        pixels = pixels.transpose(1, 2).contiguous()
    return _Raw(pixels, labels, torch.arange(len(pixels)) < len(train.data))


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


# --------------------------------------------------------------------------- a user's own .npz
def add_npz(source: bytes | Path, root: Path = DATA_DIR) -> str:
    """Check a user's .npz and keep it; the oldest of more than MAX_NPZ_FILES are dropped.

    Args:
        source: the file or its content: `images` (n, h, w), uint8, or float from 0 to 1 or to 255;
            `labels` (n,) integers from 0 to 999, may be left out. Nothing in it is unpickled.
        root: folder of the data sets.

    Returns:
        The data set's name for a Setting: `npz-` and 12 hex digits of the content's SHA-256.

    Raises:
        DataError: anything about the file that can't be used.
    """
    if isinstance(source, bytes):
        content = source
    else:
        try:
            # a little more than the arrays may have: headers
            if source.stat().st_size > MAX_NPZ_BYTES + 1_000_000:
                raise DataError(f"an .npz must have at most {MAX_NPZ_BYTES // 10**6} MB")
            content = source.read_bytes()
        except OSError as error:
            raise DataError(f"{source} can't be read: {error.strerror}") from error
    images, labels = _parse_npz(content)
    name = f"npz-{hashlib.sha256(content).hexdigest()[:12]}"
    arrays = {"images": images} if labels is None else {"images": images, "labels": labels}
    target = _npz_path(name, root)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / ".lock"):
            handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    np.savez_compressed(file, allow_pickle=False, **arrays)
                os.replace(temporary, target)  # readers see the whole file or none
            finally:
                Path(temporary).unlink(missing_ok=True)
            others = [path for path in target.parent.glob("npz-*.npz") if path != target]
            others.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
            for path in others[MAX_NPZ_FILES - 1 :]:
                path.unlink()
    except OSError as error:
        raise DataError(f"the images can't be kept in {target.parent}: {error.strerror}") from error
    return name


def npz_classes(name: str, root: Path = DATA_DIR) -> tuple[int, ...]:
    """Classes that have images, ascending; (0,) when unlabelled. Raises DataError as `load`."""
    labels = _raw(name, root).labels
    return (0,) if labels is None else tuple(_classes(labels))


def _npz_path(name: str, root: Path) -> Path:
    if not NPZ_NAME.fullmatch(name):  # it becomes a path
        raise DataError(f"a data set's name must be npz- and 12 hex digits; got {name!r}")
    return root / "npz" / f"{name}.npz"


def _read_npz(name: str, root: Path) -> _Raw:
    try:
        content = _npz_path(name, root).read_bytes()
    except OSError as error:
        raise DataError(f"the images of {name} are not here (any more); add them again") from error
    images, labels = _parse_npz(content)
    return _without_own_split(
        torch.from_numpy(images), None if labels is None else torch.from_numpy(labels)
    )


def _parse_npz(content: bytes) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
    """Images (n, h, w) uint8 and labels (n,) int64 or None; DataError says what is wrong."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # before anything is unpacked; zipfile never reads more than a member declares
            if sum(member.file_size for member in archive.infolist()) > MAX_NPZ_BYTES:
                raise DataError(
                    f"an .npz must have at most {MAX_NPZ_BYTES // 10**6} MB, uncompressed"
                )
            arrays = {
                key: _read_array(archive, key)
                for key in ("images", "labels")
                if f"{key}.npy" in archive.namelist()
            }
    except DataError:
        raise
    except Exception as error:  # strangers' bytes: zipfile, zlib and numpy raise a dozen types
        raise DataError(
            "the file must be an .npz as numpy.savez writes it, and it can't be read as one"
        ) from error
    if "images" not in arrays:
        raise DataError("an .npz must have an array named images")
    images = _checked_images(arrays["images"])
    labels = arrays.get("labels")
    return images, None if labels is None else _checked_labels(labels, len(images))


def _read_array(archive: zipfile.ZipFile, key: str) -> np.ndarray[Any, Any]:
    """One member, after its header: numpy allocates what the header says before it reads."""
    with archive.open(f"{key}.npy") as file:
        version = np.lib.format.read_magic(file)
        old = version == (1, 0)
        header = np.lib.format.read_array_header_1_0 if old else np.lib.format.read_array_header_2_0
        shape, _, dtype = header(file)
    if dtype.hasobject:
        raise DataError(f"{key} must be numbers; got Python objects, which are never unpickled")
    if math.prod(shape) * dtype.itemsize > MAX_NPZ_BYTES:
        raise DataError(f"an .npz must have at most {MAX_NPZ_BYTES // 10**6} MB, uncompressed")
    with archive.open(f"{key}.npy") as file:
        array: np.ndarray[Any, Any] = np.lib.format.read_array(file, allow_pickle=False)
    return array


def _checked_images(images: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if images.ndim != 3 or not all(4 <= side <= 256 for side in images.shape[1:]):
        raise DataError(
            f"images must have shape (n, h, w) with sides from 4 to 256; got {images.shape}"
        )
    if not 1 <= len(images) <= MAX_NPZ_IMAGES:
        raise DataError(f"images must be 1 to {MAX_NPZ_IMAGES}; got {len(images)}")
    if images.dtype == np.uint8:
        return np.ascontiguousarray(images)
    if images.dtype.kind != "f":
        raise DataError(f"images must be uint8 or float; got {images.dtype}")
    low, high = float(images.min()), float(images.max())  # NaN if any is, and then not in range
    if not 0 <= low <= high <= 255:
        raise DataError(
            f"float images must go from 0 to 1 or from 0 to 255, without NaN; got {low:g} to "
            f"{high:g}"
        )
    scale = 255 if high <= 1 else 1
    return np.rint(images.astype(np.float32) * scale).astype(np.uint8, order="C")


def _checked_labels(labels: np.ndarray[Any, Any], count: int) -> np.ndarray[Any, Any]:
    if labels.shape != (count,):
        raise DataError(f"labels must be one per image, shape ({count},); got shape {labels.shape}")
    if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() > 999:
        raise DataError("labels must be whole numbers (an integer array) from 0 to 999")
    return labels.astype(np.int64)
