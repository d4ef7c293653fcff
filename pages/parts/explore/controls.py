"""The controls of a Setting. They, the URL and the Setting always say the same.

The URL is read when it differs from what was last written there (a shared link, the browser's back
button), and written when the widgets change.
"""

from __future__ import annotations

import streamlit as st

from core.setting.recipes import RECIPES
from core.setting.setting import FIELDS, Setting, SettingError
from pages.parts.explore.fields import fields
from pages.parts.explore.widgets import field_key, seed_widgets
from pages.parts.shared.frame import remembered
from pages.parts.shared.wording import plain

_WRITTEN = "url_written"  # the Setting's part of the URL as this page left it
_PROBLEM = "url_problem"  # why the URL could not be followed


def setting_controls() -> Setting | None:
    """Draw the controls in the sidebar; the Setting, or None (and a sentence) when it can't be."""
    _read_url()
    with st.sidebar:
        if problem := st.session_state.get(_PROBLEM):
            st.warning(plain(problem))
        st.selectbox(
            "Start from",
            list(RECIPES),
            index=None,
            format_func=lambda name: RECIPES[name].label,
            placeholder="a recipe …",
            key="recipe",
            on_change=_take_recipe,
            help="Sets every control below to a named setting, and how its clusters are found.",
        )
        values = fields()
        try:
            setting = Setting(**values)
        except SettingError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return None
    _write_url(setting)
    st.session_state["setting"] = setting
    return setting


def _read_url() -> None:
    """Seed the widgets from the URL if it is new, else from what this visitor saw last."""
    url = {k: v for k, v in st.query_params.to_dict().items() if k in FIELDS}
    if url and url != st.session_state.get(_WRITTEN):
        st.session_state[_WRITTEN] = url
        st.session_state[_PROBLEM] = ""
        try:
            seed_widgets(Setting.from_text(url))
        except SettingError as error:
            st.session_state[_PROBLEM] = (
                f"The link can't be followed: {error}. The default setting is shown instead."
            )
            seed_widgets(Setting())
    elif any(field_key(name) not in st.session_state for name in FIELDS):
        seed_widgets(remembered() or Setting())


def _write_url(setting: Setting) -> None:
    """Put all fields of the Setting in the URL; other parameters stay."""
    text = setting.to_text()
    if any(st.query_params.get(name) != value for name, value in text.items()):
        st.session_state[_WRITTEN] = text
        st.query_params.update(text)
        st.session_state[_PROBLEM] = ""


def take_recipe(name: str) -> None:
    """Set every control to a recipe; before any of them is drawn, so in a callback."""
    seed_widgets(RECIPES[name].setting)
    st.session_state["clustering"] = RECIPES[name].clustering


def _take_recipe() -> None:
    if name := st.session_state.recipe:
        take_recipe(name)
        st.session_state.recipe = None
