"""A Run's main scores as tiles, and which images and clusters they are of."""

from __future__ import annotations

import streamlit as st

from core.latents.clustering_methods import CLUSTERING_METHODS
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import Evaluation
from pages.parts.shared.wording import MAIN_SCORES, score_text


def tiles(scores: Evaluation) -> None:
    """Draw a tile for each main score that there is."""
    shown = [name for name in MAIN_SCORES if name in scores.values]
    for first in range(0, len(shown), 2):
        for column, name in zip(st.columns(2), shown[first : first + 2], strict=False):
            with column:
                _tile(name, scores)
    extra = f", {scores.noise} left out as noise" if scores.noise else ""
    st.caption(
        f"On {scores.n:,} held-out images; {scores.n_clusters} clusters found "
        f"{CLUSTERING_METHODS[scores.method].where}{extra}. "
        "Labels serve the scores alone, never training."
    )


def _tile(name: str, scores: Evaluation) -> None:
    value, info = scores.values[name], METRICS[name]
    delta, text = None, info.help
    pixels = scores.values.get("knn_accuracy_pixels")
    if name == "knn_accuracy" and value is not None and pixels is not None:
        delta = f"{value - pixels:+.3f} vs pixels"
        text += f" The images' own pixels give {pixels:.3f}."
    if value is None:
        text += f" Here it is {scores.undefined[name]}."
    st.metric(info.label, score_text(value), delta, help=text, border=True, height="stretch")
