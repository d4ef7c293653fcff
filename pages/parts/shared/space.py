"""A Run's latent space on the page, and what the visitor picked in it."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy.typing as npt
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.sprites import PER_SHEET
from core.latents.arrays import Undefined
from core.latents.clustering_methods import CLUSTERING_METHODS, IN_LATENT_SPACE, Clustering
from core.latents.projection import Points, Projection
from core.latents.shown import CHOICES, HELD_OUT, ShownImages
from core.runs.run import Run
from core.setting.setting import REGULARIZERS, Setting, dataset_info
from core.training.replay import Replay
from pages.parts.latent_view.component import latent_pieces, latent_view
from pages.parts.latent_view.fields import (
    Field,
    cluster_field,
    digit_field,
    error_field,
    silhouette_field,
)
from pages.parts.latent_view.records import Picked, Pieces, View
from pages.parts.shared import image_data, projecting, run_data
from pages.parts.shared.wording import images_in

PROJECTIONS = {"umap": "UMAP", "pca": "PCA", "umap-learn": "UMAP (umap-learn)"}
COLOURS = {
    "digit": "Digit",
    "cluster": "Cluster",
    "silhouette": "Silhouette",
    "reconstruction": "Error",
}
NEIGHBOURS = 10
CHOICE_LABELS = dict(zip(CHOICES, ("Held-out", "Training", "Both"), strict=True))
# fields of Setting that say which images are held out
IMAGES = ("dataset", "digits", "holdout")


def title(run: Run) -> str:
    """What was trained, in a line."""
    setting = run.setting
    terms = " + ".join(REGULARIZERS[t.name].label for t in setting.regularizer)
    return (
        f"{dataset_info(setting.dataset).label} · {setting.latent_dim}-D latent space · "
        f"{terms or 'no regularizer'}"
    )


def images_of(s: Setting) -> str:
    """Names the held-out images: equal for Settings whose points stand for the same images."""
    text = s.to_text()
    return "-".join(str(text[name]) for name in IMAGES)


def space(
    run: Run,
    found: Clustering,
    shown: ShownImages,
    colour: str,
    projection: Projection,
    *,
    key: str,
    link: str = "",
) -> Picked:
    """Draw images of a Run in its latent space at the place `key`; what was pinned and selected."""
    run_key = run_data.run_key(run)
    projected, projection = projecting.points(run_key, run, shown, projection, view=key)
    dims = run.setting.latent_dim
    fields = _fields(run, shown)
    if colour == "silhouette":
        colour = _by_silhouette(run, run_key, found, shown, fields)
    what = "as it is"
    if projection.method != "none":
        what = f"in a {PROJECTIONS[projection.method]} projection ({projected.note})"
    which = images_in(shown)
    events = latent_view(
        View(
            projected.points,
            projected.axes,
            fields,
            colour,
            parts=[(part.split, start) for start, part in shown.starts()],
            images_key=f"{images_of(run.setting)}-{shown.choice}",
            latents_key=image_data.shown_key(run_key, shown),
            alt=f"{title(run)}, {what}: {which}, coloured by "
            f"{COLOURS[colour].lower()}. Arrow keys walk from neighbour to neighbour.",
            equal=projection.method == "none",
            replay=_replay(run, run_key, shown, projected, projection),
            errors=_errors(run),
            link=link,
        ),
        key,
    )
    said = [f"{which[0].upper()}{which[1:]}, latent space {what}."]
    if projection.method != "none":
        said.append(_not_of_the_picture(dims, found))
    if shown.has_training:
        said.append(
            "Scores are of the held-out images alone, and clusters were found in them: a training "
            "image has the cluster of its nearest held-out image."
        )
    said.append("Drag to turn, scroll to zoom, point at an image to see it, click to keep it.")
    st.caption(" ".join(said))
    return events


def _not_of_the_picture(dims: int, found: Clustering) -> str:
    where = CLUSTERING_METHODS[found.method].where
    if where == IN_LATENT_SPACE:
        return (
            f"Scores, clusters and neighbours are of the {dims}-D latent space, not of the picture."
        )
    return (
        f"Scores and neighbours are of the {dims}-D latent space, not of the picture; clusters were "
        f"found {where}."
    )


def pieces(
    run: Run, found: Clustering, shown: ShownImages, *, key: str, waiting: DeltaGenerator
) -> None:
    """Images, neighbours and silhouettes for the cards: after everything else, they take a moment.

    Args:
        run: whose latent space.
        found: its clusters.
        shown: which images.
        key: the view's place.
        waiting: an empty place for how far it is.
    """
    run_key = run_data.run_key(run)
    which = image_data.shown_key(run_key, shown)
    fields = {}
    if not shown.has_training:
        with contextlib.suppress(Undefined):
            fields["silhouette"] = silhouette_field(_silhouette(run, run_key, found))
    # Said once: later all of it is there at once, and words that come and go would only flicker.
    # Saying something also lets a visitor's click come between two steps.
    told = st.session_state.setdefault("pieces_made", set())
    say = waiting.caption if shown.has_training and which not in told else None
    near = None
    if say:
        say("Looking for the nearest neighbours of every image …")
    with contextlib.suppress(Undefined):
        near = image_data.neighbours(which, shown.latents, NEIGHBOURS).indices
    sheets: list[list[tuple[bytes, bytes]]] = []
    for start, part in shown.starts():
        sheets.append([])
        for first in range(0, len(part), PER_SHEET):
            if say:
                say(f"Making the pictures of the cards: {start + first:,} of {len(shown):,} …")
            sheets[-1].append(image_data.sheets(run_key, run, part.split, first))
    waiting.empty()
    told.add(which)
    latent_pieces(Pieces(which, sheets, run.setting.image_size, near, fields), key)


def _fields(run: Run, shown: ShownImages) -> dict[str, Field]:
    """What is known at once; the rest follows with the pieces."""
    names = dataset_info(run.setting.dataset).class_names
    fields = {} if shown.labels is None else {"digit": digit_field(shown.labels, names)}
    fields["cluster"] = cluster_field(shown.clusters)
    fields["reconstruction"] = error_field(shown.errors)
    return fields


def _by_silhouette(
    run: Run, key: str, found: Clustering, shown: ShownImages, fields: dict[str, Field]
) -> str:
    """Add silhouettes to the fields; what to colour by: that, or something else and a sentence."""
    if shown.has_training:
        otherwise = "cluster" if shown.labels is None else "digit"
        st.info(
            "Silhouettes are measured among the held-out images alone: among all training images it "
            f"could take minutes. Coloured by {otherwise} instead.",
            icon=":material/info:",
        )
        return otherwise
    try:
        fields["silhouette"] = silhouette_field(_silhouette(run, key, found))
    except Undefined as reason:
        st.info(f"The silhouette is {reason}. Coloured by cluster instead.")
        return "cluster"
    return "silhouette"


def _silhouette(run: Run, key: str, found: Clustering) -> npt.NDArray[Any]:
    """By digit where there are labels, else by found cluster. Raises Undefined."""
    if (labels := run.arrays.get("labels")) is not None:
        return run_data.silhouette(key, run, labels, "labels")
    return run_data.silhouette(key, run, found.labels, run_data.clusters_key(found))


def _errors(run: Run) -> dict[int, float]:
    """Held-out squared error after each epoch, by optimizer steps (how many, the replay knows)."""
    replay = run_data.replay(run_data.run_key(run), run)
    if replay is None:
        return {}
    per_epoch = int(replay.steps[-1]) // run.setting.epochs
    return {r["epoch"] * per_epoch: r["heldout"]["reconstruction"] for r in run.history}


def _replay(
    run: Run, key: str, shown: ShownImages, projected: Points, projection: Projection
) -> Replay | None:
    """The training in the axes that are drawn; UMAP has none, as its places mean nothing elsewhere.

    It moves held-out images: those must be the first that are drawn.
    """
    if shown.parts[0].split != HELD_OUT:
        return None
    if projection.takes_a_while or (replay := run_data.replay(key, run)) is None:
        return None
    return replay if run.setting.latent_dim <= 3 else replay.onto(projected.points)
