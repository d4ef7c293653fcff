"""Sweep: a study of many settings, planned, started in the background, watched, downloaded."""

from __future__ import annotations

import streamlit as st

from core.studies.results import ResultsError
from pages.parts.shared import frame, services
from pages.parts.shared.wording import plain
from pages.parts.sweep.plan import command, show_plan
from pages.parts.sweep.progress import ended, live, others, without_folder
from pages.parts.sweep.rows import rows, show_rows
from pages.parts.sweep.study import choose

with frame.page("Sweep"):
    st.title("Sweep")
    st.caption(
        "Many settings at once: a grid over any of a setting's fields, and seeds. One row of results "
        "per setting, kept as soon as it is done."
    )
    chosen = choose()
    if chosen is not None:
        others(chosen.out)
        job = services.sweeps().find(chosen.out)
        try:
            if job is not None and job.active:
                live(chosen)
            else:
                ended(job)
                show_plan(chosen, rows(chosen))
                command(chosen.study)
                show_rows(chosen, "done")
        except ResultsError as error:
            st.error(plain(without_folder(str(error), chosen.out)), icon=":material/error:")
