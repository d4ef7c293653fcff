"""What a Run makes of a visitor's picture, in words and pictures."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.figures.style import class_shades
from core.latents.shown import TRAINING
from core.runs.answers import Answer
from core.runs.run import Run
from core.setting.amounts import counted
from core.setting.setting import dataset_info
from pages.parts.classify.gallery import Tile, tiles
from pages.parts.shared import image_data, run_data
from pages.parts.shared.wording import plain

SHOWN = 12  # neighbours that are shown
_MOST_BARS = 4


def show_answer(run: Run, answer: Answer) -> None:
    """The finding, the images, the votes, the neighbours."""
    names = dataset_info(run.setting.dataset).class_names
    st.markdown(f"#### {_finding(answer, names)}")
    _where(run, answer, names)
    pair = [
        Tile(answer.image, "prepared", "Your picture as the network gets it"),
        Tile(answer.reconstruction, "decoded", "What the network makes of it"),
    ]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        with st.container(width=190):
            tiles(pair, 84, "own_pair")
        if answer.votes:
            with st.container(width="stretch"):
                st.html(_bars(answer, names))
    _neighbours(run, answer, names)


def _finding(answer: Answer, names: tuple[str, ...]) -> str:
    k = len(answer.rows)
    if answer.predicted is None:
        return f"Its {counted(k, 'nearest neighbour')}"
    share = round(answer.votes[answer.predicted] * k)
    name = plain(names[answer.predicted])
    if k == 1:
        return f"{name}, says its nearest neighbour"
    return f"{name}, say {share} of {k} neighbours"


def _where(run: Run, answer: Answer, names: tuple[str, ...]) -> None:
    """Whether data is there, and in which found cluster it lies."""
    cluster = "in no cluster" if answer.cluster < 0 else f"in cluster {answer.cluster}"
    matches = run_data.cluster_matches(run, run.clustering) or {}
    if answer.cluster in matches:
        cluster += f", which stands for {plain(names[matches[answer.cluster]])}"
    sentence = plain(f"{answer.sentence} Its nearest held-out image is {cluster}.")
    if answer.is_usual:
        st.markdown(sentence)
    else:
        st.markdown(f":material/warning: {sentence}")


def _bars(answer: Answer, names: tuple[str, ...]) -> str:
    """Shares of the votes, the greatest ones first."""
    rows = []
    for label, share in list(answer.votes.items())[:_MOST_BARS]:
        shades = class_shades(label)
        colour = shades.dark if st.context.theme.type == "dark" else shades.light
        rows.append(
            '<div style="display:flex;gap:0.5rem;align-items:center;line-height:1.7">'
            f'<span style="min-width:1.2rem">{escape(names[label])}</span>'
            '<span style="flex:1;height:0.8rem;border-radius:3px;background:rgba(128,128,128,0.2)">'
            f'<span style="display:block;height:100%;border-radius:3px;width:{100 * share:.0f}%;'
            f'background:{colour}"></span></span><span>{100 * share:.0f}&nbsp;%</span></div>'
        )
    more = len(answer.votes) - _MOST_BARS
    if more > 0:
        rows.append(f"<div>and {more} more</div>")
    return f'<div style="font-size:0.875rem">{"".join(rows)}</div>'


def _neighbours(run: Run, answer: Answer, names: tuple[str, ...]) -> None:
    some = answer.rows[:SHOWN]
    images = image_data.originals(run, TRAINING, some)
    found = []
    for i, (image, distance) in enumerate(zip(images, answer.distances, strict=False)):
        label = "" if answer.labels is None else names[int(answer.labels[i])]
        says = f", labelled {label}" if label else ""
        found.append(
            Tile(
                image,
                plain(f"{label} · {distance:.2g}" if label else f"{distance:.2g}"),
                f"Training image {int(some[i])}, at distance {distance:.2g}{says}",
            )
        )
    which = "The" if len(answer.rows) <= SHOWN else f"The {SHOWN} nearest of the"
    st.caption(
        f"{which} neighbours among the training images"
        f"{', their labels' if answer.labels is not None else ''} and distances"
    )
    tiles(found, 52, "own_neighbours")
