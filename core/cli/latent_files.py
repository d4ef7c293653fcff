"""Latents and labels from a file in the forms that people have them; nothing is unpickled."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.cli.inputs import UsageError, existing_file
from core.data.errors import DataError
from core.data.own.found import MAX_BYTES, Array
from core.data.own.reading import named_arrays
from core.data.own.roles import text_of
from core.latents.arrays import centred

_LATENTS = ("X", "x", "latents", "embeddings", "embedding", "features", "data", "Z", "z")
_LABELS = ("y", "labels", "label", "target", "targets", "classes", "class")
MOST_CLASSES = 1_000  # more are refused where they are half as many as the points
_TABLES = (".csv", ".tsv", ".txt", ".parquet")


class Latents(NamedTuple):
    """What a file has.

    Attributes:
        points: (n, d), centred float64: their places alone count, and large offsets cost no digits.
        labels: (n,) int64 from 0 on, or None.
        names: of the labels, in their order.
        remarks: sentences about what was left out or taken for granted.
    """

    points: Array
    labels: Array | None
    names: tuple[str, ...]
    remarks: tuple[str, ...]


def read_latents(path: Path, labels: Path | None = None) -> Latents:
    """Latents (n, d) and, if there are any, labels (n,) of a file.

    Args:
        path: an .npz with X and perhaps y, an .npy, a CSV table, Parquet, .mat, HDF5 or safetensors.
        labels: a file with one label for each point: .npy, or a text with one a line.

    Raises:
        UsageError: it is something else; what was found and what would do.
    """
    try:
        points, own = _table(path) if path.suffix.lower() in _TABLES else _arrays(path)
        known = own if labels is None else _label_file(labels)
    except DataError as error:
        raise UsageError(str(error)) from error
    if points.ndim != 2 or points.dtype.kind not in "fiu" or 0 in points.shape:
        raise UsageError(
            f"X must be numbers of shape (n, d); got {points.dtype} of shape {points.shape}"
        )
    if known is None:
        return Latents(centred(points), None, (), ())
    return _with_labels(points, known)


def _with_labels(points: Array, labels: Array) -> Latents:
    column = labels.reshape(-1) if labels.ndim == 2 and 1 in labels.shape else labels
    if column.shape != points.shape[:1] or column.dtype.kind not in "biufUS":
        raise UsageError(
            f"y must be {len(points)} whole numbers or names, one for each row of X; "
            f"got {labels.dtype} of shape {labels.shape}"
        )
    unknown = _unknown(column)
    remarks = []
    if unknown.any():
        remarks.append(f"{unknown.sum():,} points without a label (NaN or empty) are left out.")
        points, column = points[~unknown], column[~unknown]
    if column.dtype.kind == "f" and (column != np.rint(column)).any():
        odd = column[column != np.rint(column)][0]
        raise UsageError(f"y must be whole numbers or names; got {odd:g}, a measured value")
    names, classes = np.unique(column, return_inverse=True)
    if len(names) > max(MOST_CLASSES, len(column) // 2):
        raise UsageError(
            f"y must be classes; got {len(names):,} different ones for {len(column):,} points, as the "
            "numbers of rows have"
        )
    texts = tuple(text_of(int(name) if column.dtype.kind == "f" else name) for name in names)
    return Latents(centred(points), classes.reshape(-1).astype(np.int64), texts, tuple(remarks))


def _unknown(column: Array) -> Array:
    if column.dtype.kind == "f":
        return np.isnan(column)
    if column.dtype.kind in "US":
        return np.array([text_of(value).strip() == "" for value in column], dtype=bool)
    return np.zeros(len(column), dtype=bool)


def _arrays(path: Path) -> tuple[Array, Array | None]:
    """X and y of a file with arrays; the only array where there is one alone."""
    found = named_arrays(existing_file(path), MAX_BYTES)
    points = next((found[name] for name in _LATENTS if name in found), None)
    if points is None:
        tables = [
            array for array in found.values() if array.ndim == 2 and array.dtype.kind in "fiu"
        ]
        if len(tables) != 1:
            there = ", ".join(f"{name} {array.shape}" for name, array in found.items()) or "none"
            raise UsageError(f"{path} must have an array X (n, d); its arrays are: {there}")
        points = tables[0]
    columns = [
        array for array in found.values() if array.shape in ((len(points),), (len(points), 1))
    ]
    known = next((found[name] for name in _LABELS if name in found), None)
    return points, columns[0] if known is None and len(columns) == 1 else known


def _table(path: Path) -> tuple[Array, Array | None]:
    """Numbers of a table, and the column of labels: the one that is called so, or has names."""
    import pandas as pd

    if existing_file(path).stat().st_size > MAX_BYTES:
        raise UsageError(f"{path} must have at most {MAX_BYTES // 10**6} MB")
    try:
        if path.suffix.lower() == ".parquet":
            table = pd.read_parquet(path)
        else:
            line, sign = _first_line(path)
            header = None if sum(map(_is_number, line)) >= len(line) - 1 else 0
            sep = r"\s+" if sign == " " else sign
            table = pd.read_csv(path, sep=sep, header=header, index_col=False, encoding="utf-8-sig")
    except (ValueError, OSError, pd.errors.ParserError) as error:
        why = " ".join(str(error).split())[:150]
        raise UsageError(f"{path} can't be read as a table ({why})") from error
    return _columns(path, table)


def _columns(path: Path, table: object) -> tuple[Array, Array | None]:
    import pandas as pd

    assert isinstance(table, pd.DataFrame)
    texts = [name for name in table.columns if table[name].dtype.kind not in "biuf"]
    named = [
        name for name in table.columns if str(name).strip().lower() in _LABELS[1:] or name == "y"
    ]
    label = (named or texts or [None])[0]
    others = [name for name in texts if name != label]
    if others:
        raise UsageError(
            f"{path} must have numbers beside one column of labels; {others[0]} is text"
        )
    points = table[[name for name in table.columns if name != label]].to_numpy()
    if label is None:
        return points, None
    column = table[label]
    if label in texts:
        return points, column.where(column.notna(), "").astype(str).to_numpy(dtype="U")
    return points, column.to_numpy()


def _label_file(path: Path) -> Array:
    """One label for each point: an array, or a text with one a line."""
    if path.suffix.lower() not in _TABLES:
        found = named_arrays(existing_file(path), MAX_BYTES)
        name = next((name for name in _LABELS if name in found), next(iter(found), ""))
        if not name:
            raise UsageError(f"{path} must have an array of labels; it has none")
        return found[name]
    lines = existing_file(path).read_text(encoding="utf-8-sig", errors="replace").splitlines()
    texts = [line.strip().strip('"') for line in lines]
    if texts and texts[0].lower() in _LABELS:
        texts = texts[1:]
    if texts and all(_is_number(text) for text in texts):
        return np.array([float(text) for text in texts])
    return np.array(texts)


def _first_line(path: Path) -> tuple[list[str], str]:
    """The cells of a table's first line, and what is between them."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        line = file.readline(1_000_000).strip()
    sign = max(",;\t ", key=line.count)
    return line.split(None if sign == " " else sign), sign


def _is_number(text: object) -> bool:
    try:
        float(str(text))
    except ValueError:
        return False
    return True
