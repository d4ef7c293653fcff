"""The latent view: points that one can hover, pin and select, with the images behind them.

A thin adapter to the browser's part in `static/latent_view/`. What is cheap comes with `latent_view`;
what takes a while (pictures, silhouettes, neighbours) follows with `latent_pieces`, after the points
are on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import streamlit as st

from pages.parts.latent_view.payload import pieces_data, view_data
from pages.parts.latent_view.records import NAMES, THUMBNAILS, Chosen, Picked, Pieces, View
from pages.parts.latent_view.serving import component, fetch_ahead


class Keep(NamedTuple):
    """Who is told of a visitor's choices, before the page runs again.

    Attributes:
        chosen: gets what is drawn over the points.
        pinned: gets the row of the pinned point, or None.
    """

    chosen: Callable[[Chosen], None] | None = None
    pinned: Callable[[int | None], None] | None = None


def latent_view(view: View, key: str, keep: Keep | None = None) -> Picked:
    """Draw a view; `key` is its place on the page. Camera and selection outlive new data there."""
    n, images = len(view.points), view.images_key
    keep = keep or Keep()

    def chosen_change() -> None:
        new = chosen(st.session_state.get(key))
        if keep.chosen and new is not None:
            keep.chosen(new)

    def pinned_change() -> None:
        if keep.pinned:
            keep.pinned(picked(st.session_state.get(key), n, images).pinned)

    result = _component()(
        key=key,
        data=view_data(view, key),
        on_chosen_change=chosen_change,
        on_pinned_change=pinned_change,
        on_selected_change=_nothing,
    )
    return picked(result, n, images)


def latent_pieces(pieces: Pieces, view_key: str) -> None:
    """Send what follows the view at `view_key`; takes no room on the page."""
    _component()(key=f"{view_key}_pieces", data=pieces_data(pieces, view_key))


def are_drawn(view_keys: list[str], about: str) -> bool:
    """Whether the browser has drawn the views at these places; when it has, what asks runs again.

    Args:
        view_keys: the places.
        about: names what is drawn there.
    """
    data = {"kind": "asked", "views": view_keys, "about": about}
    answer = _component()(key=f"{view_keys[0]}_drawn", data=data, on_drawn_change=_nothing)
    return getattr(answer, "drawn", None) == about


def preload() -> None:
    """Have the browser fetch the view and plotly.js while the page is still being put together.

    As a script of its own, because the part of Streamlit that runs components comes a second later.
    """
    st.html(f'<script type="module">{fetch_ahead()}</script>', unsafe_allow_javascript=True)


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


def chosen(result: Any) -> Chosen | None:
    """What the browser sent of what is drawn over the points, checked; None: nothing of the kind."""
    sent = getattr(result, "chosen", None)
    if not isinstance(sent, Mapping):
        return None
    thumbnails, names, contours = (sent.get(name) for name in Chosen._fields)
    if thumbnails not in THUMBNAILS or names not in NAMES or not isinstance(contours, bool):
        return None
    return Chosen(str(thumbnails), str(names), contours)


def _component() -> Any:
    return component("latent_view", "latent_view/view.js", "The latent view")


def _nothing() -> None:
    """The page reads the values where the view is drawn."""
