"""What the Compare page reads of the index: rows by what a visitor filters, once for all visitors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from core.compare import comparisons, trends
from core.compare.comparisons import Comparison
from core.compare.groups import with_group_names
from core.metrics.catalogue import METRICS
from core.setting.setting import FIELDS
from pages.parts.shared import loaders

if TYPE_CHECKING:
    import pandas as pd

# columns to filter by, and what they are called; `terms` are the names of a regularizer's terms
FILTERS = {
    "study": "Study",
    "terms": "Regularizer",
    **{name: info.label for name, info in FIELDS.items() if name != "regularizer"},
    "split": "Measured on",
    "trained_on": "Trained on",
    "clustering": "Clusters found by",
}


@dataclass(frozen=True)
class Filter:
    """What a visitor wants to see; also the key of what is cached.

    Attributes:
        where: column and values, as `core.compare.comparisons.filtered` takes them.
        with_run: only rows whose weights are here.
        without_warnings: only rows without warnings.
    """

    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    with_run: bool = False
    without_warnings: bool = False

    @property
    def active(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.where) or self.with_run or self.without_warnings


@st.cache_resource(max_entries=2, show_spinner=False)
def choices(stamp: str) -> dict[str, list[str]]:
    """What can be filtered by: columns with several values, in the order of `FILTERS`."""
    rows = loaders.index_at(stamp).rows
    found = {column: comparisons.options(rows, column) for column in FILTERS}
    return {column: values for column, values in found.items() if len(values) > 1}


@st.cache_resource(max_entries=2, show_spinner=False)
def scores(stamp: str) -> list[str]:
    """Scores that any row has: the same choice whatever is filtered."""
    return [name for name in METRICS if loaders.index_at(stamp).rows[name].notna().any()]


@st.cache_resource(max_entries=2, show_spinner=False)
def fields(stamp: str) -> list[str]:
    """Fields to group by: those in which rows differ, the regularizer first."""
    differ = comparisons.varied(loaders.index_at(stamp).rows, list(FIELDS))
    return ["regularizer", *(n for n in differ if n not in ("regularizer", "seed"))]


@st.cache_resource(max_entries=2, show_spinner=False)
def axes(stamp: str) -> list[str]:
    """Numbers that a trend can be drawn along."""
    return trends.axes(loaders.index_at(stamp).rows)


@st.cache_resource(max_entries=16, show_spinner=False)
def rows(stamp: str, wanted: Filter) -> pd.DataFrame:
    """The rows that pass; shared between visitors, so never changed."""
    return comparisons.filtered(
        loaders.index_at(stamp).rows,
        dict(wanted.where),
        with_run=wanted.with_run,
        without_warnings=wanted.without_warnings,
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def contexts(stamp: str, wanted: Filter, by: tuple[str, ...]) -> dict[str, Comparison]:
    """What rows have in common besides `by`, the most common first, by key."""
    return {found.key: found for found in comparisons.find_comparisons(rows(stamp, wanted), by)}


@st.cache_resource(max_entries=32, show_spinner=False)
def part(stamp: str, wanted: Filter, by: tuple[str, ...], key: str) -> pd.DataFrame:
    """The rows of a context ('': of all) with their groups."""
    found = rows(stamp, wanted)
    if key:
        found = comparisons.within(found, contexts(stamp, wanted, by)[key])
    # TERM.PARAMETER and `x` of a trend are no columns to group by
    return with_group_names(found, [name for name in by if name in found])
