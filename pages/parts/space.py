"""A Run's latent space on the page, and what the visitor picked in it."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy.typing as npt
import streamlit as st

from core.arrays import Undefined
from core.checkpoints import Run
from core.config import REGULARIZERS, dataset_info
from core.methods import Clustering
from core.projection import Points, Projection
from core.replay import Replay
from pages.parts import loaders, projecting
from pages.parts.latent_view import (
    Events,
    Field,
    Pieces,
    View,
    cluster_field,
    digit_field,
    error_field,
    latent_pieces,
    latent_view,
    silhouette_field,
)

PROJECTIONS = {"umap": "UMAP", "pca": "PCA", "umap-learn": "UMAP (umap-learn)"}
COLOURS = {
    "digit": "Digit",
    "cluster": "Cluster",
    "silhouette": "Silhouette",
    "reconstruction": "Error",
}
NEIGHBOURS = 10


def title(run: Run) -> str:
    """What was trained, in a line."""
    setting = run.setting
    terms = " + ".join(REGULARIZERS[t.name].label for t in setting.regularizer)
    return (
        f"{dataset_info(setting.dataset).label} · {setting.latent_dim}-D latent space · "
        f"{terms or 'no regularizer'}"
    )


def images_of(run: Run) -> str:
    """Names the held-out images: equal for Runs whose points stand for the same images."""
    s = run.setting
    return f"{s.dataset}-{','.join(map(str, s.digits))}-{s.holdout}"


def space(
    run: Run, found: Clustering, colour: str, projection: Projection, *, key: str, link: str = ""
) -> Events:
    """Draw the latent space of a Run at the place `key`; what the visitor pinned and selected."""
    run_key = loaders.run_key(run)
    shown, projection = projecting.points(run_key, run, projection)
    dims = run.setting.latent_dim
    fields = _fields(run, found)
    if colour == "silhouette":
        try:
            fields["silhouette"] = silhouette_field(_silhouette(run, run_key, found))
        except Undefined as reason:
            st.info(f"The silhouette is {reason}. Coloured by cluster instead.")
            colour = "cluster"
    what = "as it is"
    if projection.method != "none":
        what = f"in a {PROJECTIONS[projection.method]} projection ({shown.note})"
    n = len(shown.points)
    events = latent_view(
        View(
            shown.points,
            shown.axes,
            fields,
            colour,
            rows=images_of(run),
            of=run_key,
            alt=f"{title(run)}, {what}: {n:,} held-out images, coloured by "
            f"{COLOURS[colour].lower()}. Arrow keys walk from neighbour to neighbour.",
            equal=projection.method == "none",
            replay=_replay(run, run_key, shown, projection),
            errors=_errors(run),
            link=link,
        ),
        key,
    )
    scores = "" if projection.method == "none" else (
        f" Scores, clusters and neighbours are of the {dims}-D latent space, not of the picture."
    )  # fmt: skip
    st.caption(
        f"All {n:,} held-out images, latent space {what}.{scores} Drag to turn, scroll to zoom, "
        "point at an image to see it, click to keep it."
    )
    return events


def pieces(run: Run, found: Clustering, *, key: str) -> None:
    """Images, neighbours and silhouettes for the cards: after everything else, they take a moment."""
    run_key = loaders.run_key(run)
    fields = {}
    with contextlib.suppress(Undefined):
        fields["silhouette"] = silhouette_field(_silhouette(run, run_key, found))
    near = None
    with contextlib.suppress(Undefined):
        near = loaders.neighbours(run_key, run, NEIGHBOURS).indices
    sheets = loaders.sheets(run_key, run)
    latent_pieces(Pieces(run_key, sheets, run.setting.image_size, near, fields), key)


def _fields(run: Run, found: Clustering) -> dict[str, Field]:
    """What is stored with the Run; the rest follows with the pieces."""
    names = dataset_info(run.setting.dataset).class_names
    labels = run.arrays.get("labels")
    fields = {} if labels is None else {"digit": digit_field(labels, names)}
    fields["cluster"] = cluster_field(found.labels)
    fields["reconstruction"] = error_field(run.arrays["errors"])
    return fields


def _silhouette(run: Run, key: str, found: Clustering) -> npt.NDArray[Any]:
    """By digit where there are labels, else by found cluster. Raises Undefined."""
    if (labels := run.arrays.get("labels")) is not None:
        return loaders.silhouette(key, run, labels, "labels")
    return loaders.silhouette(key, run, found.labels, f"{found.method}-{found.n_clusters}")


def _errors(run: Run) -> dict[int, float]:
    """Held-out squared error after each epoch, by optimizer steps (how many, the replay knows)."""
    replay = loaders.replay(loaders.run_key(run), run)
    if replay is None:
        return {}
    per_epoch = int(replay.steps[-1]) // run.setting.epochs
    return {r["epoch"] * per_epoch: r["heldout"]["reconstruction"] for r in run.history}


def _replay(run: Run, key: str, shown: Points, projection: Projection) -> Replay | None:
    """The training in the axes that are drawn; UMAP has none, as its places mean nothing elsewhere."""
    if projection.takes_a_while or (replay := loaders.replay(key, run)) is None:
        return None
    return replay if run.setting.latent_dim <= 3 else replay.onto(shown.points)
