"""Trends: the numbers that scores can be drawn along, and which rows make one line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core.compare.comparisons import HELD_EQUAL, varied
from core.compare.groups import with_group_names
from core.setting.names import known_terms, regularizer_names
from core.setting.setting import FIELDS, Term


def axes(rows: pd.DataFrame) -> list[str]:
    """What a score can be drawn against: those of `numbers` that differ where all else is equal.

    All else but the regularizer and the seed: as in the comparisons of groups along that axis.
    """
    return [x for x in numbers(rows) if _differs_alone(rows, x)]


def numbers(rows: pd.DataFrame) -> list[str]:
    """Numbers of a Setting, and of a term (`TERM.PARAMETER`), that differ."""
    fields = [n for n in FIELDS if n != "seed" and rows[n].dtype.kind in "if"]
    fields.sort(key=lambda name: name != "latent_dim")  # what most people look for
    found = [name for name in fields if rows[name].nunique() > 1]
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
        line = with_group_names(rows, ["regularizer"])["group"]
        return rows.assign(x=_values(rows, x), line=line)
    term, parameter = x.split(".", 1)
    rest = {}
    for text in rows["regularizer"].unique():
        parts = [
            str(t) if t.name != term else str(Term(term, _without(t, parameter)))
            for t in known_terms(text)
        ]
        rest[text] = "+".join(parts) or text
    short = regularizer_names(list(dict.fromkeys(rest.values())))
    lines = {text: short[other] for text, other in rest.items()}
    return rows.assign(x=_values(rows, x), line=rows["regularizer"].map(lines).astype("str"))


def _values(rows: pd.DataFrame, x: str) -> pd.Series:
    """Places of rows on the axis `x`; NaN where there is none."""
    if "." not in x:
        return rows[x].astype(float)
    term, parameter = x.split(".", 1)
    place = {}
    for text in rows["regularizer"].unique():
        own = next((t for t in known_terms(text) if t.name == term), None)
        place[text] = np.nan if own is None else own.full_params()[parameter]
    return rows["regularizer"].map(place).astype(float)


def _differs_alone(rows: pd.DataFrame, x: str) -> bool:
    """Whether rows that are equal in all but the regularizer and `x` have two places on that axis."""
    others = [n for n in HELD_EQUAL if n in rows and n not in ("regularizer", x)]
    differ = varied(rows, others)
    alike = rows.groupby(differ, sort=False, dropna=False).ngroup() if differ else rows["seed"] * 0
    return bool(_values(rows, x).groupby(alike.to_numpy()).nunique().max() > 1)


def places(rows: pd.DataFrame, x: str) -> int:
    """How many different places rows have on the axis `x` of `axes`."""
    return int(_values(rows, x).nunique())


def _without(term: Term, parameter: str) -> tuple[tuple[str, Any], ...]:
    return tuple((name, value) for name, value in term.params if name != parameter)
