"""Latent spaces beside each other: drawn one by one, their cards filled when all are there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.latents.projection import Projection
from core.runs.run import Run
from pages.parts.shared import image_data, run_data
from pages.parts.shared.cards import cards
from pages.parts.shared.space import Place, ShownRun, space


class Drawn(NamedTuple):
    """A view that is on the page.

    Attributes:
        what: it shows.
        key: its place.
        below: an empty place below it.
    """

    what: ShownRun
    key: str
    below: DeltaGenerator


def draw(
    run: Run, colour: str, projection: Projection, place: Place, images: str = "heldout"
) -> Drawn:
    """Draw a Run's latent space with the clusters that are stored with it.

    Args:
        run: whose latent space.
        colour: key of `COLOURS`.
        projection: to two or three dimensions.
        place: of the view.
        images: key of `CHOICES`.
    """
    shown = image_data.shown_images(run_data.run_key(run), run, run.clustering, images)
    what = ShownRun(run, run.clustering, shown)
    space(what, colour, projection, place)
    return Drawn(what, place.key, st.empty())


def fill_cards(drawn: Iterable[Drawn]) -> None:
    """Send the images for the cards, after all views are there."""
    for what, key, below in drawn:
        cards(what, key=key, waiting=below)
