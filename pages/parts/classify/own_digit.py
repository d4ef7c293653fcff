"""A visitor's own digit: drawn or uploaded, and its place in a Run's latent space."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from core.data.pictures import PictureError
from core.latents.arrays import Undefined
from core.latents.placed import placed
from core.latents.projection import Points, Projection
from core.latents.shown import HELD_OUT, TRAINING
from core.runs.answers import Answer
from core.runs.run import Run
from core.setting.setting import dataset_info
from pages.parts.classify.answer import show_answer
from pages.parts.classify.pad import Ground, pad
from pages.parts.latent_view.records import Guest
from pages.parts.shared import address, image_data, view_choices
from pages.parts.shared.sentences import fragment
from pages.parts.shared.space import PROJECTIONS, Place, held_out, space
from pages.parts.shared.wording import plain

VIEW = "classify_view"
MAX_K = 50
USUAL_K = 5
DRAW, UPLOAD = "draw", "photo"
SOURCES = {DRAW: "Draw", UPLOAD: "Photo or file"}
_NAMES = {DRAW: "your drawing", UPLOAD: "your picture"}
# of the controls below, in the address
KEYS = ("source", "on", "votes", "projection", *view_choices.KEYS)

Picture = bytes | npt.NDArray[Any]


@fragment()
def own_digit(run: Run) -> None:
    """Canvas, answer and latent space beside each other; this part reruns alone."""
    address.begin_part(KEYS)
    left, middle, right = st.columns([10, 12, 16], gap="medium")
    answer, problem, source = None, "", DRAW
    with left:
        try:
            picture, source = _picture(run)
        except PictureError as error:
            picture, problem = None, str(error)
    with middle:
        place = st.container()
        k = _asked(run)
    with place:
        if picture is not None:
            answer, problem = _answered(run, picture, k)
        if problem:
            st.warning(plain(f"{problem[0].upper()}{problem[1:]}."), icon=":material/image:")
        elif answer is None:
            _invite(run)
        else:
            show_answer(run, answer)
    with right:
        _space(run, answer, _NAMES[source])
    address.write_part()


def _picture(run: Run) -> tuple[Picture | None, str]:
    """What the visitor drew or uploaded, and which of the two. Raises PictureError."""
    source = st.segmented_control(
        "Where the picture comes from", list(SOURCES), format_func=SOURCES.__getitem__,
        key=address.choice("source", list(SOURCES), DRAW, SOURCES.__getitem__), required=True,
        label_visibility="collapsed", width="stretch",
    )  # fmt: skip
    noun = dataset_info(run.setting.dataset).noun
    if source == UPLOAD:
        file = st.file_uploader(
            f"A photo of one {noun}",
            key="own_picture",
            help="PNG, JPEG or WebP of at most 10 MB: one dark sign on even light paper, or a light "
            "one on a dark ground. It stays in the memory of this server while you look at it.",
        )
        return (None if file is None else file.getvalue()), UPLOAD
    place = st.empty()
    count = len(run.arrays["latents"])
    number = st.number_input(
        "Draw on top of held-out image", 0, count - 1, step=1, placeholder="none",
        key=address.whole_or_none("on", 0, count - 1),
        help=f"Its number, 0 to {count - 1:,}: change a stroke and see where it goes.",
    )  # fmt: skip
    ground = None
    if number is not None:
        image = image_data.originals(run, HELD_OUT, np.array([number]))[0]
        ground = Ground(f"{run.name}-{number}", image)
    with place.container():
        return pad("own_digit", noun, ground), DRAW


def _asked(run: Run) -> int:
    """How many neighbours vote."""
    most = min(MAX_K, image_data.training_images(run))
    if most < 2:
        return 1
    usual = min(USUAL_K, most)
    key = address.number("votes", 1, most, usual)
    return int(st.slider("Neighbours that vote, k", 1, most, key=key))


def _answered(run: Run, picture: Picture, k: int) -> tuple[Answer | None, str]:
    """What the Run makes of it, or None and why not."""
    try:
        return image_data.of_run(run, "classify", picture, k), ""
    except PictureError as error:
        return None, str(error)
    except Undefined as reason:
        return None, f"where it lies is {reason}"


def _invite(run: Run) -> None:
    noun = dataset_info(run.setting.dataset).noun
    count = image_data.training_images(run)
    st.markdown(
        f"**Draw a {noun} at the left**, as large as the dashed square or larger. A moment after each "
        f"stroke you see here which of the {count:,} training images lie nearest to it in latent "
        "space, what they say it is, and whether it lies where the data is."
    )


def _space(run: Run, answer: Answer | None, name: str) -> None:
    """The latent space with the visitor's point in it."""
    what = held_out(run)
    projection = _projection(run.setting.latent_dim)
    colour = "cluster" if what.shown.labels is None else "digit"
    guest = partial(_guest, run, answer, name)
    space(what, colour, projection, Place(VIEW), guest)


def _projection(latent_dim: int) -> Projection:
    if latent_dim <= 3:
        return Projection("none", max(latent_dim, 2))
    methods = ["pca", "umap"]
    method = st.segmented_control(
        "Projection", methods, format_func=PROJECTIONS.__getitem__, required=True,
        key=address.choice("projection", methods, "pca", PROJECTIONS.__getitem__),
        label_visibility="collapsed",
    )  # fmt: skip
    return Projection(method or "pca", 3)


def _guest(
    run: Run, answer: Answer | None, name: str, points: Points, projection: Projection
) -> tuple[Guest | None, str]:
    """The visitor's point among those that are drawn, and a sentence on its place."""
    if answer is None:
        return None, ""
    places = placed(
        np.vstack([answer.latent, answer.near]), run.arrays["latents"], points, projection
    )
    said = (
        f"The large diamond is {name}; its lines lead to its neighbours among the {TRAINING} images"
    )
    if projection.takes_a_while:
        said += (
            ", each drawn at the mean place of its nearest held-out images: UMAP places no others"
        )
    elif projection.method == "pca":
        said += ", which look nearer or farther here than they are"
    return Guest(places[0], places[1:], name), f"{said}."
