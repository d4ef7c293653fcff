"""From a path or an upload to arrays: which form it has, and the reader of that form.

The form is told by what is in a file, not by its name. Nothing is ever unpickled.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from core.data.errors import DataError
from core.data.own.entries import Entry, entries_of, unpacked
from core.data.own.found import MAX_BYTES, Array, Found
from core.data.own.roles import found_in

FORMS = (
    "an .npz or .npy of numpy, IDX files as MNIST has them, a folder or a zip of PNG or JPEG pictures, "
    "a CSV table, a .mat of MATLAB, HDF5 or safetensors"
)
_PICTURES = (".png", ".jpg", ".jpeg", ".webp")

# The reader of each form: a module with `FORM` and `read(content, limit, remarks)`, which gives arrays
# by name, "" for the only one, and adds a sentence to the remarks where there is something to say.
_READERS = {
    "npz": "npz_files",
    "npy": "npz_files",
    "idx": "idx_files",
    "csv": "tables",
    "mat": "matlab",
    "hdf5": "hdf5",
    "safetensors": "tensors",
}
# Forms that are not read, and what to say of them.
REFUSED = {
    "pickle": "a pickle (.pkl, .pt or .pth), which is never opened, as it may run a program. Save the "
    "arrays with numpy.savez or safetensors",
    "tar": "a tar archive. Unpack it and give the folder",
    "bzip2": "packed with bzip2. Unpack it first",
    "parquet": "a Parquet file. In Python, core.add_images takes the data frame",
    "html": "a web page, as a download that went wrong leaves it. Download the file again",
    "lfs": "a pointer of Git LFS, not the file itself. Fetch it with git lfs pull",
    "empty": "empty",
    "picture": "a single picture. Give the folder, or a zip, of at least ten",
    "other": "of no form that is known here",
}
_STARTS = {
    b"\x93NUMPY": "npy",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x89HDF\r\n\x1a\n": "hdf5",
    b"MATLAB 5.0": "mat",
    b"MATLAB 7.3": "hdf5",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"BZh": "bzip2",
    b"PAR1": "parquet",
    b"version https://git-lfs": "lfs",
    b"<!DOCTYPE": "html",
    b"<!doctype": "html",
    b"<html": "html",
}


def read(
    source: Path | Mapping[str, bytes], limit: int = MAX_BYTES, strangers: bool = False
) -> Found:
    """Images and labels of a file, a folder or an upload, as they are there.

    Args:
        source: a path, or the content of uploaded files by name.
        limit: bytes that may be read, and that may be unpacked.
        strangers: the files are not of whoever runs this: forms whose library may not end, or end the
            process, when they are damaged, are refused.

    Raises:
        DataError: nothing can be made of it; what it is and what would do.
    """
    try:
        return _read(source, limit, strangers)
    except DataError:
        raise
    except MemoryError as error:
        raise DataError("the file is too large for the memory that is free") from error
    except OSError:
        raise
    except Exception as error:  # of a stranger's bytes: an archive may be damaged in any way
        raise DataError(
            f"{_name(source)} is damaged or cut off: it can't be read; save or download it anew"
        ) from error


def _read(source: Path | Mapping[str, bytes], limit: int, strangers: bool) -> Found:
    entries = _with_siblings(source, entries_of(source, limit))
    if not entries:
        raise DataError(f"there is no file in {_name(source)}; it must have {FORMS}")
    entries.sort(key=lambda entry: entry.name)  # in whatever order a zip or a disk has them
    pictures = [entry for entry in entries if entry.path.suffix.lower() in _PICTURES]
    if len(pictures) > 1 or (pictures and len(pictures) == len(entries) > 1):
        from core.data.own.picture_files import read_pictures

        return read_pictures(pictures, len(entries) - len(pictures), limit)
    kinds = [(entry, kind_of(entry.head())) for entry in entries]
    if strangers and any(kind == "hdf5" for _, kind in kinds):
        raise DataError(
            "HDF5 (also a .mat of version 7.3) is taken on the command line alone: python -m core "
            "add. For here, save the arrays with numpy.savez"
        )
    usable = [(entry, kind) for entry, kind in kinds if kind in _READERS]
    if not usable:
        raise _refusal(kinds)
    kind = Counter(kind for _, kind in usable).most_common(1)[0][0]
    names = {entry.name for entry in entries}
    chosen = [
        entry
        for entry, other in usable
        if other == kind and entry.name.removesuffix(".gz") not in names - {entry.name}
    ]  # of a file and itself in gzip the first alone
    left_out = len(entries) - len(chosen)
    return _read_arrays(chosen, kind, left_out, limit)


def _read_arrays(entries: list[Entry], kind: str, left_out: int, limit: int) -> Found:
    """Images and labels of files of one form."""
    remarks: list[str] = []
    arrays = arrays_of(entries, kind, limit, remarks)
    form = import_module(f"core.data.own.{_READERS[kind]}").FORM
    if len(entries) > 1:
        form = f"{len(entries)} files, each {form}"
    if left_out:
        remarks.append(f"{left_out} other file{'s' if left_out > 1 else ''} beside it: not read.")
    return found_in(arrays, form, tuple(remarks))


def arrays_of(entries: list[Entry], kind: str, limit: int, remarks: list[str]) -> dict[str, Array]:
    """The arrays, by name, of files of one form, a key of `_READERS`; remarks are added to.

    Raises:
        DataError: they are damaged, or together larger than `limit` bytes.
    """
    reader = import_module(f"core.data.own.{_READERS[kind]}")
    arrays: dict[str, Array] = {}
    room = limit
    for entry in entries:
        content = unpacked(entry.content(limit), entry.path.name, limit)
        found = guarded(reader.read, content, entry.path.name, room, remarks)
        stem = str(entry.path.with_suffix("") if entry.path.suffix == ".gz" else entry.path)
        several = len(entries) > 1
        arrays |= {_array_name(stem, key, several): array for key, array in found.items()}
        room = limit - sum(array.nbytes for array in arrays.values())
        if room <= 0:
            raise DataError(f"all arrays together must have at most {limit // 10**6} MB")
    return arrays


def _array_name(file: str, key: str, several: bool) -> str:
    """An array's name; with that of its file where it needs it."""
    stem = re.sub(r"\.(npy|npz|csv|mat|h5|hdf5|safetensors)$", "", file, flags=re.IGNORECASE)
    return (f"{stem}/{key}" if several else key) if key else stem


