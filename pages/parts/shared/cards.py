"""What the cards of a latent view show: pictures, neighbours and silhouettes of its images."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.sprites import PER_SHEET
from core.latents.arrays import Undefined
from pages.parts.latent_view.component import are_drawn, latent_pieces
from pages.parts.latent_view.fields import silhouette_field
from pages.parts.latent_view.records import Medoid, Pieces
from pages.parts.shared import image_data, run_data, services
from pages.parts.shared.sentences import fragment
from pages.parts.shared.space import ShownRun, images_of

NEIGHBOURS = 10


class Drawn(NamedTuple):
    """A view that is on the page.

    Attributes:
        what: it shows: a Run and its images.
        key: its place.
        below: an empty place below it, for a sentence on how far its cards are.
    """

    what: ShownRun
    key: str
    below: DeltaGenerator


def cards(*drawn: Drawn) -> None:
    """Send it to the views; last on a page, as it takes some seconds."""
    if drawn:
        _cards(drawn)


@fragment()
def _cards(drawn: Sequence[Drawn]) -> None:
    for one in drawn:
        one.below.empty()  # a part that runs alone may write there later if it does so now
    made = st.session_state.setdefault("cards_made", set())
    keys, about = [one.key for one in drawn], [one.what.latents_key for one in drawn]
    # a worker that starts takes some seconds of a core, from the browser, too, where that is beside it
    at_once = services.workers().is_ready or made.issuperset(about)
    if at_once or are_drawn(keys, ", ".join(about)):
        for one in drawn:
            _send(one.what, one.key, one.below, made)


def _send(what: ShownRun, key: str, waiting: DeltaGenerator, made: set[str]) -> None:
    # Only once: later all of it is there at once, and words that come and go would only flicker.
    # Writing something also lets a visitor's click come between two steps.
    slow = what.shown.has_training and what.latents_key not in made
    say: Callable[[str], Any] = waiting.caption if slow else lambda text: None
    fields, near = {}, None
    if not what.shown.has_training:
        with contextlib.suppress(Undefined):
            silhouettes = run_data.main_silhouette(what.run, what.found)
            fields["silhouette"] = silhouette_field(silhouettes)
    say("Looking for the nearest neighbours of every image …")
    with contextlib.suppress(Undefined):
        near = image_data.neighbours(what.latents_key, what.shown.latents, NEIGHBOURS).indices
    say("Looking for the middle of each group …")
    medoids = _medoids(what)
    sheets = _sheets(what, say)
    waiting.empty()
    made.add(what.latents_key)
    size = what.run.setting.image_size
    latent_pieces(Pieces(what.latents_key, sheets, size, near, fields, medoids), key)


def _medoids(what: ShownRun) -> dict[str, list[Medoid]]:
    """Those of the classes and of the clusters, where names are drawn."""
    groups = [("cluster", run_data.clusters_key(what.found), what.shown.clusters)]
    if what.shown.labels is not None:
        groups.append(("digit", "labels", what.shown.labels))
    found = {}
    for field, which, values in groups:
        with contextlib.suppress(Undefined):
            middle = image_data.middles(what.latents_key, which, what.shown.latents, values)
            table = zip(middle.groups, middle.medoids, middle.sizes, strict=True)
            found[field] = [Medoid(*map(int, row)) for row in table]
    return found


def _sheets(what: ShownRun, say: Callable[[str], Any]) -> list[list[tuple[bytes, bytes]]]:
    """Sprite sheets of each split's images and of their reconstructions."""
    run, sheets = what.run, list[list[tuple[bytes, bytes]]]()
    images = f"{images_of(run.setting)}-{run.setting.image_size}"
    for start, part in what.shown.starts():
        sheets.append([])
        for first in range(0, len(part), PER_SHEET):
            say(f"Making the pictures of the cards: {start + first:,} of {len(what.shown):,} …")
            which = part.split, first
            above = image_data.pictures(images, run.setting, *which)
            below = image_data.reconstructions(what.key, run, *which)
            sheets[-1].append((above, below))
    return sheets
