"""Labels of any kind as classes 0 to 999 and their names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.data.errors import DataError
from core.data.own.found import MAX_TEXT, Array
from core.data.own.roles import text_of

MAX_CLASSES = 1_000
UNKNOWN = -1
_SITE = re.compile(r"(www)\.", re.IGNORECASE)  # which Markdown makes a link of
_SIGNS = (
    " -_.,/&+()'%"  # that a name may have beside letters and digits: nothing that Markdown reads
)


@dataclass(frozen=True, eq=False)
class Labels:
    """A class for each image.

    Attributes:
        classes: (n,) int64 from 0 to 999; `UNKNOWN` where nobody knows.
        names: of the classes 0, 1, ...
    """

    classes: Array
    names: tuple[str, ...]


def labels_of(
    raw: Array | None, count: int, names: Sequence[str], remarks: list[str]
) -> Labels | None:
    """Classes and their names; None where there are no labels.

    Whole numbers from 0 to 999 stay as they are, so that class 7 is 7; others, and texts, are numbered
    in their order. -1 beside classes from 0 on, NaN and empty texts mean that nobody knows.

    Args:
        raw: (n,), (n, 1) or one-hot (n, k); whole numbers, also as floats, bool or texts.
        count: of the images.
        names: of the classes 0, 1, ..., where the file has them.
        remarks: gets a sentence for each change.

    Raises:
        DataError: not one for each image, not whole, or more than 1,000 classes.
    """
    if raw is None:
        return None
    column = _column(np.asarray(raw), count, remarks)
    if column.dtype.kind in "USO":
        numbers = _numbers_in_texts(column)
        if numbers is None:
            return _known(_from_texts(column))
        column = numbers
    return _known(_from_numbers(_whole(column), names, remarks))


def _column(raw: Array, count: int, remarks: list[str]) -> Array:
    if raw.ndim > 1 and raw.size == max(raw.shape):
        raw = raw.reshape(-1)
    if raw.ndim == 2 and len(raw) == count and raw.dtype.kind in "biuf":
        is_one = (raw == 1).sum(axis=1) == 1
        if is_one.all() and ((raw == 0) | (raw == 1)).all():
            remarks.append(
                f"Labels with {raw.shape[1]} columns, one of them 1: its number is the class."
            )
            return raw.argmax(axis=1)
    if raw.shape != (count,):
        raise DataError(f"labels must be one per image, shape ({count},); got shape {raw.shape}")
    if raw.dtype.kind not in "biufUSO":
        raise DataError(f"labels must be whole numbers or texts; got {raw.dtype}")
    return raw


def _numbers_in_texts(column: Array) -> Array | None:
    """Texts that are whole numbers, as OpenML has them, and folders named 0 to 9."""
    try:
        numbers = np.array([float(value) if _said(value) else np.nan for value in column])
    except (ValueError, TypeError, OverflowError):
        return None
    known = numbers[~np.isnan(numbers)]
    return numbers if len(known) and (known == np.rint(known)).all() else None


def _said(value: object) -> bool:
    """Whether a text or an object says a class."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return False
    return text_of(value).strip().lower() not in ("", "nan", "none", "<na>")


def _from_texts(column: Array) -> Labels:
    texts = [text_of(value).strip()[:MAX_TEXT] if _said(value) else "" for value in column]
    found = sorted(set(texts) - {""})
    _check_count(len(found), len(column))
    number = {text: i for i, text in enumerate(found)} | {"": UNKNOWN}
    return Labels(np.array([number[text] for text in texts], dtype=np.int64), clean_names(found))


def _whole(column: Array) -> Array:
    """Whole numbers as int64, NaN as the smallest."""
    if column.dtype.kind == "b":
        return column.astype(np.int64)
    if column.dtype.kind == "u" and column.size and column.max() > 2**62:
        raise DataError("labels must be whole numbers below 2^62")
    if column.dtype.kind != "f":
        return column.astype(np.int64)
    unknown = np.isnan(column)
    rest = np.where(unknown, 0, column)
    odd = rest[(rest != np.rint(rest)) | (np.abs(rest) > 2**53)]
    if len(odd):
        raise DataError(
            f"labels must be classes: whole numbers or texts; got {odd[0]:g}, which is a measured value"
        )
    return np.where(unknown, np.iinfo(np.int64).min, rest.astype(np.int64))


def _from_numbers(column: Array, names: Sequence[str], remarks: list[str]) -> Labels:
    nobody = column == np.iinfo(np.int64).min
    present = np.unique(column[~nobody])
    if UNKNOWN in present and _minus_is_unknown(present):
        nobody |= column == UNKNOWN
        present = present[present != UNKNOWN]
    _check_count(len(present), len(column))
    if not len(present):
        return Labels(np.full(len(column), UNKNOWN), ())
    if present[0] >= 0 and present[-1] < MAX_CLASSES:
        most = int(present[-1]) + 1
        known = clean_names(names) if len(names) >= most else tuple(map(str, range(most)))
        return Labels(np.where(nobody, UNKNOWN, column), known)
    remarks.append("The classes were numbered from 0 on; they keep their names.")
    numbered = np.searchsorted(present, column)
    return Labels(np.where(nobody, UNKNOWN, numbered), tuple(map(str, present.tolist())))


def _minus_is_unknown(present: Array) -> bool:
    """-1 beside 0, 1, ... means unknown; beside 1 alone, or other negative ones, it is a class."""
    rest = present[present != UNKNOWN]
    return bool((rest >= 0).all()) and rest.tolist() != [1]


def _check_count(classes: int, images: int) -> None:
    if classes > MAX_CLASSES:
        raise DataError(
            f"labels must have at most {MAX_CLASSES:,} classes; got {classes:,} different ones for "
            f"{images:,} images, as the numbers of rows have"
        )


def _known(labels: Labels) -> Labels | None:
    """None where nobody knows any class."""
    return labels if (labels.classes != UNKNOWN).any() else None


def clean_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names that can be shown anywhere, each once."""
    found: list[str] = []
    for i, name in enumerate(names):
        clean = clean_name(name) or f"class {i}"
        while clean in found:
            clean = f"{clean} ({i})"
        found.append(clean)
    return tuple(found)


def clean_name(text: str) -> str:
    """A stranger's name without signs that Markdown, HTML or a terminal would read as their own."""
    plain = unicodedata.normalize("NFC", text)
    kept = [sign if _is_letter(sign) or sign in _SIGNS else " " for sign in plain]
    short = " ".join("".join(kept).split())[:MAX_TEXT].strip()
    return _SITE.sub(r"\1 ", short)


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"
