"""Own images in one call: read, understood, kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from core.data.own.found import MAX_BYTES
from core.data.own.reading import read
from core.data.own.store import keep
from core.data.own.understand import Options, Understood, understand


def look(
    source: Path | Mapping[str, bytes], options: Options | None = None, limit: int = MAX_BYTES
) -> Understood:
    """Images of a path or an upload, understood and not kept. Raises DataError."""
    return understand(read(source, limit), options)


def add_file(
    source: Path | Mapping[str, bytes],
    root: Path | None = None,
    in_use: Collection[str] = (),
    options: Options | None = None,
    label: str = "",
) -> str:
    """Read images in any form and keep them; the data set's name for a Setting.

    Args:
        source: a file, a folder, or the content of uploaded files by name.
        root: folder of the data sets; default: `data`.
        in_use: names of data sets that Runs were trained on, and so are not dropped.
        options: what is said about them.
        label: what people call it; default: the name of the file or folder.

    Raises:
        DataError: they can't be read, used or kept.
    """
    return keep(look(source, options), root, in_use, label or label_of(source))


def label_of(source: Path | Mapping[str, bytes]) -> str:
    """What a data set is called where nobody says so: as its file or folder."""
    if isinstance(source, Mapping):
        return Path(next(iter(source))).name.split(".")[0] if source else ""
    return source.resolve().name.split(".")[0]
