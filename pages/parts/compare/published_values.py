"""Values that others published, beside ours on request; they are cited, not measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.metrics.published import published_scores
from pages.parts.shared import address

if TYPE_CHECKING:
    import pandas as pd

KEY = "cited"


def switch() -> None:
    """The switch for cited values."""
    st.toggle(
        "Cited values",
        key=address.flag(KEY),
        help="What the post and the literature report for the same digits, in grey. Cited, not measured "
        "here: other networks, often scored on the images they were trained on, often the best seed.",
    )


def published_values(part: pd.DataFrame) -> pd.DataFrame | None:
    """Published rows for the images that the rows are of; None when they are switched off."""
    if not st.session_state.get(KEY):
        return None
    table = published_scores()
    same_digits = table["digits"].isin(part["digits"].unique())
    return table[same_digits & table["dataset"].isin(part["dataset"].unique())]
