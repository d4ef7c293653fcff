"""Images of a data set as small pictures in rows, each with a line of text."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy.typing as npt
import streamlit as st

from core.figures.image_files import png
from core.figures.images import grey_levels

Array = npt.NDArray[Any]
_SHARP = 4  # pixels for each pixel of an image: browsers blur what they enlarge


class Tile(NamedTuple):
    """An image with a line below it.

    Attributes:
        image: (h, w), 0 to 1.
        caption: the line.
        alt: what it shows, for who can't see it.
    """

    image: Array
    caption: str
    alt: str


def tiles(shown: list[Tile], width: int, key: str) -> None:
    """Images in rows, as many in each as there is room for."""
    with st.container(horizontal=True, gap="xsmall", key=key):
        for tile in shown:
            st.image(png(grey_levels(tile.image), _SHARP), caption=tile.caption, alt=tile.alt,
                     width=width)  # fmt: skip
