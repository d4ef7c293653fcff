"""The files behind a path or an upload: one, those of a folder, or those of a zip.

Names in a zip are only ever compared and shown, never opened as paths; links are not followed. What a
zip says of itself is added up before anything in it is unpacked.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple, cast

from core.data.errors import DataError
from core.data.own.found import MAX_FILES, too_large
from core.setting.plain_files import NotPlain, plain_size

_JUNK = ("__MACOSX", "Thumbs.db", "desktop.ini")
_CENTRAL = b"PK\x01\x02"  # how each file's line in a zip's list begins


class Entry(NamedTuple):
    """A file that can be read.

    Attributes:
        name: with its folders, joined by "/".
        size: in bytes, as the disk or the zip says.
        open: the file; not yet opened, so that 200,000 cost nothing.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]

    @property
    def path(self) -> PurePosixPath:
        """Its name, to be taken apart."""
        return PurePosixPath(self.name)

    def content(self, limit: int) -> bytes:
        """All of it. Raises DataError when it is larger than `limit`, or can't be read."""
        if self.size > limit:
            raise too_large(self.path.name, limit)
        try:
            with self.open() as file:
                content = file.read(limit + 1)
        except OSError as error:
            raise DataError(f"{self.name} can't be read: {error.strerror or error}") from error
        except Exception as error:  # strangers' bytes: zipfile and zlib raise a dozen types
            raise DataError(f"{self.path.name} in the zip is damaged; pack it anew") from error
        if len(content) > limit:
            raise too_large(self.path.name, limit)
        return content

    def head(self, count: int = 1024) -> bytes:
        """Its first bytes; of a gzip file, of what is packed in it."""
        try:
            with self.open() as file:
                start = file.read(count)
        except Exception:  # whoever reads all of it gets the reason
            return b""
        if not start.startswith(b"\x1f\x8b"):
            return start
        try:
            return zlib.decompressobj(31).decompress(start, count)
        except zlib.error:
            return b""


def entries_of(source: Path | Mapping[str, bytes], limit: int) -> list[Entry]:
    """The files of a path, or of an upload by name; a zip's in place of the zip.

    Raises:
        DataError: there are too many, or they can't be read.
    """
    if isinstance(source, Mapping):
        entries = [_in_memory(name, content) for name, content in source.items()]
    elif source.is_dir():
        entries = list(_in_folder(source, limit))
    else:
        entries = [_on_disk(source, source.name)]
    return [one for entry in entries for one in _members(entry, limit)]


def unpacked(content: bytes, what: str, limit: int) -> bytes:
    """The content of a gzip file; anything else as it is.

    Raises:
        DataError: it is damaged, or unpacks to more than `limit`.
    """
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as file:
            inside = file.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{what} is damaged or cut off: it can't be unpacked") from error
    if len(inside) > limit:
        raise too_large(what, limit)
    return inside


def _in_memory(name: str, content: bytes) -> Entry:
    return Entry(name, len(content), lambda: io.BytesIO(content))


def _on_disk(path: Path, name: str) -> Entry:
    try:
        return Entry(name, plain_size(path, links=True), lambda: path.open("rb"))
    except NotPlain as error:  # a pipe never ends
        raise DataError(f"{path} must be a file or a folder; {error}") from error
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror}") from error


def _in_folder(folder: Path, limit: int) -> Iterator[Entry]:
    """Files of a folder and those below it, in the order of their names."""
    count = size = 0
    for where, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if _is_kept(name))
        for name in sorted(files):
            path = Path(where) / name
            if not _is_kept(name) or path.is_symlink() or not path.is_file():
                continue
            entry = _on_disk(path, path.relative_to(folder).as_posix())
            count, size = count + 1, size + entry.size
            if count > MAX_FILES:
                raise DataError(f"a folder must have at most {MAX_FILES:,} files; it has more")
            if size > 10 * limit:
                raise too_large(f"the files in {folder.name}", 10 * limit)
            yield entry


def _is_kept(name: str) -> bool:
    return not name.startswith(".") and name not in _JUNK


def _members(entry: Entry, limit: int) -> Iterator[Entry]:
    """The files of a zip; any other file itself, also the .npz and the .pt, which are zips, too."""
    if entry.head(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
        yield entry
        return
    content = entry.content(limit)
    if content.count(_CENTRAL) > MAX_FILES:  # before zipfile makes an object of each
        raise DataError(f"a zip must have at most {MAX_FILES:,} files; {entry.name} has more")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except Exception as error:  # strangers' bytes: a dozen types
        raise DataError(f"{entry.path.name} is damaged or cut off: it can't be unpacked") from error
    inside = archive.infolist()
    if inside and all(PurePosixPath(m.filename).suffix == ".npy" for m in inside):
        yield entry  # an .npz
        return
    if any(PurePosixPath(m.filename).name == "data.pkl" for m in inside):
        yield entry  # of torch
        return
    if sum(member.file_size for member in inside) > limit:
        raise too_large(entry.path.name, limit)
    for member in inside:
        if _is_wanted(member):
            if member.flag_bits & 1:
                raise DataError(f"{entry.path.name} has a password; pack it anew without one")
            yield Entry(member.filename, member.file_size, partial(_opened, archive, member))


def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> BinaryIO:
    return cast(BinaryIO, archive.open(member))


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    parts = PurePosixPath(member.filename).parts
    return (
        bool(member.filename) and not member.is_dir() and not is_link and all(map(_is_kept, parts))
    )
