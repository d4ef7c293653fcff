"""Tables of points and tables that say what points are: CSV, TSV and Parquet."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.data.errors import DataError
from core.data.own.entries import Entry, unpacked
from core.data.own.found import MAX_IMAGES, Array, too_large
from core.data.own.tables import table_of, values_of

if TYPE_CHECKING:
    import pandas as pd

# What arrays and columns are called.
POINTS = ("X", "x", "latents", "embeddings", "embedding", "features", "data", "Z", "z")
LABELS = ("y", "labels", "label", "target", "targets", "classes", "class", "digit", "category")
IMAGES = ("images", "image", "thumbnails")
NAMES = ("names", "name", "words", "word", "title", "text", "id")
_BESIDE = ("meta", "label", "target")  # in the name of a file that says what the points are
_FEW = 20  # different texts that are labels whatever the number of points


@dataclass(frozen=True, eq=False)
class Table:
    """A file of rows.

    Attributes:
        name: of the file.
        frame: its columns, numbered from 0.
        header: names of the columns; None: there are none.
    """

    name: str
    frame: pd.DataFrame
    header: list[str] | None

    @classmethod
    def read(cls, entry: Entry, kind: str, limit: int) -> Table:
        """The table of a file.

        Args:
            entry: the file.
            kind: "csv" or "parquet".
            limit: bytes that it may have, unpacked.

        Raises:
            DataError: it is no table, or too large.
        """
        name = entry.path.name
        content = unpacked(entry.content(limit), name, limit)
        try:
            if kind == "parquet":
                return cls.of(_parquet(content, name, limit), name)
            if _is_one_column(content):
                return cls(name, _lines(content), None)
            return cls(name, *table_of(content))
        except (DataError, MemoryError):
            raise
        except Exception as error:  # strangers' bytes: pyarrow raises a dozen types
            why = " ".join(str(error).split())[:150]
            raise DataError(f"{name} can't be read as a table ({why})") from error

    @classmethod
    def of(cls, frame: pd.DataFrame, name: str) -> Table:
        """A data frame as such a table."""
        return cls(name, frame.set_axis(range(frame.shape[1]), axis=1), [*map(str, frame.columns)])

    @property
    def is_beside(self) -> bool:
        """Whether its name says that it is no table of points."""
        return any(word in self.name.lower() for word in _BESIDE)

    @property
    def dimensions(self) -> int:
        """How many columns are numbers."""
        return sum(self.frame[i].dtype.kind in "biuf" for i in self.frame)

    def points(self) -> tuple[Array, dict[str, Any]]:
        """Points (n, d) and what else it has: labels, names.

        Raises:
            DataError: texts that are neither.
        """
        frame = self.frame
        if not frame.shape[1] or not len(frame):
            raise DataError(f"{self.name} can't be read as a table (it has no rows)")
        lists = [i for i in frame if isinstance(frame[i].iloc[0], list | tuple | np.ndarray)]
        if len(lists) == 1:  # a whole point in each cell, as data frames of embeddings have it
            points = _stacked(frame[lists[0]], self.name)
            rest = Table(self.name, frame.drop(columns=lists), self.header)
            return points, rest.about(len(points), [])
        texts = [i for i in frame if frame[i].dtype.kind not in "biuf"]
        label = self._named(LABELS)
        if label is None and texts:
            label = texts[0]
        name = self._named(NAMES, texts)
        others = [i for i in texts if i not in (label, name)]
        if others:
            raise DataError(
                f"{self.name} must have numbers beside one column of labels; "
                f"{self._called(others[0])} is text"
            )
        about = {} if label is None else {"labels": values_of(frame[label])}
        if name is not None and name != label:
            about["names"] = values_of(frame[name])
        return frame[[i for i in frame if i not in (label, name)]].to_numpy(), about

    def about(self, n: int, remarks: list[str]) -> dict[str, Any]:
        """What a table beside the points says of them: labels and names, as far as it has them.

        Args:
            n: points.
            remarks: gets a sentence on what was taken for the labels.

        Raises:
            DataError: it has another number of rows.
        """
        frame, header = self.frame, self.header
        if header is None and len(frame) == n + 1:  # of a single column, which need not have one
            frame = frame.iloc[1:]
        if len(frame) != n:
            raise DataError(
                f"{self.name} must have {n:,} rows, one for each point; it has {len(frame):,}"
            )
        texts = [i for i in frame if frame[i].dtype.kind not in "biuf"]
        few = [i for i in frame if _is_few(frame[i])]
        label = self._named(LABELS)
        if label is None or label not in few:
            label = next((i for i in [*texts, *frame] if i in few), None)
        names = [i for i in [self._named(NAMES, texts), *texts] if i not in (None, label)]
        if label is not None and frame.shape[1] > 1:
            remarks.append(f"The labels are the column {self._called(label)} of {self.name}.")
        found = {} if label is None else {"labels": values_of(frame[label])}
        return found | ({"names": values_of(frame[names[0]])} if names else {})

    def _named(self, wanted: tuple[str, ...], among: list[int] | None = None) -> int | None:
        """The column that is called so."""
        lower = [name.strip().lower() for name in self.header or ()]
        for word in wanted:
            if word in lower and (among is None or lower.index(word) in among):
                return lower.index(word)
        return None

    def _called(self, column: int) -> str:
        return self.header[column] if self.header else str(column + 1)


def label_column(content: bytes) -> Array:
    """Labels, one a line, of a text; numbers where all of them are."""
    column = values_of(_lines(content)[0])
    try:
        return column.astype(np.float64)
    except ValueError:
        return column


def _lines(content: bytes) -> pd.DataFrame:
    """A text of a single column; a first line that says what it is is left out."""
    import pandas as pd

    lines = content.decode("utf-8-sig", "replace").splitlines()
    texts = [line.strip().strip('"') for line in lines[: MAX_IMAGES + 2]]
    if texts and texts[0].lower() in (*LABELS, *NAMES):
        texts = texts[1:]
    return pd.DataFrame({0: texts})


def _is_one_column(content: bytes) -> bool:
    """Whether no line has anything between two columns but spaces, as names may have them."""
    first = content[:1_000_000].split(b"\n", 1)[0]
    if any(sign in first for sign in b",;\t"):
        return False
    try:
        return len([float(cell) for cell in first.split()]) < 2
    except ValueError:
        return True


def _is_few(column: pd.Series) -> bool:
    """Whether a column can be labels: no numbers of rows, no measured values."""
    if column.dtype.kind == "f" and (column.dropna() % 1 != 0).any():
        return False
    different = column.nunique()
    return 0 < different <= max(_FEW, len(column) // 2)


def _stacked(column: pd.Series, name: str) -> Array:
    try:
        return np.stack([np.asarray(cell, dtype=np.float32) for cell in column])
    except (ValueError, TypeError) as error:
        raise DataError(f"the lists of {name} must be numbers, equally many in each row") from error


def _parquet(content: bytes, name: str, limit: int) -> pd.DataFrame:
    """A Parquet file that takes no more than `limit` in memory.

    Many equal values take no room in a file: so numbers are counted by eight bytes each, and texts are
    kept once each, as the file has them.
    """
    import pyarrow.parquet as pq

    about = pq.ParquetFile(io.BytesIO(content)).metadata
    groups = [about.row_group(i) for i in range(about.num_row_groups)]
    parts = [group.column(j) for group in groups for j in range(group.num_columns)]
    room = sum(max(8 * part.num_values, part.total_uncompressed_size) for part in parts)
    if room > limit or about.num_rows > MAX_IMAGES:
        raise too_large(name, limit)
    texts = {part.path_in_schema for part in parts if part.physical_type == "BYTE_ARRAY"}
    table = pq.ParquetFile(io.BytesIO(content), read_dictionary=sorted(texts)).read().to_pandas()
    return table.astype({c: object for c in table if table[c].dtype == "category"})
