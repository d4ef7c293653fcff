"""The score for comparing latent spaces, on request: it takes a second or two for each."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from core.latents.arrays import Undefined
from core.metrics.across_spaces import ACROSS
from core.runs.run import Run
from pages.parts.shared import address, run_data

Array = np.ndarray[Any, Any]


def switch() -> bool:
    """Draw the switch; whether the score is wanted."""
    return st.toggle(
        ACROSS.label, key=address.flag("in_umap"),
        help=f"{ACROSS.help} It takes a second or two for each space. Source: {ACROSS.source}.",
    )  # fmt: skip


def of_run(run: Run) -> float | None:
    """Of the clusters that are stored with a Run; None: undefined."""
    return value(run_data.run_key(run), run.arrays["latents"], run.clustering.labels)


@st.cache_resource(max_entries=64, show_spinner="Laying out a UMAP …")
def value(key: str, _latents: Array, _clusters: Array) -> float | None:
    """Of any points (n, d) and their clusters (n,), which the key names; None: undefined."""
    from core.metrics.across_spaces import clusters_in_umap

    try:
        return clusters_in_umap(_latents, _clusters)
    except Undefined:
        return None
