"""Tabs whose open one is in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from pages.parts.shared import address


def open_tab(drawers: Mapping[str, Callable[[], None]]) -> None:
    """Tabs by name; only the open one is drawn, and so computed."""
    names = list(drawers)
    tabs = st.tabs(names, key=address.choice("details", names, names[0]), on_change="rerun")
    for tab, draw in zip(tabs, drawers.values(), strict=True):
        if tab.open:
            with tab:
                draw()
