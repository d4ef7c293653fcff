"""The worst mistakes: images whose neighbours all agree on another class."""

from __future__ import annotations

import streamlit as st

from core.latents.shown import HELD_OUT, TRAINING
from core.metrics.neighbour_classifier import Mistake, predictions, worst_mistakes
from core.runs.run import Run
from core.setting.setting import dataset_info
from pages.parts.classify import evidence
from pages.parts.classify.gallery import Array, Tile, tiles
from pages.parts.shared import image_data, run_data
from pages.parts.shared.wording import plain

SHOWN = 12
MISLEADING = 5


def mistakes(run: Run) -> None:
    """The finding, and the mistakes in two columns."""
    found = evidence.asked(run)
    finding = st.container()
    k = evidence.chosen_k(run)
    worst = worst_mistakes(found, k, SHOWN)
    total, of = int((predictions(found, k) != found.truth).sum()), len(found.truth)
    if not worst:
        finding.markdown(f"**All {of:,} held-out images are named right.**")
        return
    finding.markdown(
        f"**{total:,} of {of:,} held-out images are named wrong. The worst one is labelled "
        f"{_name(run, worst[0].truth)}, and {round(worst[0].share * k)} of its {k} neighbours say "
        f"{_name(run, worst[0].predicted)}.**"
    )
    st.caption("Each image, its reconstruction, and the training images that misled.")
    places = tuple((HELD_OUT, one.row) for one in worst)
    images, decoded = image_data.pairs(run_data.run_key(run), run, places)
    for first in range(0, len(worst), 2):
        for column, i in zip(st.columns(2), range(first, min(first + 2, len(worst))), strict=False):
            with column.container(border=True):
                _mistake(run, worst[i], k, (images[i], decoded[i]))
    st.download_button(
        "Predictions (CSV)", lambda: evidence.predictions_csv(run, k),
        f"{run.name}-predictions.csv", "text/csv", on_click="ignore", key="mistakes_csv",
    )  # fmt: skip


def _mistake(run: Run, one: Mistake, k: int, pair: tuple[Array, Array]) -> None:
    truth, said = _name(run, one.truth), _name(run, one.predicted)
    count = round(one.share * k)
    st.markdown(f"**{truth}**, named **{said}** by {count} of {k} · held-out image {one.row}")
    names = dataset_info(run.setting.dataset).class_names
    some = one.misleading[:MISLEADING]
    shown = [
        Tile(pair[0], "image", f"Held-out image {one.row}, labelled {names[one.truth]}"),
        Tile(pair[1], "decoded", "Its reconstruction"),
    ]
    labels = image_data.split_labels(run.setting, TRAINING)
    for picture, row in zip(image_data.originals(run, TRAINING, some), some, strict=True):
        label = "" if labels is None else names[int(labels[row])]
        shown.append(Tile(picture, plain(label), f"Training image {int(row)}, labelled {label}"))
    tiles(shown, 60, f"mistake_{one.row}")


def _name(run: Run, label: int) -> str:
    return plain(dataset_info(run.setting.dataset).class_names[label])
