"""Embeddings that people bring: points (n, d) and what is known of each, in the forms that they have.

One file with all of it, or a file of points beside one that says what they are, as the Embedding
Projector has them. The readers of each form are those of own images; nothing is ever unpickled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.data.errors import DataError
from core.data.own import plotly_pages
from core.data.own.embedding_tables import IMAGES, LABELS, NAMES, POINTS, Table, label_column
from core.data.own.entries import Entry, entries_of
from core.data.own.found import MAX_BYTES, MAX_TEXT, Array
from core.data.own.reading import REFUSED, arrays_of, guarded, kind_of
from core.data.own.roles import text_of

FORMS = (
    "an .npz with X and, if you have them, y and images; .npy, CSV, TSV, Parquet, .mat or safetensors, "
    "with labels in it or in a file beside it; the Embedding Projector's tensors.tsv and metadata.tsv; "
    "a page with a scatter plot of plotly"
)
MOST_CLASSES = 1_000  # more are refused where they are half as many as the points
_NOT_POINTS = (".json", ".pbtxt", ".md")


@dataclass(frozen=True, eq=False)
class FoundEmbedding:
    """Points and what is known of them, as files have it.

    Attributes:
        points: (n, d) numbers.
        labels: (n,) int64 from 0 on, or None.
        classes: names of the labels, in their order.
        names: (n,) a text for each point, or None.
        images: (n, ...) numbers, or None.
        remarks: sentences about what was left out or taken for granted.
    """

    points: Array
    labels: Array | None = None
    classes: tuple[str, ...] = ()
    names: Array | None = None
    images: Array | None = None
    remarks: tuple[str, ...] = ()


def read_embedding(
    source: Path | Mapping[str, bytes],
    labels: Path | None = None,
    limit: int = MAX_BYTES,
    *,
    strangers: bool = False,
) -> FoundEmbedding:
    """Points of a file or an upload, with the labels, names and images that it has.

    Args:
        source: a path, or the content of uploaded files by name.
        labels: a file with one label for each point: .npy, or a text with one a line.
        limit: bytes that may be read, and that may be unpacked.
        strangers: the files are not of whoever runs this: HDF5 is refused, as for own images.

    Raises:
        DataError: it is something else; what was found and what would do.
    """
    arrays: dict[str, Array] = {}
    tables: list[Table] = []
    remarks: list[str] = []
    for entry, kind in _files(source, limit, remarks):
        if strangers and kind == "hdf5":
            raise DataError(
                "HDF5 is read from Python and on the command line alone. For here, save the arrays with "
                "numpy.savez"
            )
        if kind in ("csv", "parquet"):
            tables.append(Table.read(entry, kind, limit))
        elif kind == "html":
            page = entry.content(limit)
            arrays |= guarded(plotly_pages.read, page, entry.path.name, limit, remarks)
        else:
            arrays |= arrays_of([entry], kind, limit, remarks)
    points, about = _of_arrays(arrays) if arrays else _of_table(tables)
    for table in tables:
        more = table.about(len(points), remarks)
        about = {**more, **about}
    if labels is not None:
        about["labels"] = _label_file(labels, limit)
    return checked(points, about, remarks)


def _files(
    source: Path | Mapping[str, bytes], limit: int, remarks: list[str]
) -> list[tuple[Entry, str]]:
    """The files that can be read, in the order of their names, and the form of each."""
    found: list[tuple[Entry, str]] = []
    others: list[tuple[Entry, str]] = []
    for entry in sorted(entries_of(source, limit), key=lambda entry: entry.name):
        head = entry.head()
        kind = kind_of(head)
        if kind == "other" and b"\0" not in head:  # a text with one column
            kind = "csv"
        is_about = entry.path.suffix.lower() in _NOT_POINTS or entry.path.stem.lower() == "readme"
        is_read = not is_about and (kind not in REFUSED or kind in ("parquet", "html"))
        (found if is_read else others).append((entry, kind))
    if not found:
        if not others:
            raise DataError(f"there is no file; there must be {FORMS}")
        entry, kind = others[0]
        what = "a picture" if kind == "picture" else REFUSED.get(kind, "no table")
        raise DataError(f"{entry.path.name} is {what}; it must be {FORMS}")
    if others:
        remarks.append(f"Not read: {', '.join(entry.path.name for entry, _ in others[:5])}.")
    return found


def _of_arrays(arrays: Mapping[str, Array]) -> tuple[Array, dict[str, Any]]:
    """The points among named arrays, the only table of numbers where none is called so; and the rest."""
    points = next((arrays[name] for name in POINTS if name in arrays), None)
    if points is None:
        tables = [a for a in arrays.values() if a.ndim == 2 and a.dtype.kind in "fiu"]
        tables = [a for a in tables if 1 not in a.shape] or tables
        if len(tables) != 1:
            there = ", ".join(f"{name} {array.shape}" for name, array in arrays.items()) or "none"
            raise DataError(f"there must be an array X (n, d); the arrays are: {there}")
        points = tables[0]
    n = len(points)
    about: dict[str, Any] = {}
    for what, wanted in (("labels", LABELS), ("images", IMAGES), ("names", NAMES)):
        name = next((name for name in wanted if name in arrays), None)
        if name is not None and arrays[name] is not points:
            about[what] = arrays[name]
    taken = [id(points), *map(id, about.values())]
    columns = [a for a in arrays.values() if a.shape in ((n,), (n, 1)) and id(a) not in taken]
    if "labels" not in about and len(columns) == 1:
        about["labels"] = columns[0]
    return points, about


def _of_table(tables: list[Table]) -> tuple[Array, dict[str, Any]]:
    """The points of the table that has them, which is taken out of the list."""
    likely = [table for table in tables if not table.is_beside] or tables
    table = max(likely, key=lambda table: table.dimensions)
    tables.remove(table)
    return table.points()


def _label_file(path: Path, limit: int) -> Array:
    """One label for each point: an array, or a text with one a line."""
    entry, kind = _files(path, limit, [])[0]
    if kind == "csv":
        return label_column(entry.content(limit))
    found = arrays_of([entry], kind, limit, [])
    name = next((name for name in LABELS if name in found), next(iter(found), ""))
    if not name:
        raise DataError(f"{path} must have an array of labels; it has none")
    return found[name]


def checked(points: Any, about: Mapping[str, Any], remarks: list[str]) -> FoundEmbedding:
    """Points and what is known of them, made sure that they belong together.

    Args:
        points: numbers (n, d).
        about: `labels`, `names` and `images` of each point, as far as there are.
        remarks: gets a sentence on what is left out.

    Raises:
        DataError: they do not.
    """
    if points.ndim != 2 or points.dtype.kind not in "fiu" or 0 in points.shape:
        raise DataError(
            f"X must be numbers of shape (n, d); got {points.dtype} of shape {points.shape}"
        )
    n = len(points)
    names, images = about.get("names"), about.get("images")
    for what, values in (("names", names), ("images", images)):
        if values is not None and len(values) != n:
            raise DataError(f"{what} must be {n:,}, one for each row of X; got {len(values):,}")
    if names is not None:
        names = np.array(
            [text_of(name).strip()[:MAX_TEXT] for name in names.reshape(-1)], dtype=str
        )
    if about.get("labels") is None:
        return FoundEmbedding(points, None, (), names, images, tuple(remarks))
    known, classes, texts = _classes(about["labels"], n)
    if not known.all():
        remarks.append(f"{(~known).sum():,} points without a label (NaN or empty) are left out.")
        points = points[known]
        names, images = (None if v is None else v[known] for v in (names, images))
    return FoundEmbedding(points, classes, texts, names, images, tuple(remarks))


def _classes(labels: Array, n: int) -> tuple[Array, Array, tuple[str, ...]]:
    """Which points have a label (n,), the classes of those (m,) from 0 on, and their names."""
    column = labels.reshape(-1) if labels.ndim == 2 and 1 in labels.shape else labels
    if column.shape != (n,) or column.dtype.kind not in "biufUS":
        raise DataError(
            f"y must be {n} whole numbers or names, one for each row of X; "
            f"got {labels.dtype} of shape {labels.shape}"
        )
    known = ~_unknown(column)
    column = column[known]
    if column.dtype.kind == "f" and (column != np.rint(column)).any():
        odd = column[column != np.rint(column)][0]
        raise DataError(f"y must be whole numbers or names; got {odd:g}, a measured value")
    names, classes = np.unique(column, return_inverse=True)
    if len(names) > max(MOST_CLASSES, len(column) // 2):
        raise DataError(
            f"y must be classes; got {len(names):,} different ones for {len(column):,} points, as the "
            "numbers of rows have"
        )
    texts = tuple(text_of(int(name) if column.dtype.kind == "f" else name) for name in names)
    return known, classes.reshape(-1).astype(np.int64), texts


def _unknown(column: Array) -> Array:
    if column.dtype.kind == "f":
        return np.isnan(column)
    if column.dtype.kind in "US":
        return np.array([text_of(value).strip() == "" for value in column], dtype=bool)
    return np.zeros(len(column), dtype=bool)
