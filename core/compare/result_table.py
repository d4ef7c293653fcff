"""Results as a table in memory: typed columns, narrow choices of them, means over seeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.compare.table_formats import CITED, STD, WORST
from core.metrics.catalogue import METRICS
from core.setting.errors import UserError
from core.setting.setting import FIELDS, Setting
from core.studies.results import COLUMNS, DONE, Row

# What is measured, besides the Setting: rows that differ in these are never averaged.
MEASURED = ("split", "trained_on", "clustering", "clusters_asked", "neighbours")
SHOWN = ("acc", "nmi", "ari", "silhouette_labels", "knn_accuracy", "reconstruction_mse")
_COUNTS = ("clusters_asked", "neighbours", "n", "n_clusters", "noise")
_SECONDS = ("training_seconds", "seconds")
_GROUPING = tuple(name for name in FIELDS if name != "seed")
_DEFAULTS = Setting()
_NUMBERS = (
    *(name for name in FIELDS if isinstance(getattr(_DEFAULTS, name), int | float)),
    *_COUNTS, *METRICS, *_SECONDS,
)  # fmt: skip


class TableError(UserError, ValueError):
    """A table that can't be made; the message is one sentence for people."""


def typed(rows: Sequence[Row]) -> pd.DataFrame:
    """Rows of a results file with numbers as numbers: a column each of `COLUMNS`, then the others.

    A number that is empty or no number is NaN. A field of Setting that is younger than the file had
    its default.
    """
    extra = dict.fromkeys(name for row in rows for name in row)
    names = [*COLUMNS, *(name for name in extra if name not in COLUMNS)]
    frame = pd.DataFrame([{name: row.get(name, "") for name in names} for row in rows], None, names)
    for name, default in {**_DEFAULTS.to_text(), "trained_on": "train"}.items():
        frame[name] = frame[name].replace("", default)
    for name in _NUMBERS:
        numbers = pd.to_numeric(frame[name], errors="coerce")
        frame[name] = numbers.where(np.isfinite(numbers)).astype(np.float64)
        whole = name in _COUNTS or isinstance(getattr(_DEFAULTS, name, None), int)
        if whole and len(frame) and frame[name].notna().all() and (frame[name] % 1 == 0).all():
            frame[name] = frame[name].astype(np.int64)
    return frame


def scored(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that have scores; of those of one Setting, measured alike, the last."""
    done = frame[frame["status"] == DONE] if "status" in frame else frame
    which = [name for name in (*FIELDS, *MEASURED) if name in done]
    return done.drop_duplicates(which, keep="last").reset_index(drop=True)


def narrowed(frame: pd.DataFrame, metrics: Sequence[str]) -> pd.DataFrame:
    """A narrow table: what the rows differ in, and scores.

    Raises:
        TableError: a score that there is not.
    """
    _check_names(frame, metrics, METRICS, "metrics")
    differ = [n for n in (*FIELDS, *MEASURED) if n in frame and frame[n].nunique(dropna=False) > 1]
    names = ["regularizer", *(name for name in differ if name != "regularizer")]
    return frame[[n for n in (*names, CITED, *metrics) if n in frame]]


def summarised_by(
    frame: pd.DataFrame, by: Sequence[str], metrics: Sequence[str], *, worst: bool = False
) -> tuple[pd.DataFrame, list[str]]:
    """Mean and standard deviation of scores over the seeds of each group.

    Args:
        frame: as `typed` and `scored` give it.
        by: columns that make a group: fields of Setting but the seed, or of `MEASURED`. Those of
            `MEASURED` in which rows differ make groups in any case.
        metrics: keys of `METRICS`.
        worst: also the worst row's value of the first score, after its spread: `_worst`.

    Returns:
        A row per group, in the order of their first rows: `by`, `n` (rows), and for each score its
        mean and `_std`, the sample's standard deviation (n - 1), NaN for one row. And sentences on
        what else was averaged over, and on scores that were undefined.

    Raises:
        TableError: a column or score that there is not.
    """
    _check_names(frame, by, [*_GROUPING, *MEASURED, "grid"], "by")
    _check_names(frame, metrics, METRICS, "metrics")
    columns = list(dict.fromkeys(by))
    columns += [m for m in MEASURED if m in frame and m not in by and frame[m].nunique() > 1]
    groups = frame.groupby(columns, sort=False, dropna=False)
    table = groups.size().rename("n").reset_index()
    for name in metrics:
        table[name] = groups[name].mean().to_numpy()
        table[name + STD] = groups[name].std(ddof=1).to_numpy()
        if worst and name == metrics[0]:
            worst_of = "min" if METRICS[name].better == "higher" else "max"
            table[name + WORST] = groups[name].agg(worst_of).to_numpy()
    return table, _notes(frame, groups, columns, metrics)


def _notes(
    frame: pd.DataFrame, groups: Any, columns: Sequence[str], metrics: Sequence[str]
) -> list[str]:
    """What groups are means over besides seeds, and what is left out of them."""
    notes = []
    for name in (name for name in _GROUPING if name not in columns):
        if name in frame and (groups[name].nunique(dropna=False) > 1).any():
            values = ", ".join(map(str, frame[name].unique()[:4]))
            notes.append(f"means are also over rows that differ in {name} ({values})")
    for name in metrics:
        missing = int(frame[name].isna().sum())
        if missing:
            notes.append(
                f"{name} is undefined in {missing} of {len(frame)} rows, left out of its means"
            )
    return notes


def _check_names(
    frame: pd.DataFrame, given: Sequence[str], allowed: Iterable[str], what: str
) -> None:
    options = [name for name in allowed if name in frame]
    wrong = [name for name in given if name not in options]
    if wrong or not given:
        raise TableError(
            f"{what} must be some of {', '.join(options)}; got {', '.join(wrong) or 'none'}"
        )
