"""What neighbours say at each place of a flat latent space."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.figures.labelled import decision_map
from core.metrics.neighbour_classifier import predictions
from core.runs.run import Run
from core.setting.amounts import percent
from core.setting.names import title
from core.setting.setting import dataset_info
from pages.parts.classify import evidence
from pages.parts.shared import charts, run_data
from pages.parts.shared.wording import plain


def regions(run: Run) -> None:
    """The finding and the map."""
    finding = st.container()
    k = evidence.chosen_k(run)
    found = evidence.regions_of(run_data.run_key(run), run, k)
    names = dataset_info(run.setting.dataset).class_names
    classes, counts = np.unique(found.classes, return_counts=True)
    asked = evidence.asked(run)
    right = float((predictions(asked, k) == asked.truth).mean())
    share = float(counts.max() / counts.sum())
    every = [int(c) for c in asked.classes]
    largest = int(classes[counts.argmax()])
    finding.markdown(
        f"**{plain(names[largest])} has the largest region, {percent(share, 0)} of the map. {k} "
        f"{'neighbour names' if k == 1 else 'neighbours name'} {percent(right)} of held-out images "
        "right.**"
    )
    charts.chart(
        decision_map(found, every, names, (run.arrays["latents"], asked.truth)),
        "classify_regions",
        f"Decision regions: {title(run.setting)}",
        alt=f"What {k} neighbours say at each place of the latent space",
    )  # fmt: skip
    st.caption(
        "Areas: the class of each place by its neighbours among the training images. Points: held-out "
        "images by their label. Drag and scroll to see the rest of the map."
    )
