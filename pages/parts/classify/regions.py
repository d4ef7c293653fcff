"""What neighbours say at each place of a flat latent space."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.figures.labelled import decision_map
from core.runs.run import Run
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
    largest = int(classes[counts.argmax()])
    finding.markdown(
        f"**{plain(names[largest])} has the largest region: "
        f"{counts.max() / counts.sum():.0%} of the map, most of it where no data is.**"
        if counts.max() < counts.sum()
        else f"**The whole map is {plain(names[largest])}.**"
    )
    every = [int(c) for c in np.unique(evidence.asked(run).classes)]
    charts.chart(
        decision_map(found, every, names), "classify_regions",
        f"Decision regions: {title(run.setting)}",
        alt=f"What {k} neighbours say at each place of the latent space",
    )  # fmt: skip
    st.caption("The class of each place by its neighbours among the training images.")
