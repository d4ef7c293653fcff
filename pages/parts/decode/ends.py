"""The two ends of a morph: typed, clicked among typical images, or any two."""

from __future__ import annotations

import random
from functools import partial

import numpy as np
import streamlit as st

from core.data.present import is_local
from core.latents.arrays import Undefined
from core.latents.reading import groups_to_read
from core.runs.run import Run
from core.setting.setting import dataset_info
from pages.parts.shared import address, run_data
from pages.parts.shared.image_data import Array
from pages.parts.shared.space import held_out
from pages.parts.shared.wall import Picking, Section, Strip, wall

TYPICAL, ODD = 2, 1  # images of each group to choose from
_KEYS = ("from_image", "to_image")


def ends(run: Run, most: int) -> tuple[int, int]:
    """Draw the controls; the numbers of two held-out images."""
    first, other = _two_classes(run)
    start_key = address.number(_KEYS[0], 0, most, min(first, most))
    end_key = address.number(_KEYS[1], 0, most, min(other, most))
    start = st.number_input("From image", 0, most, key=start_key, width=130)
    end = st.number_input("To image", 0, most, key=end_key, width=130)

    def any_two() -> None:
        for key in _KEYS:
            st.session_state[key] = random.randint(0, most)

    st.button("Any two", icon=":material/casino:", on_click=any_two, key="any_two")
    return int(start), int(end)


def ends_to_click(run: Run, chosen: tuple[int, int], most: int) -> None:
    """Draw images of each class or cluster; a click makes one an end.

    Args:
        run: whose images.
        chosen: numbers of the two ends.
        most: largest number that all Runs of the page have.
    """
    if not is_local(run.setting.dataset):
        return  # the numbers alone are left
    part = st.expander("Pick the ends by a click", icon=":material/touch_app:", on_change="rerun",
                       key=address.flag("pick_ends"))  # fmt: skip
    if not part.open:
        return
    with part:
        try:
            strip = _strip(run, most)
        except Undefined as reason:
            st.info(f"Typical images are {reason}.")
            return
        if not len(strip.rows):
            st.info("There are no groups here to choose typical images from.")
            return
        for key, heading, row in zip(_KEYS, ("From", "To"), chosen, strict=True):
            picking = Picking(f"morph {heading.lower()} it", partial(_take, key), row)
            wall(held_out(run), [Section(heading, "", (strip,), wide=True)], picking, f"{key}_wall")


def _take(key: str, row: int | None) -> None:
    """Take over a click, in a callback."""
    if row is not None:
        st.session_state[key] = row


def _strip(run: Run, most: int) -> Strip:
    """Typical images of each group, and an odd one."""
    labels = run.arrays.get("labels")
    rows, names = _typical(run_data.run_key(run), run.arrays["latents"], _groups(run))
    known = rows <= most
    rows, names = rows[known], names[known]
    if labels is None:
        notes = tuple(f"of cluster {name}" for name in names)
    else:
        classes = dataset_info(run.setting.dataset).class_names
        notes = tuple(f"labelled {classes[name]}" for name in names)
    return Strip("", rows, np.zeros(len(rows)), notes)


@st.cache_resource(max_entries=32, show_spinner="Looking for typical images …")
def _typical(key: str, _latents: Array, _groups: Array) -> tuple[Array, Array]:
    found = groups_to_read(_latents, _groups, TYPICAL)
    rows = [np.r_[g.typical.rows, g.outliers.rows[:ODD]] for g in found]
    names = [np.full(len(some), g.id) for some, g in zip(rows, found, strict=True)]
    empty = np.zeros(0, np.int64)
    return np.concatenate([empty, *rows]), np.concatenate([empty, *names])


def _groups(run: Run) -> Array:
    return run.arrays.get("labels", run.arrays["clusters"])


def _two_classes(run: Run) -> tuple[int, int]:
    """The first image of the first class, and of the last."""
    groups = _groups(run)
    return int(np.argmin(groups)), int(np.argmax(groups))
