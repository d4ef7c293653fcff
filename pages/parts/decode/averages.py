"""Means and medoids of classes and clusters, decoded; and what one class has more than another."""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.compare.words import listed
from core.figures.image_files import film_strip, npz
from core.figures.images import montage
from core.latents.arrays import FloatArray
from core.latents.neighbours import nearest_neighbours
from core.latents.paths import usual_distance
from core.latents.typical import Centres
from core.runs.run import Run
from core.setting.names import title
from core.setting.setting import dataset_info
from pages.parts.decode.exports import File, save_row
from pages.parts.decode.findings import of_each
from pages.parts.shared import address, image_data, run_data
from pages.parts.shared.image_data import Array

STEPS = np.linspace(0, 1.5, 7)  # shares of a difference that are added
GROUPS = {"class": "Classes", "cluster": "Clusters"}
_TILE, _WIDEST = 72, 720  # pixels of an image and of a row of them


def averages(runs: list[Run], controls: DeltaGenerator) -> None:
    """For each Run: its groups' means, and a difference of two added to an image."""
    finding = st.container()
    with controls:
        labelled = all("labels" in run.arrays for run in runs)
        options = list(GROUPS) if labelled else ["cluster"]
        by = st.segmented_control(
            "Groups", options, format_func=GROUPS.__getitem__, required=True, width="content",
            key=address.choice("groups", options, options[0], GROUPS.__getitem__),
        )  # fmt: skip
    said = []
    for column, run in zip(st.columns(len(runs), gap="medium"), runs, strict=True):
        with column:
            said.append(_of_run(run, by or options[0]))
    finding.markdown(
        f"{of_each(runs, said)} A mean that is decoded to a blurred image mixes several shapes; one "
        "in a gap may show nothing at all."
    )


def _of_run(run: Run, by: str) -> str:
    """What is found of a Run; what its means say, to stand above."""
    st.subheader(title(run.setting), anchor=False)
    groups = run.arrays["labels" if by == "class" else "clusters"]
    which = "labels" if by == "class" else run_data.clusters_key(run.clustering)
    key = f"{run_data.run_key(run)}/heldout"
    found = image_data.middles(key, which, run.arrays["latents"], groups)
    if not len(found.groups):
        st.info("There are no clusters here, so there are no means.")
        return ""
    names = _names(run, found, by)
    _means(run, found, names)
    if len(found.groups) > 1:
        _difference(run, found, names)
    far = _far(run_data.run_key(run), run.arrays["latents"], found.means).tolist()
    noun = dataset_info(run.setting.dataset).noun if by == "class" else "cluster"
    return in_gaps(far, names, noun)


def in_gaps(far: list[bool], names: list[str], noun: str) -> str:
    """Which means lie in gaps between the images, in words.

    Args:
        far: whether each does.
        names: of the groups.
        noun: what a group is: "digit".
    """
    there = [name for name, is_far in zip(names, far, strict=True) if is_far]
    if not there:
        return f"the mean of each {noun} lies among the images"
    if len(there) == 1:
        return f"the mean of {noun} {there[0]} lies in a gap"
    return f"the means of {noun}{'es' if noun.endswith('s') else 's'} {listed(there)} lie in a gap"


@st.cache_resource(max_entries=64, show_spinner=False)
def _far(key: str, _latents: FloatArray, means: FloatArray) -> Array:
    """Whether each of `means` (m, d) is in a gap, as `core.latents.paths` sees it; (m,) bool."""
    distances = nearest_neighbours(means, _latents, 1)[1][:, 0]
    return np.asarray(distances > usual_distance(_latents).far)


def _names(run: Run, found: Centres, by: str) -> list[str]:
    info = dataset_info(run.setting.dataset)
    if by == "class":
        return [info.class_names[group] for group in found.groups]
    matches = run_data.cluster_matches(run, run.clustering) or {}
    return [
        f"{group} ({info.class_names[matches[group]]})" if group in matches else str(group)
        for group in found.groups.tolist()
    ]


def _means(run: Run, found: Centres, names: list[str]) -> None:
    """Above the mean latents, decoded; below the medoids: images that are in the middle."""
    key, places = run_data.run_key(run), tuple(("held-out", int(row)) for row in found.medoids)
    means = image_data.decoded(key, run, found.means)
    medoids, _ = image_data.pairs(key, run, places)
    _row(
        np.concatenate([means, medoids]), len(means),
        "Above: the mean latent of each group, decoded. Below: its medoid, the most central image. "
        f"From left to right: {', '.join(names)}.",
    )  # fmt: skip
    arrays = {
        "means": means,
        "mean_latents": found.means,
        "medoids": medoids,
        "rows": found.medoids,
    }
    save_row(f"middles_{run.name}", [
        File("PNG", lambda: film_strip(means, scale=4), f"{run.name}-means.png"),
        File("Arrays (.npz)", lambda: npz(**arrays), f"{run.name}-middles.npz"),
    ])  # fmt: skip


def _difference(run: Run, found: Centres, names: list[str]) -> None:
    """A difference of two means added to an image, step by step."""
    most = len(run.arrays["latents"]) - 1
    key = f"_{run.setting.hash[:6]}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        last = len(names) - 1
        less = st.selectbox("From the mean of", range(last + 1), width=160,
                            format_func=names.__getitem__,
                            key=address.choice(f"less{key}", range(last + 1), 0))  # fmt: skip
        more = st.selectbox("To the mean of", range(last + 1), width=160,
                            format_func=names.__getitem__,
                            key=address.choice(f"more{key}", range(last + 1), last))  # fmt: skip
        added = address.number(f"added{key}", 0, most, int(found.medoids[0]))
        image = st.number_input("Added to image", 0, most, width=150, key=added)
    change = found.means[more] - found.means[less]
    start = run.arrays["latents"][int(image)]
    frames = image_data.decoded(run_data.run_key(run), run, start + STEPS[:, None] * change)
    _row(
        frames, len(frames),
        f"Image {int(image)}, and on the right the same with more and more of the way from the mean of "
        f"{names[less]} to that of {names[more]} added, up to 1.5 times.",
    )  # fmt: skip


def _row(images: Array, columns: int, caption: str) -> None:
    """Images in rows, no wider than the page."""
    with st.container(width=min(_TILE * columns, _WIDEST)):
        st.image(montage(images, columns=columns), width="stretch")
    st.caption(caption)
