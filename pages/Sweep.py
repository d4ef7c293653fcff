"""Sweep: a study of many settings, planned, started in the background, watched, downloaded."""

from __future__ import annotations

import streamlit as st

from core.studies.results import ResultsError
from pages.parts.shared import frame, services
from pages.parts.shared.wording import plain
from pages.parts.sweep.chart import score, see_in_compare, show_chart
from pages.parts.sweep.plan import command, show_plan
from pages.parts.sweep.progress import ended, live, others, without_folder
from pages.parts.sweep.rows import rows, show_rows
from pages.parts.sweep.study import choose

with frame.page("Sweep"):
    st.title("Sweep", anchor=False)
    st.caption(
        "Many settings at once: every combination of the values that you choose, with several seeds. "
        "The result of each is kept as soon as it is done."
    )
    chosen = choose()
    if chosen is not None:
        others(chosen.out)
        job = services.sweeps().find(chosen.out)
        try:
            if job is not None and job.active:
                live(chosen, score())
            else:
                ended(job)
                found = rows(chosen)
                show_plan(chosen, found)
                command(chosen.study)
                if found:
                    see_in_compare(chosen)
                    show_chart(chosen, score(), "done")
                show_rows(chosen, "done")
        except ResultsError as error:
            st.error(plain(without_folder(str(error), chosen.out)), icon=":material/error:")
