"""Latent spaces beside each other: drawn one by one, their cards sent when all are there."""

from __future__ import annotations

import streamlit as st

from core.latents.projection import Projection
from core.runs.run import Run
from pages.parts.shared import image_data, run_data
from pages.parts.shared.cards import Drawn
from pages.parts.shared.space import Place, ShownRun, space


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
