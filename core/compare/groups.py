"""Groups of a comparison: their names, their means, and the stored Run that stands for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy.typing as npt
import pandas as pd

from core.compare.summary import summarise
from core.compare.table_formats import HIGH, LOW
from core.compare.words import in_words
from core.setting.names import regularizer_names

ALL = "all"  # the group of rows that are not grouped


def with_group_names(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The rows with a column `group`: what a row has of `by`, in words that distinguish groups."""
    if not by:
        return rows.assign(group=ALL)
    texts: list[npt.NDArray[Any]] = []
    for name in by:
        column = rows[name]
        if name == "regularizer":
            short = regularizer_names(column.unique().tolist())
            texts.append(column.map(short).to_numpy(dtype=object))
        else:
            different = {v: in_words(name, v) for v in column.unique().tolist()}
            texts.append(column.map(different).to_numpy(dtype=object))
    joined = texts[0]
    for more in texts[1:]:
        joined = joined + ", " + more
    return rows.assign(group=pd.Series(joined, rows.index, dtype="str"))


def group_table(rows: pd.DataFrame, metrics: Sequence[str]) -> pd.DataFrame:
    """Groups with `n` (rows) and, of each score, its mean and its interval, `_low` to `_high`."""
    found = rows.groupby("group", sort=True).size().rename("n").to_frame()
    for name in metrics:
        summary = summarise(rows, ["group"], name).set_index("group")
        for column, end in (("mean", ""), ("low", LOW), ("high", HIGH)):
            found[name + end] = summary[column].reindex(found.index)
    return found.reset_index()
