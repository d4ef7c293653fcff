"""The controls of a Setting: a row above the page. They, the address and the Setting say the same."""

from __future__ import annotations

import streamlit as st

from core.setting.links import read_text, short_text
from core.setting.recipes import RECIPES
from core.setting.setting import FIELDS, Setting, SettingError
from pages.parts.explore import story
from pages.parts.explore.fields import fields
from pages.parts.explore.widgets import field_key, seed_widgets, take_recipe
from pages.parts.shared import address
from pages.parts.shared.frame import remembered


def setting_controls() -> tuple[Setting | None, str]:
    """Draw the controls; the Setting, or None and a sentence when what they say is none."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="setting"):
        st.selectbox(
            "Start from",
            list(RECIPES),
            index=None,
            format_func=lambda name: RECIPES[name].label,
            placeholder="an example …",
            key="recipe",
            on_change=_take_recipe,
            width=150,
            help="Sets every control to a named setting, and how its clusters are found.",
        )
        values = fields()
    try:
        setting = Setting(**values)
    except SettingError as error:
        if not values["digits"]:
            return None, "Pick at least one class of images above."
        return None, str(error)
    address.say(short_text(setting))
    st.session_state["setting"] = setting
    return setting, ""


def seed() -> None:
    """Give the controls the values of a new address, else those that this visitor saw last."""
    said = address.taken("setting", FIELDS)
    if said is not None:
        story.leave_beginning() if said else story.begin()
    if said:
        setting, problems = read_text(said)
        for sentence in problems:
            address.problem(sentence)
        seed_widgets(setting)
    elif said is not None or any(field_key(name) not in st.session_state for name in FIELDS):
        seed_widgets(remembered() or Setting())


def _take_recipe() -> None:
    if name := st.session_state.recipe:
        take_recipe(name)
        st.session_state.recipe = None
