"""Values that others published, beside ours on request; they are cited, not measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    import pandas as pd

KEY = "cited"


def switch() -> None:
    """The switch for cited values."""
    st.toggle(
        "Cited values",
        key=KEY,
        bind="query-params",
        help="What the post and the literature say, in grey. Cited, not measured here: other networks, "
        "other images held out or none, often the best of several seeds.",
    )


def cited() -> pd.DataFrame | None:
    """The cited rows, with `label` and scores; None when they are switched off."""
    return None
