"""A UMAP that is not there yet: PCA meanwhile, how far it is, and a way to cancel it."""

from __future__ import annotations

import streamlit as st

from core.jobs.projections import ProjectionJob
from core.jobs.queue import QueueFull
from core.latents.projection import Points, Projection
from core.latents.shown import ShownImages
from core.runs.embedding import Embedding
from core.runs.projections import stored_projection
from core.runs.run import Run
from core.setting.amounts import counted
from pages.parts.shared import image_data, run_data, services, visitor
from pages.parts.shared.sentences import fragment

MOST_POINTS = 20_000  # of a UMAP


def points(
    key: str, run: Run | Embedding, shown: ShownImages, projection: Projection, *, view: str
) -> tuple[Points, Projection]:
    """Points to draw and the projection that gave them: PCA as long as UMAP's are not there.

    UMAP is of held-out images alone: of 60,000 it takes a minute of both cores. With training images
    among them, and of more than `MOST_POINTS` from elsewhere, PCA is what is drawn.

    Args:
        key: names the Run.
        run: whose latents, a Run's or an Embedding's.
        shown: which images.
        projection: what is asked for.
        view: the place of the view that asks; two on a page may wait for the same UMAP.
    """
    latents = shown.latents
    key = image_data.shown_key(key, shown)
    if projection.takes_a_while and shown.has_training:
        st.info("UMAP is made of the held-out images alone: with the training images it could take "
                "minutes. PCA of all the images drawn is shown instead.",
                icon=":material/info:")  # fmt: skip
        projection = Projection("pca", projection.dims)
    if projection.takes_a_while and len(shown) > MOST_POINTS:
        st.info(f"UMAP of more than {MOST_POINTS:,} points could take minutes: PCA is shown instead.",
                icon=":material/info:")  # fmt: skip
        projection = Projection("pca", projection.dims)
    if not projection.takes_a_while:
        return run_data.projected(key, latents, projection, projection.key), projection
    job = services.projections().find(run, projection)
    # What is in memory first: a job's result is there even where the disk is full.
    if job is not None and job.state == "done":
        ready = job.points
    else:  # nothing of an Embedding is stored
        ready = stored_projection(run, projection) if isinstance(run, Run) else None
    if ready is not None:
        return ready, projection
    if job is None:
        _submit(run, projection)
        job = services.projections().find(run, projection)
    if job is not None and job.active:
        _live(run, projection, view)
    else:
        _ended(run, projection, job, view)
    meanwhile = Projection("pca", projection.dims)
    return run_data.projected(key, latents, meanwhile, meanwhile.key), meanwhile


def _submit(run: Run | Embedding, projection: Projection) -> None:
    try:
        services.projections().submit(run, projection, visitor.token())
    except QueueFull as full:
        st.session_state["projection_problem"] = str(full)


@fragment(run_every=0.5)
def _live(run: Run | Embedding, projection: Projection, view: str) -> None:
    """Stage and progress, redrawn twice a second; the computing goes on when nobody looks."""
    job = services.projections().find(run, projection)
    if job is None or not job.active:
        st.rerun()
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(min(job.fraction, 1.0), text=f"UMAP: {_stage(job)} … PCA is shown meanwhile.")
    with button:
        visitor.cancel_button(job, f"cancel_projection_{view}")


def _stage(job: ProjectionJob) -> str:
    if job.state != "waiting":
        return job.stage
    active = services.projections().active()
    ahead = active.index(job) if job in active else 0
    return f"waiting for {counted(ahead, 'projection')} before it"


def _ended(
    run: Run | Embedding, projection: Projection, job: ProjectionJob | None, view: str
) -> None:
    if problem := st.session_state.pop("projection_problem", ""):
        st.warning(problem, icon=":material/hourglass:")
    elif job is not None and job.state == "failed":
        st.error(f"{job.error} PCA is shown instead.", icon=":material/error:")
    else:
        st.info("UMAP was cancelled; PCA is shown instead.", icon=":material/cancel:")
    st.button("Compute UMAP", icon=":material/play_arrow:", on_click=_submit,
              args=(run, projection), key=f"compute_projection_{view}")  # fmt: skip
