"""Each regularizer: what it does, its formula and paper, what our study found, and a link to see it."""

from __future__ import annotations

import streamlit as st

from core.compare.menu_study import SETTING, in_groups
from core.compare.verdict import Verdict
from core.compare.words import with_minus
from core.setting.links import short_text
from core.setting.menu import REGULARIZERS
from core.setting.menu.info import RegularizerInfo
from core.setting.setting import Setting, Term
from pages.parts.shared.results_data import menu_study

_CARD = 330  # pixels, at least


def regularizers() -> None:
    """Draw them as the menu of Explore groups them: stronger, no evidence, weaker."""
    st.markdown(
        "Each is a term that is added to the reconstruction error. **What it did** is our own study's "
        f"verdict on the label silhouette ({SETTING})."
    )
    for heading, terms in in_groups(menu_study()).items():
        _group(heading, terms)


def _group(heading: str, members: dict[str, Verdict | None]) -> None:
    st.subheader(heading, anchor=heading.lower().replace(" ", "-"))
    with (
        st.container(key=f"terms_{heading.split()[-1]}"),
        st.grid(min_column_width=_CARD, border=True),
    ):
        for name, verdict in members.items():
            with st.container(gap="xsmall"):
                _card(REGULARIZERS[name], verdict)


def _card(info: RegularizerInfo, verdict: Verdict | None) -> None:
    st.markdown(f"#### {info.label}")
    st.markdown(info.meaning)
    with st.container(key=f"formula_{info.name}"):
        st.latex(info.formula)
    if verdict is not None:
        st.markdown(f"**What it did**: {with_minus(verdict.sentence)}.")
    st.caption(info.paper)
    with st.container(horizontal=True, vertical_alignment="center"):
        setting = Setting(regularizer=(Term(info.name),))
        st.page_link("streamlit_app.py", label="See it on Explore", icon=":material/scatter_plot:",
                     query_params=short_text(setting))  # fmt: skip
        if info.parameters:
            with st.popover("Parameters", type="tertiary"):
                st.markdown("\n".join(f"- **{p.label or name}** (default {p.default}): {p.help}"
                                      for name, p in info.parameters.items()))  # fmt: skip
