"""What the studies of the repository ask, read once for all visitors."""

from __future__ import annotations

import streamlit as st

from core.setting.paths import STUDIES
from core.studies.study_file import description_of


@st.cache_resource(ttl=60, show_spinner=False)
def descriptions() -> dict[str, str]:
    """By name of each study what it asks; '' for one that does not say."""
    return {path.stem: description_of(path) for path in sorted(STUDIES.glob("*.toml"))}
