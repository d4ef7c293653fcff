"""Images that people brought, kept under `data/npz/`: arrays in an .npz, names in a .json beside it.

A data set's name is the hash of its content, so the same images have one name in whatever form they
came. Files of an earlier version have no `held_out`: of them every fifth image is held out, as it was
when the Runs were trained that are stored.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import math
import os
import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from filelock import FileLock

from core.data.errors import DataError
from core.data.own.found import Array
from core.data.own.labels import clean_name
from core.data.own.npz_files import read as read_arrays
from core.setting import paths
from core.setting.checks import quoted
from core.setting.own_datasets import FOLDER, VERSION, OwnInfo, own_info
from core.setting.setting import NPZ_NAME

if TYPE_CHECKING:
    from core.data.own.understand import Understood

MAX_KEPT = 20
_MAX_BYTES = 120_000_000  # of a kept file's arrays: images, labels, what is held out


@dataclass(frozen=True)
class Kept:
    """A data set of somebody's own, as `listed` finds it.

    Attributes:
        name: for a Setting: "npz-" and 12 hex digits.
        info: its label, classes, image size and counts; None for files of an earlier version.
        size: bytes on disk.
    """

    name: str
    info: OwnInfo | None
    size: int


def keep(
    understood: Understood,
    root: Path | None = None,
    in_use: Collection[str] = (),
    label: str = "",
    most_bytes: float = math.inf,
) -> str:
    """Store images; the oldest of more than `MAX_KEPT`, or of more than `most_bytes`, are dropped.

    Args:
        understood: what is stored.
        root: folder of the data sets; default: `data`.
        in_use: names of data sets that Runs were trained on, and so are not dropped.
        label: what people call it; "" for what it was called before, or nothing.
        most_bytes: of all own images on disk.

    Returns:
        The data set's name for a Setting: `npz-` and 12 hex digits of the content's SHA-256.

    Raises:
        DataError: there is no room for it, or the disk can't be written.
    """
    name = content_name(understood)
    folder = npz_path(name, root).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            here = npz_path(name, root).exists()
            drop = [] if here else _oldest(folder, in_use, most_bytes)
            before = own_info(name, root)
            called = clean_name(label) or (before.label if before else "")
            _write(npz_path(name, root), lambda file: _save_arrays(file, understood))
            text = json.dumps(_about(understood, called), ensure_ascii=False)
            _write(info_path(name, root), lambda file: file.write(text.encode()))
            for path in drop:
                path.unlink()
                path.with_suffix(".json").unlink(missing_ok=True)
    except OSError as error:
        raise DataError(f"the images can't be kept here: {error.strerror}") from error
    return name


def keep_arrays(name: str, arrays: dict[str, Array], root: Path | None = None) -> None:
    """Store arrays under a data set's name, as they are. Raises DataError: they can't be written."""
    target = npz_path(name, root)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / ".lock"):
            _write(target, lambda file: np.savez_compressed(file, allow_pickle=False, **arrays))
    except OSError as error:
        raise DataError(f"the images can't be kept here: {error.strerror}") from error


def content_name(understood: Understood) -> str:
    """`npz-` and 12 hex digits of all that a training and its scores depend on, and of the names."""
    names = list(understood.preview.names)
    head = json.dumps([VERSION, list(understood.images.shape), names], ensure_ascii=False)
    found = hashlib.sha256(head.encode())
    found.update(np.ascontiguousarray(understood.images).data)
    if understood.labels is not None:
        found.update(understood.labels.astype("<i8").tobytes())
    found.update(np.packbits(understood.held_out).tobytes())
    return f"npz-{found.hexdigest()[:12]}"


def _save_arrays(file: BinaryIO, understood: Understood) -> None:
    labels = {} if understood.labels is None else {"labels": understood.labels.astype(np.int64)}
    np.savez_compressed(
        file, allow_pickle=False, images=understood.images, held_out=understood.held_out, **labels
    )


def _about(understood: Understood, label: str) -> dict[str, object]:
    preview, labels = understood.preview, understood.labels
    return {
        "version": VERSION,
        "label": label,
        "image_size": preview.size,
        "count": preview.count,
        "held_out": preview.held_out,
        "names": list(preview.names),
        "present": [] if labels is None else [int(c) for c in np.unique(labels)],
        "form": preview.form,
        "added": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def _write(target: Path, fill: Callable[[BinaryIO], object]) -> None:
    handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            fill(file)
        os.replace(temporary, target)  # readers see the whole file or none
    finally:
        Path(temporary).unlink(missing_ok=True)


def _oldest(folder: Path, in_use: Collection[str], most_bytes: float) -> list[Path]:
    """Files to drop, so that there is room for one more; raises DataError when all are in use."""
    files = sorted(folder.glob("npz-*.npz"), key=lambda path: path.stat().st_mtime_ns)
    count, size = len(files), sum(path.stat().st_size for path in files)
    drop = []
    for path in files:
        if count < MAX_KEPT and size <= most_bytes:
            break
        if path.stem not in in_use:
            drop.append(path)
            count, size = count - 1, size - path.stat().st_size
    if count >= MAX_KEPT or size > most_bytes:
        most = f"{MAX_KEPT} data sets"
        if most_bytes < math.inf:
            most += f" and {most_bytes / 1e6:,.0f} MB"
        raise DataError(
            f"at most {most} of own images are kept here, and all of them are in use: there is no room "
            "for another until one is removed: python -m core data remove NAME"
        )
    return drop


def recent(seconds: float, root: Path | None = None) -> set[str]:
    """Names of the data sets that were added within so many seconds."""
    since, folder = time.time() - seconds, npz_path("npz-" + 12 * "0", root).parent
    return {path.stem for path in folder.glob("npz-*.npz") if path.stat().st_mtime > since}


def npz_path(name: str, root: Path | None = None) -> Path:
    """Where a data set's arrays are. Raises DataError: that is no name of one."""
    if not NPZ_NAME.fullmatch(name):  # it becomes a path
        raise DataError(f"a data set's name must be npz- and 12 hex digits; got {quoted(name)}")
    return (root or paths.DATA_DIR) / FOLDER / f"{name}.npz"


