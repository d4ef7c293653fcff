"""What a visitor chose in a latent view itself, kept in the address: what lies over the points, the pin.

All views of a page share it: two beside each other are compared.
"""

from __future__ import annotations

import streamlit as st

from pages.parts.latent_view.records import NAMES, THUMBNAILS, Chosen
from pages.parts.shared import address

KEYS = ("thumbnails", "names", "contours")
PINNED = "pinned"
_PINNED_OF = "pinned_images"


def chosen() -> Chosen:
    """Declare what is drawn over the points."""
    state = st.session_state
    thumbnails = str(state[address.choice("thumbnails", THUMBNAILS, THUMBNAILS[0])])
    names = str(state[address.choice("names", NAMES, NAMES[0])])
    return Chosen(thumbnails, names, bool(state[address.flag("contours")]))


def keep_chosen(new: Chosen) -> None:
    """Take over what the visitor switched on or off, in a callback."""
    st.session_state.update(new._asdict())


def pinned(count: int, images: str) -> int | None:
    """Declare which of `count` points is pinned; other images begin without a pin.

    Args:
        count: points that are drawn.
        images: names them.
    """
    state = st.session_state
    # a new address speaks of the images that it says itself
    is_new = address.taken(_PINNED_OF, ()) is not None
    if not is_new and state.get(_PINNED_OF) != images:
        pin(None)
    state[_PINNED_OF] = images
    row: int | None = state[address.whole_or_none(PINNED, 0, count - 1)]
    return row


def pin(row: int | None) -> None:
    """Pin a point, or none, in a callback."""
    st.session_state[PINNED] = row
