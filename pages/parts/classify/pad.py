"""The drawing canvas: a thin adapter to `static/draw/draw.js`. What it sends is a visitor's input."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from core.data.pictures import PictureError
from core.figures.images import grey_levels
from pages.parts.latent_view.serving import component

SIZE = 140  # side in pixels of the picture that the browser sends


class Ground(NamedTuple):
    """An image that is drawn on.

    Attributes:
        name: tells it from others.
        image: (s, s), 0 to 1.
    """

    name: str
    image: npt.NDArray[Any]


def pad(key: str, noun: str, ground: Ground | None) -> npt.NDArray[np.uint8] | None:
    """Draw the canvas; its ink (`SIZE`, `SIZE`) from 0 to 255, or None where nothing is drawn.

    Args:
        key: its place on the page.
        noun: what is to be drawn.
        ground: below the strokes.

    Raises:
        PictureError: what the browser sent is no drawing.
    """
    data = {"key": key, "size": SIZE, "ground": "", "ink": "", "side": 0, "noun": noun}
    if ground is not None:
        greys = grey_levels(ground.image)
        data |= {"ground": ground.name, "side": len(greys),
                 "ink": base64.b64encode(greys.tobytes()).decode()}  # fmt: skip
    result = _component()(key=key, data=data, on_drawing_change=_nothing)
    return drawn(getattr(result, "drawing", None))


def drawn(sent: Any) -> npt.NDArray[np.uint8] | None:
    """The ink (`SIZE`, `SIZE`) that the browser sent; None where there is nothing.

    Raises:
        PictureError: it is something else.
    """
    if sent is None:
        return None
    ink = sent.get("ink") if isinstance(sent, Mapping) else None
    count = SIZE * SIZE
    if not isinstance(ink, str) or len(ink) != 4 * -(-count // 3):
        raise PictureError(f"a drawing must be {SIZE} x {SIZE} grey levels; got something else")
    try:
        content = base64.b64decode(ink, validate=True)
    except (binascii.Error, ValueError) as error:
        raise PictureError("a drawing must be grey levels; got a text that holds none") from error
    if len(content) != count:
        raise PictureError(f"a drawing must have {count:,} grey levels; got {len(content):,}")
    found = np.frombuffer(content, np.uint8).reshape(SIZE, SIZE)
    return found if found.any() else None


def _component() -> Any:
    return component("draw_pad", "draw/draw.js", "The canvas")


def _nothing() -> None:
    """The page reads the value where the canvas is drawn."""