def info_path(name: str, root: Path | None = None) -> Path:
    """Where a data set's names are. Raises DataError: that is no name of one."""
    return npz_path(name, root).with_suffix(".json")


def stored_arrays(name: str, root: Path | None = None) -> tuple[Array, Array | None, Array]:
    """Images (n, h, w) uint8, labels (n,) int64 or None, and which are held out, (n,) bool.

    Raises:
        DataError: they are not here, or damaged.
    """
    path = npz_path(name, root)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"the images of {name} are not here (any more); add them again") from error
    try:
        arrays = read_arrays(content, _MAX_BYTES, [])
    except Exception as error:
        raise DataError(f"the images of {name} are damaged; add them again") from error
    images, labels = arrays.get("images"), arrays.get("labels")
    if images is None or images.ndim != 3 or images.dtype != np.uint8 or not len(images):
        raise DataError(f"the images of {name} are damaged; add them again")
    held_out = arrays.get("held_out", np.arange(len(images)) % 5 == 4)  # of an earlier version
    given = [one for one in (labels, held_out) if one is not None]
    if any(one.shape != images.shape[:1] for one in given) or held_out.dtype != np.bool_:
        raise DataError(f"the images of {name} are damaged; add them again")
    known = None if labels is None else labels.astype(np.int64)
    return images.copy(), known, held_out  # a view of the file can't be a tensor


def listed(root: Path | None = None) -> list[Kept]:
    """All that are kept, newest first."""
    files = [
        path
        for path in ((root or paths.DATA_DIR) / FOLDER).glob("npz-*.npz")
        if NPZ_NAME.fullmatch(path.stem)
    ]
    files.sort(key=lambda path: -path.stat().st_mtime_ns)
    return [Kept(p.stem, own_info(p.stem, root), p.stat().st_size) for p in files]


def named(text: str, root: Path | None = None) -> str:
    """The full name of a kept data set, by its name, the beginning of it, or what people call it.

    Raises:
        DataError: none fits, or several do; which there are.
    """
    kept = listed(root)
    fits = [k for k in kept if text == k.name or (k.info and k.info.label == text)]
    fits = fits or [k for k in kept if len(text) > 4 and k.name.startswith(text)]
    if len(fits) == 1:
        return fits[0].name
    there = ", ".join(k.name for k in kept) or "none is kept"
    found = "several have that name" if fits else "none has that name"
    raise DataError(f"{quoted(text)} must be a data set of your own; {found} ({there})")


def remove(name: str, root: Path | None = None) -> None:
    """Delete a data set. Raises DataError: it is not here, or can't be deleted."""
    try:
        with FileLock(npz_path(name, root).parent / ".lock"):
            npz_path(name, root).unlink()
            info_path(name, root).unlink(missing_ok=True)
    except FileNotFoundError as error:
        raise DataError(f"the images of {name} are not here (any more)") from error
    except OSError as error:
        raise DataError(f"{name} can't be removed: {error.strerror}") from error