def guarded(
    reader: Callable[[bytes, int, list[str]], dict[str, Array]],
    content: bytes,
    name: str,
    limit: int,
    remarks: list[str],
) -> dict[str, Array]:
    """What a reader gives; whatever a stranger's bytes make it raise becomes a sentence."""
    try:
        return reader(content, limit, remarks)
    except (DataError, MemoryError):
        raise
    except Exception as error:
        raise DataError(
            f"{Path(name).name} is damaged or cut off: it can't be read; save or download it anew"
        ) from error


def kind_of(head: bytes) -> str:
    """The form of a file, by its first bytes; a key of `_READERS` or `REFUSED`."""
    for start, kind in _STARTS.items():
        if head.lstrip().startswith(start) if kind == "html" else head.startswith(start):
            return _zip_kind(head) if kind == "zip" else kind
    if not head:
        return "empty"
    if head[:2] == b"\0\0" and len(head) > 3 and head[2] in range(8, 15) and 1 <= head[3] <= 4:
        return "idx"
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 100_000_000:
        return "safetensors"
    if head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05":
        return "pickle"
    if head[257:262] == b"ustar":
        return "tar"
    return "csv" if _is_text(head) else "other"


def _zip_kind(head: bytes) -> str:
    """Which of the zips that `entries_of` leaves as they are."""
    return "pickle" if b"data.pkl" in head else "npz"


def _is_text(head: bytes) -> bool:
    return b"\0" not in head and any(sign in head for sign in b",;\t ")


def _refusal(kinds: list[tuple[Entry, str]]) -> DataError:
    """Why none of these files can be read."""
    entry, kind = kinds[0]
    what = entry.path.name if len(kinds) == 1 else f"each of these {len(kinds)} files"
    if len(kinds) > 1 and len({kind for _, kind in kinds}) > 1:
        return DataError(f"none of these {len(kinds)} files can be read; there must be {FORMS}")
    tail = "" if kind == "picture" else f"; it must be {FORMS}"
    return DataError(f"{what} is {REFUSED.get(kind, kind)}{tail}")


def _with_siblings(source: Path | Mapping[str, bytes], entries: list[Entry]) -> list[Entry]:
    """Of an IDX file with images also the file beside it that has their labels."""
    if isinstance(source, Mapping) or source.is_dir() or "images" not in source.name:
        return entries
    for ending in (("idx3", "idx1"), ("", "")):
        name = source.name.replace("images", "labels").replace(*ending)
        for other in (name, name.removesuffix(".gz"), f"{name}.gz"):
            path = source.with_name(other)
            if path != source and path.is_file() and not path.is_symlink():
                return entries + entries_of(path, MAX_BYTES)
    return entries


def _name(source: Path | Mapping[str, bytes]) -> str:
    return "the upload" if isinstance(source, Mapping) else source.name
