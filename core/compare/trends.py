"""Trends: the numbers that scores can be drawn along, and which rows make one line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core.compare.groups import with_group_names
from core.setting.names import known_terms, regularizer_names
from core.setting.setting import FIELDS, Term


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
        return rows.assign(
            x=rows[x].astype(float), line=with_group_names(rows, ["regularizer"])["group"]
        )
    term, parameter = x.split(".", 1)
    place, rest = {}, {}
    for text in rows["regularizer"].unique():
        terms = known_terms(text)
        own = next((t for t in terms if t.name == term), None)
        place[text] = float(own.full_params()[parameter]) if own is not None else np.nan
        parts = [str(t) if t is not own else str(Term(term, _without(t, parameter))) for t in terms]
        rest[text] = "+".join(parts) or text
    short = regularizer_names(list(dict.fromkeys(rest.values())))
    lines = {text: short[other] for text, other in rest.items()}
    regularizer = rows["regularizer"]
    return rows.assign(
        x=regularizer.map(place).astype(float), line=regularizer.map(lines).astype("str")
    )


def places(rows: pd.DataFrame, x: str) -> int:
    """How many different places rows have on the axis `x` of `axes`."""
    return int((along(rows, x)["x"] if "." in x else rows[x]).nunique())


def _without(term: Term, parameter: str) -> tuple[tuple[str, Any], ...]:
    return tuple((name, value) for name, value in term.params if name != parameter)
