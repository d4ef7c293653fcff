"""What the Compare page reads of the index, each once for all visitors who ask for the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from core.compare import comparisons, findings, trends
from core.compare.comparisons import Comparison
from core.compare.groups import with_group_names
from core.metrics.catalogue import METRICS
from core.setting.setting import FIELDS
from pages.parts.shared import index_data

if TYPE_CHECKING:
    import pandas as pd

# columns to filter by, and their labels; `terms` are the names of a regularizer's terms
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
def filter_choices(stamp: str) -> dict[str, list[str]]:
    """The values to filter by: of columns with several, in the order of `FILTERS`."""
    rows = index_data.index_at(stamp).rows
    found = {column: comparisons.options(rows, column) for column in FILTERS}
    return {column: values for column, values in found.items() if len(values) > 1}


@st.cache_resource(max_entries=2, show_spinner=False)
def scores(stamp: str) -> list[str]:
    """Scores that any row has: the same choice whatever is filtered."""
    return [name for name in METRICS if index_data.index_at(stamp).rows[name].notna().any()]


@st.cache_resource(max_entries=2, show_spinner=False)
def fields(stamp: str) -> list[str]:
    """Fields to group by: those in which rows differ, the regularizer first."""
    differ = comparisons.varied(index_data.index_at(stamp).rows, list(FIELDS))
    return ["regularizer", *(n for n in differ if n not in ("regularizer", "seed"))]


@st.cache_resource(max_entries=2, show_spinner=False)
def axes(stamp: str) -> list[str]:
    """Numbers that a trend can be drawn along."""
    return trends.axes(index_data.index_at(stamp).rows)


@st.cache_resource(max_entries=2, show_spinner=False)
def numbers(stamp: str) -> list[str]:
    """Fields of a Setting that are numbers and differ."""
    return [name for name in trends.numbers(index_data.index_at(stamp).rows) if name in FIELDS]


@st.cache_resource(max_entries=16, show_spinner=False)
def filtered_rows(stamp: str, wanted: Filter) -> pd.DataFrame:
    """The rows that pass; shared between visitors, so never changed."""
    return comparisons.filtered(
        index_data.index_at(stamp).rows,
        dict(wanted.where),
        with_run=wanted.with_run,
        without_warnings=wanted.without_warnings,
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def comparisons_of(stamp: str, wanted: Filter, by: tuple[str, ...]) -> dict[str, Comparison]:
    """The comparisons of groups that differ in `by`, the one with most to say first, by key."""
    found = comparisons.find_comparisons(filtered_rows(stamp, wanted), by)
    return {comparison.key: comparison for comparison in found}


@st.cache_resource(max_entries=32, show_spinner=False)
def comparisons_along(
    stamp: str, wanted: Filter, by: tuple[str, ...], x: str
) -> dict[str, Comparison]:
    """The same for a trend along `x`: first those with more than one place on that axis."""
    rows, found = filtered_rows(stamp, wanted), comparisons_of(stamp, wanted, by)

    def is_one_place(item: tuple[str, Comparison]) -> bool:
        return trends.places(comparisons.within(rows, item[1]), x) < 2

    return dict(sorted(found.items(), key=is_one_place))


@st.cache_resource(max_entries=32, show_spinner=False)
def peaks(key: str, _part: pd.DataFrame, metric: str, x: str) -> str:
    """Where the lines of a trend along `x` are best, in words; `key` names the rows."""
    return findings.peaks(trends.along(_part, x), metric, x)


@st.cache_resource(max_entries=32, show_spinner=False)
def rows_within(stamp: str, wanted: Filter, by: tuple[str, ...], key: str) -> pd.DataFrame:
    """The rows of a comparison ('': of all) with the names of their groups."""
    found = filtered_rows(stamp, wanted)
    if key:
        found = comparisons.within(found, comparisons_of(stamp, wanted, by)[key])
    # TERM.PARAMETER and `x` of a trend are no columns to group by
    return with_group_names(found, [name for name in by if name in found])
