"""The rows of one study: from its file, and for a chart along a number that it varies, or as groups."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from core.compare import trends
from core.compare.comparisons import varied
from core.compare.groups import with_group_names
from core.compare.result_table import scored, typed
from core.compare.summary import summarise
from core.setting.setting import FIELDS
from core.studies.results import Row, read


def study_rows(rows: Sequence[Row]) -> pd.DataFrame:
    """What is done, measured on the first of its splits, with an `id` for each row."""
    frame = scored(typed(rows))
    if len(frame):
        frame = frame[frame["split"] == frame["split"].iloc[0]]
    return frame.assign(id=frame["run"]).reset_index(drop=True)


def measured(path: Path) -> pd.DataFrame:
    """What a results file has that is done, with its scores as numbers.

    Raises:
        ResultsError: the file is something else.
    """
    return scored(typed(read(path)))


def places(frame: pd.DataFrame) -> list[str]:
    """What a score can be drawn along; [] where nothing but words differs."""
    return trends.axes(frame)


def along(frame: pd.DataFrame, x: str, metric: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Means (`line`, `x`, `mean`, `low`, `high`, `n`) and rows along a number of `places`.

    What else differs, but for the seed, makes lines of their own.
    """
    placed = trends.along(frame, x)
    others = [n for n in _varied(frame) if n not in ("regularizer", x)]
    if others:
        named = with_group_names(frame, others)["group"]
        placed = placed.assign(line=placed["line"] + ", " + named)
    return summarise(placed, ["line", "x"], metric), placed


def grouped(frame: pd.DataFrame, metric: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Means by `group` (whatever differs but the seed) and the rows."""
    named = with_group_names(frame, _varied(frame) or ["regularizer"])
    return summarise(named, ["group"], metric), named


def _varied(frame: pd.DataFrame) -> list[str]:
    return varied(frame, [name for name in FIELDS if name != "seed"])
