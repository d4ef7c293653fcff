"""Runs: everything that has been trained here, to find, open, compare, export, annotate, delete."""

from __future__ import annotations

import streamlit as st

from core.compare.index import Index
from core.compare.table_formats import TABLE_FORMATS
from core.runs.run import RunError
from core.setting.amounts import counted, percent
from core.setting.links import short_text
from core.setting.names import title
from pages.parts.runs import changes, operator, query
from pages.parts.runs.gallery import gallery
from pages.parts.runs.table import table
from pages.parts.shared import frame, index_data, services, visitor
from pages.parts.shared.sentences import fragment
from pages.parts.shared.wording import plain


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


@fragment(run_every=2.0)
def active() -> None:
    """Trainings that wait or run, redrawn every two seconds: each can be opened and cancelled."""
    jobs = services.queue().active()
    if not jobs:
        st.rerun()
    for job in jobs:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(f"{title(job.setting)}: {job.stage} ({percent(job.fraction, 0)})",
                    icon=":material/timer:")  # fmt: skip
            st.page_link("streamlit_app.py", label="Open", query_params=short_text(job.setting),
                         icon=":material/scatter_plot:", width="content")  # fmt: skip
            visitor.cancel_button(job, f"cancel_{job.setting.name}")


def nothing() -> None:
    """What to do where nothing is stored."""
    st.info("Nothing has been trained yet. Pick a setting on the Explore page and train it, or train "
            "many settings with a sweep.")  # fmt: skip
    with st.container(horizontal=True):
        st.page_link("streamlit_app.py", label="Explore", icon=":material/scatter_plot:")
        st.page_link("pages/Sweep.py", label="Sweep", icon=":material/grid_view:")


def show(index: Index) -> None:
    """The controls, and the Runs that pass, as cards or as a table."""
    every = query.stored(index)
    rows, view = query.controls(every)
    if not len(rows):
        st.info("No run has all of these words and that data set.", icon=":material/search_off:")
        st.button("Show all runs", on_click=query.show_all)
        return
    some = f"{len(rows):,} of " if len(rows) < len(every) else ""
    st.caption(
        f"{some}{counted(len(every), 'run')}, scored on held-out images with as many k-means "
        "clusters as classes."
    )
    if view == query.GALLERY:
        gallery(rows)
    else:
        table(rows, index.stamp)
    st.download_button(
        "All scores (CSV)",
        lambda: TABLE_FORMATS["csv"].write(rows.drop(columns=["curve"])),
        "runs.csv",
        "text/csv",
        on_click="ignore",
    )


with frame.page("Runs"):
    st.title("Runs", anchor=False)
    services.store().empty_trash()
    index = index_data.index(now=True)
    problems(index)
    changes.show_deleted()
    if services.queue().active():
        active()
    if index.rows["has_run"].any():
        show(index)
    else:
        nothing()
    operator.panel()
