"""A CSV table with an image a row, as Kaggle has MNIST: a column of labels, then one a pixel."""

from __future__ import annotations

import csv
import io
import math
import warnings
from typing import TYPE_CHECKING

import numpy as np

from core.data.errors import DataError
from core.data.own.found import MAX_IMAGES, MAX_PIXELS, MAX_TEXT, Array

if TYPE_CHECKING:
    import pandas as pd

FORM = "a CSV table"
_LABELS = ("label", "labels", "class", "classes", "target", "y", "digit", "character", "category")
_NUMBERS = ("", "id", "index", "unnamed: 0", "imageid")  # of the row: no pixel
_MAX_COLUMNS = 64 * 64 * 3 * 4 + 2
_ROWS = 2_000  # read at a time
_MAX_TEXTS = 5  # columns: labels, and some beside them


def read(content: bytes, limit: int, remarks: list[str]) -> dict[str, Array]:
    """Images (n, d) and labels of a CSV table, with a header or without.

    Raises:
        DataError: it is no table of numbers, or its columns are not the pixels of an image.
    """
    return arrays_of(*table_of(content), remarks)


def table_of(content: bytes) -> tuple[pd.DataFrame, list[str] | None]:
    """A text of rows, as a table whose columns are numbered from 0, and their names.

    What separates the columns is what its first line has most of: commas, semicolons, tabs or spaces.

    Args:
        content: of the file, with a header or without.

    Returns:
        The table, its columns numbers or texts, and the names of the columns; None: there is no header.

    Raises:
        DataError: it is no table, or larger than tables of images may be.
    """
    text = content.removeprefix(b"\xef\xbb\xbf")
    first = text[:1_000_000].split(b"\n", 1)[0].decode("utf-8", "replace").strip("\r")
    sign = max(",;\t ", key=first.count)
    cells = first.split() if sign == " " else next(csv.reader([first], delimiter=sign), [])
    fields = [cell.strip().strip("\"'") for cell in cells]
    if not 2 <= len(fields) <= _MAX_COLUMNS:
        raise DataError(
            f"a CSV table must have 2 or more columns, at most {_MAX_COLUMNS:,}, one for each pixel; "
            f"its first line has {len(fields)}"
        )
    has_header = sum(map(_is_number, fields)) < len(fields) - 1
    table = _table(text, sign, has_header, len(fields))
    # in the order of the file: small numbers were set apart
    return table[list(range(len(fields)))], fields if has_header else None


def arrays_of(table: pd.DataFrame, names: list[str] | None, remarks: list[str]) -> dict[str, Array]:
    """Images and labels of a table whose columns are labels, pixels and perhaps a number of the row.

    Args:
        table: columns numbered from 0; those that are no numbers are texts.
        names: of the columns; None: there is no header.
        remarks: gets a sentence on what was taken for granted.
    """
    count = table.shape[1]
    lower = [name.strip().lower() for name in names] if names else [None] * count
    label = next((i for i, name in enumerate(lower) if name in _LABELS), None)
    rest = [i for i in range(count) if i != label and (names is None or lower[i] not in _NUMBERS)]
    if label is None and not _is_image(len(rest)) and _is_image(len(rest) - 1):
        label = _unnamed_label(table, rest, remarks)
        rest = [i for i in rest if i != label]
    if not _is_image(len(rest)):
        raise DataError(
            f"the columns of a table must be the pixels of square images, such as 784 for 28 x 28, "
            f"and perhaps one named label; got {len(rest)} columns"
            + ("" if label is None else " beside the labels")
        )
    pixels = table[rest]
    texts = [i for i in rest if table[i].dtype.kind not in "biuf"]
    if texts:
        raise DataError(
            f"pixels must be numbers; column {texts[0] + 1} has texts such as "
            f"{str(table[texts[0]].iloc[0])[:30]!r}"
        )
    images = _small(pixels.to_numpy())
    if label is None:
        return {"images": images}
    return {"images": images, "labels": values_of(table[label])}


def values_of(column: pd.Series) -> Array:
    """Numbers as they are, anything else as texts."""
    if column.dtype.kind in "biuf":
        return column.to_numpy()
    texts = column.where(column.notna(), "").astype(str).str.slice(0, MAX_TEXT)  # before numpy pads
    return texts.to_numpy(dtype="U")


def _table(text: bytes, sign: str, has_header: bool, columns: int) -> pd.DataFrame:
    import pandas as pd

    parts, rows = [], 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of columns with mixed types: they become texts
            warnings.simplefilter("error", pd.errors.ParserWarning)  # of lines that are longer
            reader = pd.read_csv(
                io.BytesIO(text), sep=r"\s+" if sign == " " else sign, index_col=False,
                header=0 if has_header else None, names=range(columns), chunksize=_ROWS,
                skipinitialspace=True,
            )  # fmt: skip
            for part in reader:
                rows += len(part)
                if rows > MAX_IMAGES or rows * columns > MAX_PIXELS:
                    raise DataError(
                        f"a table must have at most {MAX_IMAGES:,} rows and {MAX_PIXELS // 10**6} "
                        "million pixels; it has more"
                    )
                parts.append(_smaller_types(part))
    except (ValueError, pd.errors.ParserWarning) as error:
        why = " ".join(str(error).split())[:150]
        raise DataError(f"the CSV table can't be read: {why}") from error
    if not parts:
        raise DataError("a CSV table must have a row for each image; it has none")
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def _smaller_types(part: pd.DataFrame) -> pd.DataFrame:
    """Of whole numbers up to 255 a byte each: a table of MNIST has 47 million."""
    texts = [i for i in part.columns if part[i].dtype.kind not in "biuf"]
    if len(texts) > _MAX_TEXTS:  # before all of them are in memory
        raise DataError(
            f"the columns of a table must be numbers, at most {_MAX_TEXTS} of them texts; got "
            f"{len(texts)} columns of texts"
        )
    numbers = np.array([i for i in part.columns if part[i].dtype == np.int64], dtype=np.int64)
    values = part[numbers].to_numpy()
    small = (values.min(axis=0) >= 0) & (values.max(axis=0) <= 255)
    others = part.drop(columns=numbers[small])
    return others.join(type(part)(values[:, small].astype(np.uint8), part.index, numbers[small]))


def _small(pixels: Array) -> Array:
    return pixels.astype(np.float32) if pixels.dtype == np.float64 else pixels


def _unnamed_label(table: pd.DataFrame, rest: list[int], remarks: list[str]) -> int:
    """The first column, as Kaggle has it, or the last where that alone looks like classes."""
    first, last = rest[0], rest[-1]
    is_last = _looks_like_classes(table[last]) and not _looks_like_classes(table[first])
    where = "last" if is_last else "first"
    remarks.append(f"No column is named label: the {where} one was taken for the labels.")
    return last if is_last else first


def _looks_like_classes(column: pd.Series) -> bool:
    """Texts, or two or more whole numbers without a gap; a corner of images is often 0 in all."""
    values = sorted(column.dropna().unique())
    if column.dtype.kind not in "iu":
        return column.dtype.kind not in "biuf"
    return len(values) > 1 and values[0] in (0, 1) and values[-1] - values[0] == len(values) - 1


def _is_image(columns: int) -> bool:
    """Whether so many numbers are a square image, grey or red, green and blue."""
    return any(
        columns % channels == 0
        and columns // channels >= 16
        and math.isqrt(columns // channels) ** 2 == columns // channels
        for channels in (1, 3)
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
