"""The stored Runs as a table, to sort by any column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.compare.index import setting_of
from core.setting.links import short_text
from core.setting.names import title
from pages.parts.shared.result_columns import column_settings, one_page, result_columns
from pages.parts.shared.wording import MAIN_SCORES, plain

if TYPE_CHECKING:
    import pandas as pd

# where Compare's table has them, and here they are always the same
SAME = ["has_run", "split", "trained_on", "clustering", "study"]


def table(rows: pd.DataFrame, stamp: str) -> None:
    """Draw a page of the table; a row can be selected and opened."""
    shown, page = one_page(rows, "runs_page")
    columns = result_columns(shown, MAIN_SCORES).drop(columns=SAME)
    datasets = columns.pop("dataset")
    columns.insert(1, "called", shown["called"])
    columns.insert(3, "dataset", datasets)
    columns.insert(4, "note", shown["note"])
    selected = st.dataframe(
        columns,
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        # a selection means rows by their place
        key=f"runs_table_{stamp}_{page}_{hash(tuple(shown['run']))}",
        height="content" if len(shown) <= 20 else 700,
        column_config={
            **column_settings(MAIN_SCORES),
            "called": st.column_config.TextColumn("Name", width=200),
            "note": st.column_config.TextColumn("Note"),
        },
        placeholder="",
        alt="Stored runs, one a row",
    )
    chosen = [row for row in selected["selection"]["rows"] if row < len(shown)]
    if chosen:
        setting = setting_of(shown.iloc[chosen[0]])
        if st.button(f"Open {plain(title(setting))}", type="primary",
                     icon=":material/scatter_plot:"):  # fmt: skip
            st.switch_page("streamlit_app.py", query_params=short_text(setting))
    else:
        st.caption("Select a row to open that run, or follow its link in a new tab.")
