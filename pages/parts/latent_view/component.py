"""The latent view: points that one can hover, pin and select, with the images behind them.

A thin adapter to the browser's part in `static/latent_view/`. What is cheap comes with `latent_view`;
what takes a while (pictures, silhouettes, neighbours) follows with `latent_pieces`, after the points
are on the screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.parts.latent_view.payload import pieces_data, view_data
from pages.parts.latent_view.records import Picked, Pieces, View
from pages.parts.latent_view.serving import component_script, module_import, plotly_js


def latent_view(view: View, key: str) -> Picked:
    """Draw a view; `key` is its place on the page. Camera and selection outlive new data there."""
    result = _component()(
        key=key,
        data=view_data(view, key),
        on_pinned_change=_nothing,
        on_selected_change=_nothing,
    )
    return picked(result, len(view.points), view.images_key)


def latent_pieces(pieces: Pieces, view_key: str) -> None:
    """Send what follows the view at `view_key`; takes no room on the page."""
    _component()(key=f"{view_key}_pieces", data=pieces_data(pieces, view_key))


def preload() -> None:
    """Have the browser fetch plotly.js and the view while the page is still being put together.

    As a script of its own, because the part of Streamlit that runs components comes a second later.
    """
    script = f'{module_import()}.then((view) => view.preload("{plotly_js()}")).catch(() => {{}});'
    st.html(f'<script type="module">{script}</script>', unsafe_allow_javascript=True)


def picked(result: Any, n: int, images_key: str) -> Picked:
    """What the browser sent, checked: it is a visitor's input.

    An answer is rows and the name of the images that they were picked from. One to the view before
    this one means other images and counts for nothing.

    Args:
        result: of the component.
        n: points that are shown now.
        images_key: of what is shown now.
    """

    def is_row(value: Any) -> bool:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and 0 <= value < n and value == int(value)

    def rows(name: str) -> list[int] | None:
        answer = getattr(result, name, None)
        if not isinstance(answer, Mapping) or answer.get("images") != images_key:
            return None
        sent = answer.get("rows")
        if not isinstance(sent, list) or not sent or not all(is_row(v) for v in sent):
            return None
        return sorted({int(v) for v in sent})

    pinned = rows("pinned")
    return Picked(pinned[0] if pinned is not None and len(pinned) == 1 else None, rows("selected"))


def _component() -> Any:
    script = component_script("latent_view/view.js", "The latent view")
    return st.components.v2.component("latent_view", js=script, isolate_styles=False)


def _nothing() -> None:
    """The page reads the values where the view is drawn."""
