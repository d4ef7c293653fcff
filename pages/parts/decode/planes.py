"""Which plane of a latent space the map shows, and the images on its grid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np
import streamlit as st

from core.figures.image_files import grid_png
from core.latents import planes
from core.latents.arrays import FloatArray, LatentError
from core.latents.neighbours import nearest_neighbours
from core.latents.paths import Usual, usual_distance
from core.latents.planes import InPlane, Plane
from core.runs.run import Run
from pages.parts.shared import address, image_data, run_data

PRINCIPAL, OWN = 3, 6  # directions to choose pairs of
THREE = "three"  # the plane through three images
SIZES = (10, 15, 20, 30)


@dataclass(frozen=True)
class PlaneChoice:
    """Which plane, for any Run.

    Attributes:
        kind: "pca-1-2", "z-1-2" or `THREE`.
        size: images across and up.
        spacing: of the grid.
        through: number of the held-out image that the plane goes through; None: the mean.
        three: numbers of three held-out images.
    """

    kind: str
    size: int
    spacing: Literal["even", "quantiles"]
    through: int | None
    three: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Decoded:
    """A plane of a Run with its images.

    Attributes:
        plane: it.
        images: (h * w, s, s) of its grid, 0 to 1.
        picture: the same as a PNG, a pixel for each of theirs.
        data: where the held-out images lie in it.
        usual: how far images of the data are from each other.
        far: share of the grid's places that are further from the data than that.
    """

    plane: Plane
    images: FloatArray
    picture: bytes
    data: InPlane
    usual: Usual
    far: float


def kinds(dims: int) -> list[str]:
    """Planes that a latent space of so many dimensions has; of one dimension a line."""
    if dims == 1:
        return ["z-1"]
    own = [f"z-{a}-{b}" for a, b in combinations(range(1, min(dims, OWN) + 1), 2)]
    if dims == 2:
        return own
    pairs = combinations(range(1, PRINCIPAL + 1), 2)
    return [*(f"pca-{a}-{b}" for a, b in pairs), *own, THREE]


def kind_name(kind: str) -> str:
    """A plane's name for people."""
    if kind == THREE:
        return "through three images"
    what, *numbers = kind.split("-")
    return " and ".join(f"PCA {n}" if what == "pca" else f"z{n}" for n in numbers)


def choose_plane(run: Run) -> PlaneChoice:
    """Draw the controls of the plane, behind a button that names it."""
    options, spacings = kinds(run.setting.latent_dim), ["even", "quantiles"]
    plane_key = address.choice("plane", options, options[0], kind_name)
    size_key = address.choice("size", SIZES, 20)
    spacing_key = address.choice("spacing", spacings, "even")
    with st.popover(f"Plane: {kind_name(st.session_state[plane_key])}", icon=":material/grid_on:",
                    width="content", key="plane_menu"):  # fmt: skip
        kind = st.selectbox("Plane", options, format_func=kind_name, key=plane_key,
                            help="The map shows a flat piece of the latent space. PCA: along the "
                            "principal directions, in which the latents differ most.")  # fmt: skip
        through, three = _held(kind, len(run.arrays["latents"]) - 1, run.setting.latent_dim)
        size = st.segmented_control("Images across", SIZES, required=True, key=size_key)
        spacing = st.segmented_control(
            "Spacing", spacings, required=True, key=spacing_key,
            help="Even: equal steps. Quantiles: steps that follow the data, shorter where much of it "
            "is.",
        )  # fmt: skip
    return PlaneChoice(
        kind, int(size or 20), "quantiles" if spacing == "quantiles" else "even", through, three
    )


def _held(kind: str, most: int, dims: int) -> tuple[int | None, tuple[int, ...]]:
    """Which image the plane goes through, or which three."""
    if kind == THREE:
        return None, _three(most)
    if dims <= 2:
        return None, ()
    text = st.text_input(
        "Through image", key=address.text("through", 6), placeholder="the mean",
        help="The plane goes through this held-out image; empty: through the mean of all.",
    ).strip()  # fmt: skip
    if not text:
        return None, ()
    if not (text.isascii() and text.isdigit()) or int(text) > most:
        raise LatentError(f'the image must be a number from 0 to {most}; got "{text}"')
    return int(text), ()


def _three(most: int) -> tuple[int, ...]:
    """The numbers of three images, checked."""
    text = st.text_input(
        "Three images", key=address.text("three", 30, "0, 1, 2"),
        help="Numbers of three held-out images, with commas between them.",
    )  # fmt: skip
    parts = [part.strip() for part in text.split(",")]
    numbers = [int(part) for part in parts if part.isascii() and part.isdigit()]
    if not len(parts) == len(set(numbers)) == 3 or max(numbers) > most:
        raise LatentError(
            f"the plane must go through three different images from 0 to {most}, as in "
            f'"0, 1, 2"; got "{text}"'
        )
    return tuple(numbers)


def decoded(run: Run, choice: PlaneChoice) -> Decoded:
    """A Run's plane and its images; a plane that it has not becomes its first."""
    options = kinds(run.setting.latent_dim)
    kind = choice.kind if choice.kind in options else options[0]
    return _decoded(run_data.run_key(run), run, replace(choice, kind=kind))


@st.cache_resource(max_entries=32, show_spinner="Decoding …")
def _decoded(key: str, _run: Run, choice: PlaneChoice) -> Decoded:
    latents = _run.arrays["latents"]
    plane = _plane(latents, choice)
    places = planes.grid(plane)
    images = image_data.of_run(_run, "decode", places)
    usual = usual_distance(latents)
    distances = nearest_neighbours(places, latents, 1)[1][:, 0]
    picture = grid_png(images, len(plane.xs), scale=1)
    far = float(np.mean(distances > usual.far))
    return Decoded(plane, images, picture, planes.coordinates(plane, latents), usual, far)


def _plane(latents: FloatArray, choice: PlaneChoice) -> Plane:
    if choice.kind == THREE:
        rows = [min(row, len(latents) - 1) for row in choice.three]
        return planes.plane_through(latents[rows], choice.size)
    what, *numbers = choice.kind.split("-")
    make = planes.principal_plane if what == "pca" else planes.axes_plane
    first, second = int(numbers[0]) - 1, int(numbers[1]) - 1 if numbers[1:] else None
    held = None if choice.through is None else latents[min(choice.through, len(latents) - 1)]
    return make(latents, first, second, choice.size, held, choice.spacing)
