"""The Embeddings page: what is looked at, what was found, its picture, its scores."""

from __future__ import annotations

import streamlit as st

from core.latents.clustering_methods import CLUSTERING_METHODS
from core.runs.embedding import NOT_TRAINED, Embedding
from pages.parts.embeddings.beside import both_scores, choose_run, draw_run, remember
from pages.parts.embeddings.details import details, picked_points
from pages.parts.embeddings.source import chosen
from pages.parts.embeddings.view import Shown, colour_control, draw, evaluated, send_cards
from pages.parts.explore.scores import points_panel
from pages.parts.explore.view_controls import (
    MOST_CLUSTERS,
    clustering_controls,
    projection_controls,
)
from pages.parts.shared.wording import plain, warn


def show() -> None:
    """Draw the page."""
    heading = st.empty()
    embedding = chosen()
    heading.title(f"{plain(embedding.title)} · {NOT_TRAINED}", anchor=False)
    for remark in embedding.remarks:
        st.info(plain(remark), icon=":material/info:")
    _show(embedding)


def _show(embedding: Embedding) -> None:
    n, d = embedding.latents.shape
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        colour = colour_control(embedding)
        if d > 3:
            with st.popover("Projection", icon=":material/scatter_plot:", width="content"):
                projection = projection_controls(d)
        else:
            projection = projection_controls(d)
        most = min(max(MOST_CLUSTERS, embedding.usual_clusters), len(embedding.scored))
        method, k = clustering_controls(embedding.usual_clusters, most)
        run = choose_run()
    with st.spinner(f"Finding clusters ({CLUSTERING_METHODS[method].label}) and scoring …"):
        found, scores = evaluated(embedding.key, embedding, method, k)
    remember(embedding, scores)
    shown = Shown(embedding, found, embedding.shown(found))
    left, right = st.columns(2 if run else [3, 2], gap="medium")
    with left:
        picked = draw(shown, colour, projection)
    with right:
        if run is None:
            warn(scores, trained=False)
            points_panel(scores, n)
        else:
            draw_run(run)
    if run is not None:
        warn(scores, trained=False)
        both_scores(embedding, (found, scores), run)
    picked_points(shown, picked)
    details(shown, scores)
    send_cards(shown)
