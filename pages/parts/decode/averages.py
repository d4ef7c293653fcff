"""Centres and medoids of classes and clusters, decoded; and what one class has more than another."""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.image_files import film_strip, npz
from core.figures.images import montage
from core.latents.typical import Centres
from core.runs.run import Run
from core.setting.names import title
from core.setting.setting import dataset_info
from pages.parts.decode.exports import File, save_row
from pages.parts.shared import address, image_data, run_data

STEPS = np.linspace(0, 1.5, 7)  # shares of a difference that are added
GROUPS = {"class": "Classes", "cluster": "Clusters"}


def averages(runs: list[Run], controls: DeltaGenerator) -> None:
    """For each Run: its groups' middles, and a difference of two added to an image."""
    st.markdown(
        "**The middle of a group, decoded, shows whether the group is one shape.** A blurred one mixes "
        "several; a middle in a gap shows no digit at all."
    )
    with controls:
        labelled = all("labels" in run.arrays for run in runs)
        options = list(GROUPS) if labelled else ["cluster"]
        by = st.segmented_control(
            "Groups", options, format_func=GROUPS.__getitem__, required=True, width="content",
            key=address.choice("groups", options, options[0], GROUPS.__getitem__),
        )  # fmt: skip
    for column, run in zip(st.columns(len(runs), gap="medium"), runs, strict=True):
        with column:
            _of_run(run, by or options[0])


def _of_run(run: Run, by: str) -> None:
    st.subheader(title(run.setting), anchor=False)
    groups = run.arrays["labels" if by == "class" else "clusters"]
    which = "labels" if by == "class" else run_data.clusters_key(run.clustering)
    found = image_data.middles(
        f"{run_data.run_key(run)}/heldout", which, run.arrays["latents"], groups
    )
    if not len(found.groups):
        st.info("There are no clusters here, so there are no middles.")
        return
    names = _names(run, found, by)
    _middles(run, found, names)
    if len(found.groups) > 1:
        _difference(run, found, names)


def _names(run: Run, found: Centres, by: str) -> list[str]:
    info = dataset_info(run.setting.dataset)
    if by == "class":
        return [info.class_names[group] for group in found.groups]
    matches = run_data.cluster_matches(run, run.clustering) or {}
    return [
        f"{group} ({info.class_names[matches[group]]})" if group in matches else str(group)
        for group in found.groups.tolist()
    ]


def _middles(run: Run, found: Centres, names: list[str]) -> None:
    """Above the mean latents, decoded; below the medoids: images that are in the middle."""
    means = image_data.of_run(run, "decode", found.means)
    key, places = run_data.run_key(run), tuple(("held-out", int(row)) for row in found.medoids)
    medoids, _ = image_data.pairs(key, run, places)
    both = np.concatenate([means, medoids])
    st.image(
        montage(both, columns=len(means)), width=min(72 * len(means), 720),
        caption=f"Above: the mean latent of each group, decoded. Below: its medoid, a real image. "
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
    """A difference of two centres added to an image, step by step."""
    most = len(run.arrays["latents"]) - 1
    key = f"_{run.setting.hash[:6]}"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        last = len(names) - 1
        less = st.selectbox("From the centre of", range(last + 1), width=190,
                            format_func=names.__getitem__,
                            key=address.choice(f"less{key}", range(last + 1), 0))  # fmt: skip
        more = st.selectbox("to that of", range(last + 1), width=190,
                            format_func=names.__getitem__,
                            key=address.choice(f"more{key}", range(last + 1), last))  # fmt: skip
        added = address.number(f"added{key}", 0, most, int(found.medoids[0]))
        image = st.number_input("added to image", 0, most, width=150, key=added)
    change = found.means[more] - found.means[less]
    start = run.arrays["latents"][int(image)]
    frames = image_data.of_run(run, "decode", start + STEPS[:, None] * change)
    st.image(
        montage(frames, columns=len(frames)), width=min(72 * len(frames), 720),
        caption=f"Image {int(image)}, with 0 to 1.5 times the way from the centre of {names[less]} "
        f"to that of {names[more]} added.",
    )  # fmt: skip
