"""Maps of latent spaces: decoded images on a grid, with what the grid says in words above them."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.latents import planes
from core.runs.run import Run
from core.setting.amounts import percent
from core.setting.names import title
from pages.parts.decode.exports import File, save_row
from pages.parts.decode.findings import of_each
from pages.parts.decode.planes import Decoded, choose_plane, decoded
from pages.parts.decode.walk import walk


def grids(runs: list[Run], controls: DeltaGenerator) -> None:
    """A map of each Run, beside each other; `controls` is the row of the page's controls."""
    with controls:
        choice = choose_plane(runs[0])
    found = [decoded(run, choice) for run in runs]
    st.markdown(_finding(runs, found))
    for column, run, one, place in zip(
        st.columns(len(runs), gap="medium"), runs, found, ("at", "at_second"), strict=False
    ):
        with column:
            st.caption(f"**{title(run.setting)}**: {_where(run, one)}")
            walk(run, one, place)
            _export(run, one)
    st.caption(
        "Point at a map to decode that place, click to stay there. On the sliders the thick part holds "
        "the middle half of the held-out images. A place counts as a gap if it is further from every "
        "held-out image than 99 % of these are from their nearest other."
    )


def _finding(runs: list[Run], found: list[Decoded]) -> str:
    """How much of each map lies in gaps."""
    said = [f"{percent(one.far, 0)} of the map lies in gaps between the images" for one in found]
    return f"{of_each(runs, said)} What is decoded in a gap was never learned from an image."


def _where(run: Run, one: Decoded) -> str:
    if run.setting.latent_dim <= 2:
        return "all of its latent space."
    across, up = one.plane.names
    return f"{across} and {up} of its {run.setting.latent_dim} dimensions."


def _export(run: Run, one: Decoded) -> None:
    """The map as a picture and as arrays."""
    from core.figures.image_files import grid_png, npz

    plane = one.plane
    save_row(f"map_{run.name}", [
        File("PNG", lambda: grid_png(one.images, len(plane.xs), scale=2), f"{run.name}-map.png"),
        File(
            "Arrays (.npz)",
            lambda: npz(images=one.images, latents=planes.grid(plane), xs=plane.xs, ys=plane.ys),
            f"{run.name}-map.npz",
        ),
    ])  # fmt: skip
