"""Regularizers in short: a recipe's text has 290 letters, of which a table needs a few."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from core.setting.errors import SettingError
from core.setting.term import Term


def shortened(regularizers: Sequence[str]) -> dict[str, str]:
    """Each regularizer's text in short: its terms, and of their parameters those in which it differs.

    `sine:weight=50,offset=0` and `sine:weight=250,offset=0` become `sine weight 50` and `... 250`.
    """
    values: dict[str, dict[str, set[Any]]] = {}
    for text in regularizers:
        for term in known_terms(text):
            for name, value in term.full_params().items():
                values.setdefault(term.name, {}).setdefault(name, set()).add(value)
    short = {}
    for text in regularizers:
        parts = []
        for term in known_terms(text):
            own = [f"{n} {v:g}" if isinstance(v, float) else f"{n} {v}"
                   for n, v in term.full_params().items() if len(values[term.name][n]) > 1]  # fmt: skip
            parts.append(" ".join([term.name, *own]))
        short[text] = " + ".join(parts) or text  # "none", or what this version knows no more
    return short


@lru_cache(maxsize=4096)
def known_terms(text: str) -> tuple[Term, ...]:
    """The Terms of a regularizer's text; none where this version knows one of them no more."""
    try:
        return () if text == "none" else tuple(Term.parse(part) for part in text.split("+"))
    except SettingError:
        return ()
