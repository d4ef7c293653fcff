"""What there is to see of an untrained Setting: its scores in the studies, images, similar Runs."""

from __future__ import annotations

import streamlit as st

from core.compare.words import score_text
from core.figures.images import montage
from core.latents.projection import ProjectionError
from core.metrics.catalogue import METRICS
from core.metrics.in_words import structure
from core.runs.run import Run
from core.setting.amounts import counted
from core.setting.names import images_name, title
from core.setting.setting import Setting
from pages.parts.explore.widgets import seed_widgets
from pages.parts.shared import image_data, index_data, run_data

NEAREST = 4
IMAGES = 16
_SCORES = ("silhouette_labels", "silhouette_clusters", "acc", "reconstruction_mse")


def known_scores(setting: Setting) -> None:
    """What studies measured of this Setting, with any seed."""
    known = index_data.known(setting)
    if known is None:
        st.caption("No study of this repository has measured this setting.")
        return
    studies = ", ".join(known.studies) or "a run with another seed"
    st.markdown(f"**Its scores are known**, from {studies} ({counted(known.seeds, 'seed')}):")
    shown = [name for name in _SCORES if name in known.scores]
    for column, name in zip(st.columns(len(shown)), shown, strict=True):
        value = known.scores[name]
        column.metric(
            METRICS[name].label, score_text(name, value), help=METRICS[name].help, border=True
        )
        if name.startswith("silhouette"):
            column.caption(structure(value))


def example_images(setting: Setting) -> None:
    """Sixteen images of the Setting, of each class about as many, where they are here."""
    pictures = image_data.examples(setting, IMAGES)
    if pictures is not None:
        says = f"{images_name(setting)}: {len(pictures)} held-out images"
        st.image(montage(pictures, columns=4), width=260, caption=says, alt=says)


def nearest_runs(setting: Setting) -> None:
    """Small pictures of the stored Runs that are most like this Setting; each opens with a click."""
    near = index_data.nearest(setting, NEAREST)
    if not near:
        return
    st.markdown("## The most similar runs that are here")
    with st.container(horizontal=True, gap="small"):
        for other in near:
            if (run := run_data.run_named(other.name)) is not None:
                _card(run)


def _card(run: Run) -> None:
    with st.container(width=220, border=True, gap="small"):
        try:
            st.image(image_data.thumbnail(run_data.run_key(run), lambda: run), width="stretch",
                     alt=f"Latent space of {title(run.setting)}")  # fmt: skip
        except ProjectionError as error:
            st.caption(str(error))
        value = run.evaluation.values.get("silhouette_labels")
        st.caption(f"{title(run.setting)}  \nSilhouette {score_text('silhouette_labels', value)}")
        st.button("Open", on_click=seed_widgets, args=(run.setting,), key=f"near_{run.name}",
                  width="stretch")  # fmt: skip
