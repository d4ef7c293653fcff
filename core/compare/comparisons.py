"""Comparisons: which rows of the index are alike but for what is asked about.

Rows are those of `core.compare.index`. A group is the rows that share the fields asked about, which are
the regularizer unless somebody chooses others (`core.compare.groups`). A comparison is the rows that are
equal in everything else: in every other field of Setting but the seed, in what was measured on and in
how it was scored. Within a comparison a difference between groups comes from what the groups differ in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.compare.result_table import MEASURED
from core.compare.words import described
from core.setting.setting import FIELDS

# what rows of a comparison are equal in, as far as groups do not differ in it
HELD_EQUAL = (*(name for name in FIELDS if name != "seed"), *MEASURED)
_IN_TITLES = ("dataset", "digits", "architecture", "latent_dim", "epochs")
MAX_COMPARISONS = 200
ENOUGH_SEEDS = 5  # of a group, so that its mean says something


@dataclass(frozen=True)
class Comparison:
    """What rows have in common besides what groups differ in.

    Attributes:
        key: names it, on every machine.
        values: by column.
        rows: how many there are.
        groups: how many groups are in it.
    """

    key: str
    values: Mapping[str, Any]
    rows: int
    groups: int


# -------------------------------------------------------------------------------------- filters
def options(rows: pd.DataFrame, column: str) -> list[str]:
    """The different values of a column as text, numbers in their order; of `study` single names."""
    if column == "study":
        return sorted({name for text in rows[column].unique() for name in text.split(", ") if name})
    return [str(value) for value in sorted(rows[column].unique())]


def filtered(
    rows: pd.DataFrame,
    where: Mapping[str, Collection[str]],
    *,
    with_run: bool = False,
    without_warnings: bool = False,
) -> pd.DataFrame:
    """Rows whose columns have one of the values asked for, as `options` gives them; empty: any."""
    mask = np.ones(len(rows), dtype=bool)
    for column, values in where.items():
        if values:
            different = rows[column].unique()
            if column == "study":
                wanted = {text for text in different if set(text.split(", ")) & set(values)}
            else:
                wanted = {value for value in different if str(value) in values}
            mask &= rows[column].isin(wanted).to_numpy()
    if with_run:
        mask &= rows["has_run"].to_numpy(dtype=bool)
    if without_warnings:
        mask &= (rows["warnings"] == "").to_numpy()
    return rows[mask]


def varied(rows: pd.DataFrame, columns: Sequence[str] = HELD_EQUAL) -> list[str]:
    """Columns with more than one value."""
    return [name for name in columns if rows[name].nunique() > 1]


# ---------------------------------------------------------------------------------- comparisons
def find_comparisons(rows: pd.DataFrame, by: Sequence[str]) -> list[Comparison]:
    """The comparisons of groups that differ in `by`, the one with most to say first.

    At most `MAX_COMPARISONS`. First come those in which most of `by` differs. Of these, where two groups
    or more have `ENOUGH_SEEDS` rows, the ones with most such groups and few other rows; then those with
    most rows; then those with most groups.

    Args:
        rows: of the index.
        by: columns; `TERM.PARAMETER` stands for the regularizer.
    """
    free = set(_columns(by))
    fixed = [name for name in HELD_EQUAL if name not in free]
    differ = varied(rows, fixed)
    if not len(rows):
        return []
    parts = rows.groupby(differ, sort=False) if differ else [((), rows)]
    found = []
    for _, part in parts:
        values = {name: part[name].iloc[0] for name in fixed}
        columns = sorted(free & set(part))
        sizes = part.groupby(columns, sort=False).size() if columns else pd.Series([len(part)])
        found.append(((len(varied(part, columns)), *_order(sizes)), values))
    found.sort(key=lambda item: item[0], reverse=True)
    return [
        Comparison(_key(values), values, count, groups)
        for (_, _, count, groups), values in found[:MAX_COMPARISONS]
    ]


def _order(sizes: pd.Series) -> tuple[float, int, int]:
    """By what comparisons are ordered, given the sizes of their groups; the greatest comes first."""
    known = sizes[sizes >= ENOUGH_SEEDS]
    # a grid of hundreds of single rows is no comparison, even if some of its groups have seeds
    share = float(known.sum()) / int(sizes.sum())
    return (len(known) * share if len(known) > 1 else 0.0), int(sizes.sum()), len(sizes)


def _columns(by: Sequence[str]) -> list[str]:
    return ["regularizer" if "." in name or name == "terms" else name for name in by]


def _key(values: Mapping[str, Any]) -> str:
    text = json.dumps({name: str(value) for name, value in values.items()}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def within(rows: pd.DataFrame, comparison: Comparison) -> pd.DataFrame:
    """The rows of a comparison."""
    mask = np.ones(len(rows), dtype=bool)
    for name, value in comparison.values.items():
        mask &= (rows[name] == value).to_numpy()
    return rows[mask]


# --------------------------------------------------------------------------------------- titles
def titles(found: Sequence[Comparison]) -> dict[str, str]:
    """What tells comparisons apart, by key: a few fields, and others where these are not enough.

    The fields that differ most come first, after the images and the latent dimension.
    """
    differ = _differing(found)
    short = {one.key: _described(one, differ, set(_IN_TITLES)) for one in found}
    alike: dict[str, list[Comparison]] = {}
    for one in found:
        alike.setdefault(short[one.key], []).append(one)
    for same in alike.values():
        more = _differing(same)
        for one in same:
            if more:
                parts = (short[one.key], _described(one, more, set(more)))
                short[one.key] = " · ".join(filter(None, parts))
    return {key: text or "the same in every row" for key, text in short.items()}


def _described(one: Comparison, differ: Mapping[str, int], columns: Collection[str]) -> str:
    """Those columns that differ, the one with most values first."""
    values = dict(sorted(one.values.items(), key=lambda item: -differ.get(item[0], 0)))
    return described(values, set(differ) & set(columns))


def _differing(found: Sequence[Comparison]) -> dict[str, int]:
    """Columns in which comparisons differ, and in how many values."""
    values: dict[str, set[str]] = {}
    for one in found:
        for name, value in one.values.items():
            values.setdefault(name, set()).add(str(value))
    return {name: len(several) for name, several in values.items() if len(several) > 1}
