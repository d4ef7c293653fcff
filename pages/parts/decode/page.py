"""The Decode page: one or two stored Runs, and what to look at in them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.runs.run import Run
from pages.parts.decode.averages import averages
from pages.parts.decode.grid import grids
from pages.parts.decode.morph import morphs
from pages.parts.decode.runs import choose_runs
from pages.parts.shared import address

VIEWS: dict[str, tuple[str, Callable[[list[Run], DeltaGenerator], None]]] = {
    "map": ("Map", grids),
    "morph": ("Morph", morphs),
    "averages": ("Averages", averages),
}


def show() -> None:
    """Draw the page."""
    st.title("What does each place in latent space look like?", anchor=False)
    controls = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with controls:
        runs = choose_runs()
        if runs:
            view = st.segmented_control(
                "Show", list(VIEWS), format_func=_label, required=True, width="content",
                key=address.choice("show", list(VIEWS), "map", _label),
            )  # fmt: skip
    if not runs:
        st.info(
            "There is no trained run here yet, so there is nothing to decode.",
            icon=":material/info:",
        )
        st.page_link("streamlit_app.py", label="Train one in Explore", width="content",
                     icon=":material/scatter_plot:")  # fmt: skip
        return
    VIEWS[view or "map"][1](runs, controls)


def _label(view: str) -> str:
    return VIEWS[view][0]
