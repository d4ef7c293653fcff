"""Compare: every result there is, side by side: groups over seeds, trends, trade-offs, latent spaces."""

from __future__ import annotations

import streamlit as st

from pages.parts.compare.controls import filters
from pages.parts.compare.view import show
from pages.parts.shared import frame, index_data

with frame.page("Compare"):
    st.title("Compare")
    index = index_data.index()
    if not len(index.rows):
        st.info(
            "Nothing has been measured yet. Train a setting on the Explore page, or run a sweep."
        )
        st.page_link("streamlit_app.py", label="Explore", icon=":material/scatter_plot:")
    else:
        show(index, filters(index))
