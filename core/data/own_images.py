"""A user's own images: an .npz, checked before anything is unpacked, kept by its content's hash."""

from __future__ import annotations

import hashlib
import io
import math
import os
import tempfile
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import torch
from filelock import FileLock

from core.data.sources import DATA_DIR, DataError, Raw, without_own_split
from core.setting.setting import NPZ_NAME

MAX_NPZ_BYTES = 100_000_000  # of all arrays, uncompressed
MAX_NPZ_IMAGES = 200_000
MAX_NPZ_FILES = 20


def add_npz(source: bytes | Path, root: Path = DATA_DIR, keep: Collection[str] = ()) -> str:
    """Check a user's .npz and keep it; the oldest of more than MAX_NPZ_FILES are dropped.

    Args:
        source: the file or its content: `images` (n, h, w), uint8, or float from 0 to 1 or to 255;
            `labels` (n,) integers from 0 to 999, may be left out. Nothing in it is unpickled.
        root: folder of the data sets.
        keep: names of data sets that are in use, and so are not dropped.

    Returns:
        The data set's name for a Setting: `npz-` and 12 hex digits of the content's SHA-256.

    Raises:
        DataError: anything about the file that can't be used, or there is no room for it.
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
    target = npz_path(name, root)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / ".lock"):
            drop = [] if target.exists() else _oldest(target.parent, keep)
            handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    np.savez_compressed(file, allow_pickle=False, **arrays)
                os.replace(temporary, target)  # readers see the whole file or none
            finally:
                Path(temporary).unlink(missing_ok=True)
            for path in drop:
                path.unlink()
    except OSError as error:
        raise DataError(f"the images can't be kept in {target.parent}: {error.strerror}") from error
    return name


def _oldest(folder: Path, keep: Collection[str]) -> list[Path]:
    """Files to drop, so that there is room for one more; raises DataError when all are in use."""
    files = sorted(folder.glob("npz-*.npz"), key=lambda path: path.stat().st_mtime_ns)
    excess = max(len(files) + 1 - MAX_NPZ_FILES, 0)
    free = [path for path in files if path.stem not in keep]
    if len(free) < excess:
        raise DataError(
            f"at most {MAX_NPZ_FILES} files of own images are kept here, and trained runs use all of "
            "them: there is no room for another until some of these runs are deleted"
        )
    return free[:excess]


def npz_path(name: str, root: Path) -> Path:
    if not NPZ_NAME.fullmatch(name):  # it becomes a path
        raise DataError(f"a data set's name must be npz- and 12 hex digits; got {name!r}")
    return root / "npz" / f"{name}.npz"


def read_npz(name: str, root: Path) -> Raw:
    try:
        content = npz_path(name, root).read_bytes()
    except OSError as error:
        raise DataError(f"the images of {name} are not here (any more); add them again") from error
    images, labels = _parse_npz(content)
    return without_own_split(
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
