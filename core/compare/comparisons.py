"""Comparisons of results: which rows are alike but for what is asked about, and what to draw of them.

Rows are those of `core.compare.index`. A group is the rows that share the fields asked about (by
default the regularizer); a context is what they have in common besides: every other field of Setting
but the seed, what was measured on and how it was scored. Within a context a difference between groups
is theirs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.compare.result_table import MEASURED
from core.compare.short_names import known_terms
from core.compare.short_names import shortened as shortened
from core.compare.summary import summarise
from core.compare.table_formats import HIGH, LOW
from core.setting.setting import FIELDS, Term

CONTEXT = (*(name for name in FIELDS if name != "seed"), *MEASURED)
TITLE = ("dataset", "digits", "architecture", "latent_dim", "epochs", "split", "clustering")
MAX_CONTEXTS = 200
ENOUGH = 5  # seeds of a group that its mean says something
SEPARATION = "silhouette_labels"
ERROR = "reconstruction_mse"


@dataclass(frozen=True)
class Context:
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


def chosen(
    rows: pd.DataFrame,
    where: Mapping[str, Collection[str]],
    *,
    with_run: bool = False,
    without_warnings: bool = False,
) -> pd.DataFrame:
    """Rows whose columns have one of the values asked for, as `options` has them; empty: any."""
    mask = np.ones(len(rows), dtype=bool)
    for column, values in where.items():
        if values:
            different = rows[column].unique()
            if column == "study":
                fine = {text for text in different if set(text.split(", ")) & set(values)}
            else:
                fine = {value for value in different if str(value) in values}
            mask &= rows[column].isin(fine).to_numpy()
    if with_run:
        mask &= rows["has_run"].to_numpy(dtype=bool)
    if without_warnings:
        mask &= (rows["warnings"] == "").to_numpy()
    return rows[mask]


def varied(rows: pd.DataFrame, columns: Sequence[str] = CONTEXT) -> list[str]:
    """Columns with more than one value."""
    return [name for name in columns if rows[name].nunique() > 1]


# ------------------------------------------------------------------------------------- contexts
def contexts(rows: pd.DataFrame, by: Sequence[str]) -> list[Context]:
    """What is equal besides `by` (columns; `TERM.PARAMETER` stands for regularizer).

    At most `MAX_CONTEXTS`. First come those in which most of `by` differs; of these the ones with most
    groups of `ENOUGH` rows and few other rows, where there are two such groups to compare; then those
    with most rows, most groups.
    """
    free = set(_columns(by))
    fixed = [name for name in CONTEXT if name not in free]
    differ = varied(rows, fixed)
    if not len(rows):
        return []
    parts = rows.groupby(differ, sort=False) if differ else [((), rows)]
    found = []
    for _, part in parts:
        values = {name: part[name].iloc[0] for name in fixed}
        columns = sorted(free & set(part))
        sizes = part.groupby(columns, sort=False).size() if columns else pd.Series([len(part)])
        known = sizes[sizes >= ENOUGH]
        # a grid of hundreds of single rows is no comparison, even if some of its groups have seeds
        sound = len(known) * float(known.sum()) / len(part) if len(known) > 1 else 0.0
        order = (len(varied(part, columns)), sound, len(part), len(sizes))
        found.append((order, values))
    found.sort(key=lambda item: item[0], reverse=True)
    return [
        Context(_key(values), values, count, groups)
        for (_, _, count, groups), values in found[:MAX_CONTEXTS]
    ]


def within(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The rows of a context."""
    mask = np.ones(len(rows), dtype=bool)
    for name, value in context.values.items():
        mask &= (rows[name] == value).to_numpy()
    return rows[mask]


def titles(found: Sequence[Context]) -> dict[str, str]:
    """What tells contexts apart, by key: fields of `TITLE`, and others where these are not enough."""
    differ = _differing(found)
    short = {one.key: said(one.values, differ & set(TITLE)) for one in found}
    alike: dict[str, list[Context]] = {}
    for one in found:
        alike.setdefault(short[one.key], []).append(one)
    for same in alike.values():
        more = _differing(same)
        for one in same:
            if more:
                parts = (short[one.key], said(one.values, more))
                short[one.key] = " · ".join(filter(None, parts))
    return {key: text or "the same in every row" for key, text in short.items()}


def _differing(found: Sequence[Context]) -> set[str]:
    values: dict[str, set[str]] = {}
    for one in found:
        for name, value in one.values.items():
            values.setdefault(name, set()).add(str(value))
    return {name for name, several in values.items() if len(several) > 1}


def said(values: Mapping[str, Any], columns: Collection[str]) -> str:
    """Values of some columns in a line: `digits 0,2,4,6,8 · 3-D · epochs 28`."""
    parts = []
    for name, value in values.items():
        if name in columns:
            label = FIELDS[name].label.lower() if name in FIELDS else name.replace("_", " ")
            number = f"{value:g}" if isinstance(value, float) else str(value)
            if name == "digits":
                number = in_ranges(number)
            parts.append(f"{number}-D" if name == "latent_dim" else f"{label} {number}")
    return " · ".join(parts)


def in_ranges(digits: str) -> str:
    """Digits in short, three and more in a row as a range: `0,1,2,3,5` becomes `0-3,5`."""
    runs: list[list[int]] = []
    for digit in map(int, digits.split(",")):
        if runs and digit == runs[-1][-1] + 1:
            runs[-1].append(digit)
        else:
            runs.append([digit])
    return ",".join(
        f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs
    )


