"""Compare: every result there is, side by side: groups over seeds, trends, trade-offs, latent spaces."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame, loaders
from pages.parts.compare_controls import filters
from pages.parts.compare_view import show

frame.begin("Compare")
st.subheader("Compare")
with frame.errors_as_sentences():
    index = loaders.index()
    if not len(index.rows):
        st.info(
            "Nothing has been measured yet. Train a setting on the Explore page, or run a sweep."
        )
        st.page_link("streamlit_app.py", label="Explore", icon=":material/scatter_plot:")
    else:
        show(index, filters(index))
