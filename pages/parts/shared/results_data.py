"""What the shipped results say, computed once for all visitors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

if TYPE_CHECKING:
    import pandas as pd

    from core.compare.sine_study import SineStory
    from core.compare.verdict import Verdict

T = TypeVar("T")


@st.cache_resource(show_spinner="Judging the results …")
def menu_study() -> dict[str, Verdict]:
    """The verdict on each regularizer's label silhouette; {} where its results can't be read."""
    from core.compare.menu_study import menu_verdicts

    return _readable(menu_verdicts) or {}


@st.cache_resource(show_spinner="Reading the headline study …")
def headline() -> pd.DataFrame | None:
    """Means over seeds without and with the recipes; None where its results can't be read."""
    from core.compare import headline as study

    return _readable(study.headline)


@st.cache_resource(show_spinner="Reading the studies of the sine term …")
def sine_story() -> SineStory | None:
    """What the post's sine term gains; None where the results of its studies can't be read."""
    from core.compare import sine_study

    return _readable(sine_study.sine_story)


def _readable(read: Callable[[], T]) -> T | None:
    """What is read; None where a file is something else."""
    from core.studies.results import ResultsError

    try:
        return read()
    except ResultsError:
        return None
