"""Sweep: a study of many settings, planned, started in the background, watched, taken along."""

from __future__ import annotations

import streamlit as st

from core.studies.results import ResultsError
from pages.parts.shared import frame, loaders
from pages.parts.shared.wording import plain
from pages.parts.sweep import view

frame.begin("Sweep")
st.subheader("Sweep")
st.caption(
    "Many settings at once: a grid over any of a setting's fields, and seeds. One row of results "
    "per setting, kept as soon as it is done."
)
with frame.errors_as_sentences():
    chosen = view.choose()
    if chosen is not None:
        study, out, text = chosen
        view.others(out)
        job = loaders.sweeps().find(out)
        try:
            if job is not None and job.active:
                view.live(study, out, text)
            else:
                view.ended(job)
                view.show_plan(study, out, text, view.rows(study, out))
                view.command(study)
                view.show_rows(study, out, text, "done")
        except ResultsError as error:
            st.error(plain(view.without_folder(str(error), out)), icon=":material/error:")