def _columns(by: Sequence[str]) -> list[str]:
    return ["regularizer" if "." in name or name == "terms" else name for name in by]


def _key(values: Mapping[str, Any]) -> str:
    text = json.dumps({name: str(value) for name, value in values.items()}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


# --------------------------------------------------------------------------------------- groups
def grouped(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The rows with a column `group`: what of `by` a row has, in words that tell groups apart."""
    if not by:
        return rows.assign(group="all")
    texts: list[npt.NDArray[Any]] = []
    for name in by:
        column = rows[name]
        if name == "regularizer":
            short = shortened(column.unique().tolist())
            texts.append(column.map(short).to_numpy(dtype=object))
        else:
            label = "" if column.dtype == "str" else f"{FIELDS[name].label.lower()} "
            different = {v: f"{label}{v}" for v in column.unique().tolist()}
            texts.append(column.map(different).to_numpy(dtype=object))
    joined = texts[0]
    for more in texts[1:]:
        joined = joined + ", " + more
    return rows.assign(group=pd.Series(joined, rows.index, dtype="str"))


def table(rows: pd.DataFrame, metrics: Sequence[str]) -> pd.DataFrame:
    """Groups with `n` (rows) and, of each score, its mean and its interval's ends `_low`, `_high`."""
    found = rows.groupby("group", sort=True).size().rename("n").to_frame()
    for name in metrics:
        summary = summarise(rows, ["group"], name).set_index("group")
        for column, end in (("mean", ""), ("low", LOW), ("high", HIGH)):
            found[name + end] = summary[column].reindex(found.index)
    return found.reset_index()


def typical(rows: pd.DataFrame, metric: str) -> dict[str, str]:
    """Of each group the id of the stored Run whose score is nearest the group's mean."""
    found = {}
    for group, part in rows.groupby("group", sort=False):
        stored = part[part["has_run"]]
        if len(stored):
            distance = (stored[metric] - part[metric].mean()).abs().fillna(np.inf)
            found[str(group)] = str(stored["id"].iloc[int(distance.to_numpy().argmin())])
    return found


# --------------------------------------------------------------------------------------- trends
def axes(rows: pd.DataFrame) -> list[str]:
    """What a score can be drawn against: numbers of a Setting, and of a term, that differ."""
    numbers = [n for n in FIELDS if n != "seed" and rows[n].dtype.kind in "if"]
    numbers.sort(key=lambda name: name != "latent_dim")  # what most people look for
    found = [name for name in numbers if rows[name].nunique() > 1]
    seen: dict[str, set[float]] = {}
    for text in rows["regularizer"].unique():
        for term in known_terms(text):
            for name, value in term.full_params().items():
                if isinstance(value, int | float):
                    seen.setdefault(f"{term.name}.{name}", set()).add(float(value))
    return found + sorted(name for name, values in seen.items() if len(values) > 1)


def along(rows: pd.DataFrame, x: str) -> pd.DataFrame:
    """Rows with `x` (their place on the axis `x` of `axes`) and `line` (what is equal on a line).

    On the axis of a term's parameter rows without the term have no place: `x` is NaN.
    """
    if "." not in x:
        return rows.assign(x=rows[x].astype(float), line=grouped(rows, ["regularizer"])["group"])
    term, parameter = x.split(".", 1)
    place, rest = {}, {}
    for text in rows["regularizer"].unique():
        terms = known_terms(text)
        own = next((t for t in terms if t.name == term), None)
        place[text] = float(own.full_params()[parameter]) if own is not None else np.nan
        parts = [str(t) if t is not own else str(Term(term, _without(t, parameter))) for t in terms]
        rest[text] = "+".join(parts) or text
    short = shortened(list(dict.fromkeys(rest.values())))
    lines = {text: short[other] for text, other in rest.items()}
    regularizer = rows["regularizer"]
    return rows.assign(
        x=regularizer.map(place).astype(float), line=regularizer.map(lines).astype("str")
    )


def _without(term: Term, parameter: str) -> tuple[tuple[str, Any], ...]:
    return tuple((name, value) for name, value in term.params if name != parameter)


# ------------------------------------------------------------------------------------- trade-off
def front(
    x: npt.ArrayLike, y: npt.ArrayLike, *, x_higher: bool = False, y_higher: bool = True
) -> npt.NDArray[np.bool_]:
    """Which points no other is better than in one score and at least as good in the other.

    Args:
        x: (n,) scores; NaN is never on the front.
        y: (n,) scores.
        x_higher: whether more is better.
        y_higher: whether more is better.

    Returns:
        (n,) booleans; of equal points all are.
    """
    a = np.asarray(x, dtype=np.float64) * (-1 if x_higher else 1)
    b = np.asarray(y, dtype=np.float64) * (-1 if y_higher else 1)
    found = np.zeros(len(a), dtype=bool)
    known = np.flatnonzero(np.isfinite(a) & np.isfinite(b))
    order = known[np.lexsort((b[known], a[known]))]
    best, last = np.inf, (np.nan, np.nan)
    for i in order:  # smaller is better in both by now; ties in a come by b
        if b[i] < best or (a[i], b[i]) == last:
            found[i] = True
            best, last = b[i], (a[i], b[i])
    return found
