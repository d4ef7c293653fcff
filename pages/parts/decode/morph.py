"""From one image to another through latent space, and whether the path crosses a gap."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.image_files import animation, film_strip, npz
from core.figures.images import montage
from core.figures.places import gap_curve
from core.latents.arrays import Undefined
from core.latents.paths import WAYS
from core.runs.answers import Morph
from core.runs.run import Run
from core.setting.names import title
from core.setting.setting import dataset_info
from pages.parts.decode.ends import ends, ends_to_click
from pages.parts.decode.exports import File, save_row
from pages.parts.decode.findings import of_each
from pages.parts.shared import address, charts, image_data, run_data
from pages.parts.shared.wording import plain

FRAMES = 16
MOST_FRAMES = 40
WAY_NAMES = dict(zip(WAYS, ("Straight", "Spherical", "Along neighbours"), strict=True))
STRIP_SCALE = 3  # pixels on the page for each of an image


def morphs(runs: list[Run], _: DeltaGenerator) -> None:
    """A path of each Run, between the same two images."""
    finding = st.container()
    most = min(len(run.arrays["latents"]) for run in runs) - 1
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        start, end = ends(runs[0], most)
        way = st.segmented_control(
            "Path", WAYS, format_func=WAY_NAMES.__getitem__, required=True, width="content",
            key=address.choice("way", WAYS, "straight", WAY_NAMES.__getitem__),
            help="Straight; on an arc about the mean of the data; or from image to near image.",
        )  # fmt: skip
        frames = st.slider(
            "Frames",
            2,
            MOST_FRAMES,
            key=address.number("frames", 2, MOST_FRAMES, FRAMES),
            width=200,
        )
    ends_to_click(runs[0], (start, end), most)
    found = [_morph(run, start, end, way or "straight", frames) for run in runs]
    with finding:
        st.markdown(_finding(runs, found))
    for run, morph in zip(runs, found, strict=True):
        st.subheader(title(run.setting), anchor=False)
        if isinstance(morph, str):
            st.info(plain(morph), icon=":material/info:")
        else:
            _show(run, morph, f"{start}-{end}-{way}-{frames}")
    st.caption(
        "Dashed: how far images usually are from their nearest other. Grey: up to where a gap begins, "
        "which is further than 99 % of the images are from their nearest other."
    )


def _morph(run: Run, start: int, end: int, way: str, frames: int) -> Morph | str:
    try:
        return _computed(run_data.run_key(run), run, start, end, way, frames)
    except (ValueError, Undefined) as error:  # no way between them: a sentence
        return str(error)


@st.cache_resource(max_entries=64, show_spinner="Decoding …")
def _computed(key: str, _run: Run, start: int, end: int, way: str, frames: int) -> Morph:
    found: Morph = image_data.of_run(_run, "morph", start, end, way, frames)
    return found


@st.cache_resource(max_entries=64, show_spinner=False)
def _moving(key: str, _morph: Morph) -> bytes:
    """The frames as a moving picture, encoded once."""
    return animation(_morph.images, scale=4)


def _finding(runs: list[Run], found: list[Morph | str]) -> str:
    """In words, which paths cross a gap."""
    does = {True: "the path crosses a gap", False: "the path crosses no gap"}
    return of_each(runs, ["" if isinstance(m, str) else does[m.path.crosses_gap] for m in found])


def _show(run: Run, morph: Morph, name: str) -> None:
    left, right = st.columns([1, 6], gap="medium")
    webp = _moving(f"{run_data.run_key(run)}-{name}", morph)
    left.image(webp, width=140, caption="There and back")
    with right:
        page = montage(morph.images, columns=min(len(morph.images), FRAMES))
        st.image(page, width="stretch", caption=_ends_named(run, morph))
        st.markdown(f"**{morph.path.sentence}**")
        charts.chart(
            gap_curve(morph.path), key=f"gap_{run.name}", name=f"Path of {title(run.setting)}",
            height=220,
        )  # fmt: skip
    file = f"{run.name}-{name}"
    arrays: dict[str, Any] = {"images": morph.images, "latents": morph.latents, "gaps": morph.gaps}
    if morph.rows is not None:
        arrays["rows"] = morph.rows
    save_row(f"morph_{run.name}", [
        File("GIF", lambda: animation(morph.images, "gif"), f"{file}.gif"),
        File("WebP", lambda: webp, f"{file}.webp"),
        File("Strip (PNG)", lambda: film_strip(morph.images, scale=2), f"{file}.png"),
        File("Arrays (.npz)", lambda: npz(**arrays), f"{file}.npz"),
    ])  # fmt: skip


def _ends_named(run: Run, morph: Morph) -> str:
    """What the strip shows, for who can't see it."""
    labels = run.arrays.get("labels")
    count = f"{len(morph.images)} decoded frames, the ends among them"
    if labels is None or morph.rows is None:
        return count
    names = dataset_info(run.setting.dataset).class_names
    classes = list(dict.fromkeys(names[labels[row]] for row in morph.rows))
    return f"{count}; the images on the way are of {', '.join(classes)}"
