"""What the shipped results say, computed once for all visitors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from core.compare.verdict import Verdict


@st.cache_resource(show_spinner="Judging the results …")
def menu_study() -> dict[str, Verdict]:
    """The verdict on each regularizer's label silhouette; {} where its results can't be read."""
    from core.compare.menu_study import menu_verdicts
    from core.studies.results import ResultsError

    try:
        return menu_verdicts()
    except ResultsError:
        return {}
