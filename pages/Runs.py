"""Runs: everything that has been trained here, to sort, open and export."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.compare.index import Index, setting_of
from core.compare.table_formats import TABLE_FORMATS
from core.runs.run import RunError
from pages.parts.shared import frame, index_data, services
from pages.parts.shared.result_columns import column_settings, one_page, result_columns
from pages.parts.shared.wording import MAIN_SCORES, plain

# where Compare's table has them, and here they are always the same
SAME = ["has_run", "split", "trained_on", "clustering", "study"]


def problems(index: Index) -> None:
    """What is in the folder and not in the table, and why; what is damaged is set aside."""
    store = services.store()
    known = set(index.rows["run"][index.rows["has_run"]])
    for name in store.names():
        if name not in known:
            try:
                store.load(name)
            except RunError as problem:
                st.warning(plain(str(problem)), icon=":material/healing:")
    for sentence in store.strangers():
        st.warning(plain(sentence), icon=":material/healing:")


@st.fragment(run_every=2.0)
def active() -> None:
    """Trainings that wait or run, redrawn every two seconds: each can be opened and cancelled."""
    jobs = services.queue().active()
    if not jobs:
        st.rerun()
    for job in jobs:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(f"{job.stage}: {job.setting.name} ({job.fraction:.0%})",
                    icon=":material/timer:")  # fmt: skip
            st.page_link("streamlit_app.py", label="Open", query_params=job.setting.to_text(),
                         icon=":material/scatter_plot:", width="content")  # fmt: skip
            st.button("Cancel", icon=":material/stop:", on_click=job.cancel,
                      key=f"cancel_{job.setting.name}")  # fmt: skip


def table(rows: pd.DataFrame, stamp: str) -> None:
    """The Runs, a page of them at a time; one can be selected and opened."""
    shown, page = one_page(rows, "runs_page")
    selected = st.dataframe(
        result_columns(shown, MAIN_SCORES).drop(columns=SAME),
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="single-row",
        key=f"runs_table_{stamp}_{page}",  # a selection means rows by their place
        height="content" if len(shown) <= 20 else 700,
        column_config=column_settings(MAIN_SCORES),
        placeholder="",
        alt="Stored runs, one a row",
    )
    chosen = [row for row in selected["selection"]["rows"] if row < len(shown)]
    if chosen:
        setting = setting_of(shown.iloc[chosen[0]])
        if st.button(f"Explore {setting.name}", type="primary", icon=":material/scatter_plot:"):
            st.switch_page("streamlit_app.py", query_params=setting.to_text())
    else:
        st.caption("Select a row to explore that run, or follow its link in a new tab.")
    st.caption(
        f"{len(rows):,} runs, scored on held-out images with as many k-means clusters as classes."
    )
    st.download_button(
        "All scores (CSV)",
        lambda: TABLE_FORMATS["csv"].write(rows.drop(columns=["curve"])),
        "runs.csv",
        "text/csv",
        on_click="ignore",
    )


with frame.page("Runs"):
    st.title("Runs")
    index = index_data.index(now=True)
    problems(index)
    if services.queue().active():
        active()
    stored = index.rows[index.rows["has_run"]].drop_duplicates("run")
    if not len(stored):
        st.info("Nothing has been trained yet. Pick a setting on the Explore page and train it.")
        st.page_link("streamlit_app.py", label="Explore", icon=":material/scatter_plot:")
    else:
        table(stored, index.stamp)
