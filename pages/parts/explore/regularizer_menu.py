"""All regularizers, grouped by what our own study found, each with a line, its paper and a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.setting.menu import REGULARIZERS
from core.setting.setting import Term
from pages.parts.explore.widgets import field_key, seed_term
from pages.parts.shared.results_data import menu_study

if TYPE_CHECKING:
    from core.compare.verdict import Verdict


def regularizer_menu() -> None:
    """Draw the menu; drawn only while it is open."""
    from core.compare import menu_study as study

    st.caption(
        f"What each does to the label silhouette, by our own study ({study.SETTING}): difference from "
        "no regularizer. Other digits and dimensions may differ."
    )
    st.button("No regularizer", on_click=_take, args=(None,), key="take_none", type="tertiary",
              icon=":material/block:")  # fmt: skip
    for heading, terms in study.in_groups(menu_study()).items():
        st.markdown(f"**{heading}**")
        for name, verdict in terms.items():
            _line(name, verdict)


def _line(name: str, verdict: Verdict | None) -> None:
    info = REGULARIZERS[name]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        difference = verdict.difference if verdict else None
        text = "" if difference is None else f"{difference:+.2f}"
        st.button(f"{info.label} {text}", on_click=_take, args=(name,), key=f"take_{name}",
                  type="tertiary")  # fmt: skip
        st.caption(f"{info.meaning} *{info.paper}*", width="stretch")


def _take(name: str | None) -> None:
    """Set the regularizer to this one at its defaults, in a callback."""
    st.session_state[field_key("regularizer")] = [name] if name else []
    if name:
        seed_term(Term(name))
