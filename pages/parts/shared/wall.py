"""Images in groups, each a button that picks it: a thin adapter to `static/gallery/`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import streamlit as st

from core.figures.sprites import COLUMNS, sprite_sheets
from core.figures.style import Shades
from pages.parts.latent_view.component import picked
from pages.parts.latent_view.serving import component, serve
from pages.parts.shared import image_data
from pages.parts.shared.space import ShownRun
from pages.parts.shared.wording import image_name


class Strip(NamedTuple):
    """Images side by side.

    Attributes:
        name: what they are.
        rows: (m,) of the images that are shown.
        scores: (m,) what they were ranked by.
        notes: what is said of each image, for a tooltip.
        captions: below each image; empty: nothing.
    """

    name: str
    rows: npt.NDArray[Any]
    scores: npt.NDArray[Any]
    notes: tuple[str, ...]
    captions: tuple[str, ...] = ()


class Section(NamedTuple):
    """Strips below a heading.

    Attributes:
        heading: of a group, say; empty: none.
        note: beside it.
        strips: of images.
        shades: colour of the group in the view; None: it has none.
        wide: it has lines of its own; otherwise the next section may stand beside it.
    """

    heading: str
    note: str
    strips: tuple[Strip, ...]
    shades: Shades | None = None
    wide: bool = False


class Picking(NamedTuple):
    """What a click on an image does.

    Attributes:
        does: for people, as "pin it in the view".
        pick: gets the row, before the page runs again; None: what was picked is let go.
        picked: the row that is picked now.
        lets_go: a click on what is picked lets it go.
        link: of the views that show the same images: they mark what is pointed at.
    """

    does: str
    pick: Callable[[int | None], None]
    picked: int | None
    lets_go: bool = False
    link: str = ""


def wall(what: ShownRun, sections: list[Section], picking: Picking, key: str) -> None:
    """Draw the images.

    Args:
        what: the Run and its images.
        sections: with at least one image.
        picking: what a click does.
        key: place on the page.
    """
    n, images = len(what.shown), what.images_key

    def pick() -> None:
        picking.pick(picked(st.session_state.get(key), n, images).pinned)

    rows = rows_of(sections)
    component("gallery", "gallery/gallery.js", "The gallery")(
        key=key,
        data={
            "picture": serve(_picture(what, rows), "image/png"),
            "columns": COLUMNS,
            "images": images,
            "does": picking.does,
            "link": picking.link,
            "pinned": -1 if picking.picked is None else picking.picked,
            "lets_go": picking.lets_go,
            "sections": [_section(what, section) for section in sections],
        },
        on_pinned_change=pick,
    )


def rows_of(sections: list[Section]) -> npt.NDArray[np.int64]:
    """The rows of all images in their order."""
    strips = [strip.rows for section in sections for strip in section.strips]
    return np.concatenate(strips).astype(np.int64)


def _picture(what: ShownRun, rows: npt.NDArray[np.int64]) -> bytes:
    return _sheet(what.latents_key, what, tuple(rows.tolist()))


@st.cache_resource(max_entries=32, show_spinner=False)
def _sheet(key: str, _what: ShownRun, rows: tuple[int, ...]) -> bytes:
    images = image_data.shown_originals(_what.run, _what.shown, np.array(rows))
    return sprite_sheets(images)[0]


def _section(what: ShownRun, section: Section) -> dict[str, Any]:
    return {
        "heading": section.heading,
        "note": section.note,
        "shades": section.shades,
        "wide": section.wide,
        "strips": [
            {"name": strip.name, "tiles": [_tile(what, strip, i) for i in range(len(strip.rows))]}
            for strip in section.strips
        ],
    }


def _tile(what: ShownRun, strip: Strip, i: int) -> dict[str, Any]:
    row = int(strip.rows[i])
    return {
        "row": row,
        "name": f"{image_name(what.shown, row)}, {strip.notes[i]}",
        "caption": strip.captions[i] if strip.captions else "",
    }
