"""The Explore page: controls of a Setting, and its latent space or the offer to train it."""

from __future__ import annotations

import streamlit as st

from core.setting.links import short_text
from core.setting.setting import Setting
from pages.parts.explore import beginning, downloading, story
from pages.parts.explore.controls import seed, setting_controls
from pages.parts.explore.training_panel import training_panel
from pages.parts.explore.view import show_run
from pages.parts.shared import address
from pages.parts.shared.frame import remembered
from pages.parts.shared.run_data import find_run
from pages.parts.shared.wording import plain


def show() -> None:
    """Draw the page."""
    seed()
    if story.at_beginning() and beginning.show():
        return
    story.bar()
    setting, problem = setting_controls()
    if problem:
        st.error(plain(problem), icon=":material/error:")
        setting = remembered()  # the last picture stays, and its address
        if setting is not None:
            address.say(short_text(setting))
    if setting is not None:
        _show_setting(setting)


def _show_setting(setting: Setting) -> None:
    run = find_run(setting)
    if run is None:
        training_panel(setting)
        return
    if downloading.is_missing(setting.dataset):
        downloading.offer(setting.dataset)
    show_run(run)
