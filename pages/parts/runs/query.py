"""Which Runs the page shows, and in which order: its controls, all in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from core.compare.index import Index, setting_of, stored_runs
from core.runs.notes import Note
from core.setting.names import title
from core.setting.setting import dataset_info
from pages.parts.shared import address, index_data, services

if TYPE_CHECKING:
    import pandas as pd

MAX_SEARCH = 100
GALLERY, TABLE = "gallery", "table"
VIEWS = {GALLERY: "Gallery", TABLE: "Table"}


class Order(NamedTuple):
    """A way to sort: its name, a column, and whether small values come first."""

    label: str
    column: str
    ascending: bool = False


ORDERS = {
    "newest": Order("Newest", "when"),
    "oldest": Order("Oldest", "when", ascending=True),
    "name": Order("Name", "called", ascending=True),
    "silhouette_labels": Order("Label silhouette", "silhouette_labels"),
    "silhouette_clusters": Order("Cluster silhouette", "silhouette_clusters"),
    "acc": Order("ACC", "acc"),
}


def stored(index: Index) -> pd.DataFrame:
    """A row for each stored Run, with `title`, `note` and `called`: its own name, else the title."""
    notes = services.store().notes()
    rows = _titled(index.stamp)
    own = [notes.get(run, Note()) for run in rows["run"]]
    return rows.assign(
        called=[n.name or t for n, t in zip(own, rows["title"], strict=True)],
        note=[n.text for n in own],
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _titled(stamp: str) -> pd.DataFrame:
    rows = stored_runs(index_data.index_at(stamp).rows)
    titles = [title(setting_of(row)) for row in rows.to_dict("records")]
    return rows.assign(title=titles)


def controls(rows: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Draw the controls; the rows that pass in their order, and the view."""
    datasets = sorted(rows["dataset"].unique())
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="runs_row"):
        sought = st.text_input(
            "Search", key=address.text("runs_find", MAX_SEARCH), max_chars=MAX_SEARCH, width=240,
            placeholder="name, note, data set, regularizer", icon=":material/search:",
        )  # fmt: skip
        order = st.selectbox(
            "Sort by", list(ORDERS), format_func=lambda name: ORDERS[name].label, width=180,
            key=address.choice("runs_sort", list(ORDERS), "newest"),
        )  # fmt: skip
        wanted = st.multiselect(
            "Data set", datasets, format_func=lambda name: dataset_info(name).label, width=220,
            key=address.choices("runs_data", datasets), placeholder="all",
        )  # fmt: skip
        view = st.segmented_control(
            "View", list(VIEWS), format_func=VIEWS.__getitem__, required=True, width="content",
            key=address.choice("runs_view", list(VIEWS), GALLERY),
        )  # fmt: skip
    return arranged(rows, str(sought), list(wanted), str(order)), str(view)


def arranged(rows: pd.DataFrame, sought: str, datasets: list[str], order: str) -> pd.DataFrame:
    """The rows that have all the words and one of the data sets (none: any), in an order."""
    if datasets:
        rows = rows[rows["dataset"].isin(datasets)]
    labels = rows["dataset"].map({n: dataset_info(n).label for n in rows["dataset"].unique()})
    text = rows["called"] + " " + rows["title"] + " " + rows["note"] + " " + rows["regularizer"]
    text = (text + " " + rows["run"] + " " + labels).str.casefold()
    for word in sought.casefold().split():
        rows = rows[text.loc[rows.index].str.contains(word, regex=False)]
    by = ORDERS[order]
    return rows.sort_values(
        by.column, ascending=by.ascending, kind="stable", na_position="last",
        key=lambda column: column.str.casefold() if by.column == "called" else column,
    )  # fmt: skip


def show_all() -> None:
    """Take back what the controls leave out; in a callback."""
    st.session_state["runs_find"] = ""
    st.session_state["runs_data"] = []
