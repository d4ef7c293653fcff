"""Sweep: a study of many settings, planned, started in the background, watched, taken along."""

from __future__ import annotations

import streamlit as st

from core.results import ResultsError
from pages.parts import frame, loaders, sweeping
from pages.parts.wording import plain

frame.begin("Sweep")
st.subheader("Sweep")
st.caption(
    "Many settings at once: a grid over any of a setting's fields, and seeds. One row of results "
    "per setting, kept as soon as it is done."
)
with frame.errors_as_sentences():
    chosen = sweeping.choose()
    if chosen is not None:
        study, out, text = chosen
        sweeping.others(out)
        job = loaders.sweeps().find(out)
        try:
            if job is not None and job.active:
                sweeping.live(study, out, text)
            else:
                sweeping.ended(job)
                sweeping.show_plan(study, out, text, sweeping.rows(study, out))
                sweeping.command(study)
                sweeping.show_rows(study, out, text, "done")
        except ResultsError as error:
            st.error(plain(sweeping.without_folder(str(error), out)), icon=":material/error:")
