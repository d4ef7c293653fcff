"""Which classes neighbours mistake for which, and the images of each cell."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.figures.cells import with_cells
from core.figures.clusters import confusion
from core.figures.images import montage
from core.latents.shown import HELD_OUT
from core.metrics.neighbour_classifier import Asked, predictions
from core.metrics.neighbour_classifier import confusion as counted_cells
from core.runs.run import Run
from core.setting.amounts import counted
from core.setting.names import title
from core.setting.setting import dataset_info
from pages.parts.classify import evidence
from pages.parts.classify.gallery import Tile, tiles
from pages.parts.shared import address, charts, image_data
from pages.parts.shared.wording import plain

SHOWN = 60  # images of a cell
_CHART = "classify_confusions"
_TRUTH, _SAID = "truth", "said"


def confusions(run: Run) -> None:
    """The finding, the table as a chart, the images of the open cell."""
    found = evidence.asked(run)
    finding = st.container()
    k = evidence.chosen_k(run)
    counts = counted_cells(found, k)
    names = dataset_info(run.setting.dataset).class_names
    named = [names[c] for c in found.classes]
    finding.markdown(f"**{_sentence(counts, named)}**")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        figure = with_cells(confusion(counts, named, named, "what the neighbours say"))
        charts.chart(
            figure, _CHART, f"Confusions: {title(run.setting)}",
            on_select=partial(_open, found), selection_mode="points",
            alt=f"Held-out images by their label (down) and what {k} neighbours say (across)",
        )  # fmt: skip
        st.caption("Click a cell to see its images, or choose it at the right.")
    with right:
        _cell(run, found, k, counts)


def _sentence(counts: np.ndarray, named: list[str]) -> str:
    """The most frequent confusion."""
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    total, of = int(wrong.sum()), int(counts.sum())
    if not total:
        return f"All {of:,} held-out images are named right."
    row, column = np.unravel_index(wrong.argmax(), wrong.shape)
    worst = int(wrong[row, column])
    return (
        f"{total:,} of {of:,} held-out images are named wrong, most often "
        f"{plain(named[row])} as {plain(named[column])}: {worst:,} times."
    )


def _open(found: Asked) -> None:
    """Open the cell that the chart reports; it is a visitor's input."""
    points = st.session_state[_CHART]["selection"]["points"]
    cell = points[-1].get("customdata") if points else None
    if not isinstance(cell, list) or len(cell) < 2:
        return
    classes = [int(c) for c in found.classes]
    for key, place in zip((_TRUTH, _SAID), cell[:2], strict=True):
        if isinstance(place, int | float) and 0 <= place < len(classes):
            st.session_state[key] = classes[int(place)]


def _cell(run: Run, found: Asked, k: int, counts: np.ndarray) -> None:
    """Choose a cell, by keys too, and show its images."""
    classes = [int(c) for c in found.classes]
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    row, column = (int(i) for i in np.unravel_index(wrong.argmax(), wrong.shape))
    names = dataset_info(run.setting.dataset).class_names
    chosen = []
    with st.container(horizontal=True):
        for key, label, usual in (
            (_TRUTH, "Label", classes[row]),
            (_SAID, "What the neighbours say", classes[column]),
        ):
            key = address.choice(key, classes, usual, names.__getitem__)
            chosen.append(st.selectbox(label, classes, format_func=names.__getitem__, key=key))
    truth, said = chosen
    rows = np.flatnonzero((found.truth == truth) & (predictions(found, k) == said))
    images = counted(len(rows), "held-out image")
    st.markdown(f"**{images} of {plain(names[truth])} named {plain(names[said])}**")
    if not len(rows):
        return
    some = rows[:SHOWN]
    pictures = image_data.originals(run, HELD_OUT, some)
    if len(some) > 12:
        st.image(montage(pictures, 12), width="stretch",
                 caption=f"the first {len(some)}" if len(some) < len(rows) else "all of them",
                 alt=f"{len(some)} images of {names[truth]} named {names[said]}")  # fmt: skip
        return
    tiles([Tile(p, str(r), f"Held-out image {r}") for p, r in zip(pictures, some, strict=True)],
          64, "cell_images")  # fmt: skip
