"""A Run's latent space on the page, and what the visitor picked in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from core.figures.html import file_name
from core.latents.arrays import Undefined
from core.latents.clustering_methods import CLUSTERING_METHODS, IN_LATENT_SPACE, Clustering
from core.latents.projection import Points, Projection
from core.latents.shown import CHOICES, HELD_OUT, ShownImages
from core.runs.run import Run
from core.setting.names import title
from core.setting.setting import Setting, dataset_info
from core.training.replay import Replay
from pages.parts.latent_view.component import Keep, latent_view
from pages.parts.latent_view.fields import (
    Field,
    cluster_field,
    digit_field,
    error_field,
    mistake_field,
    silhouette_field,
)
from pages.parts.latent_view.records import Guest, Picked, View
from pages.parts.shared import image_data, projecting, run_data, view_choices
from pages.parts.shared.wording import images_in

PROJECTIONS = {"umap": "UMAP", "pca": "PCA", "umap-learn": "UMAP (umap-learn)"}
COLOURS = {
    "digit": "Digit",
    "cluster": "Cluster",
    "mistake": "Mistakes",
    "silhouette": "Silhouette",
    "reconstruction": "Error",
}


NEED_LABELS = ("digit", "mistake")
CHOICE_LABELS = dict(zip(CHOICES, ("Held-out", "Training", "Both"), strict=True))
# fields of Setting that say which images are held out
IMAGES = ("dataset", "digits", "holdout")


def colour_name(colour: str, setting: Setting) -> str:
    """What images are coloured by: "digit", of other images "class"; "mistakes"."""
    return dataset_info(setting.dataset).noun if colour == "digit" else COLOURS[colour].lower()


class ShownRun(NamedTuple):
    """What of a Run is shown.

    Attributes:
        run: whose latent space.
        found: its clusters.
        shown: its images.
    """

    run: Run
    found: Clustering
    shown: ShownImages

    @property
    def key(self) -> str:
        """Names the Run in caches."""
        return run_data.run_key(self.run)

    @property
    def latents_key(self) -> str:
        """Names the latents that are shown, in caches and in the browser."""
        return image_data.shown_key(self.key, self.shown)

    @property
    def images_key(self) -> str:
        """Names the images that are shown, in the browser."""
        return f"{images_of(self.run.setting)}-{self.shown.choice}"


class Place(NamedTuple):
    """Where a view stands.

    Attributes:
        key: its place on the page.
        link: views of one page with the same text show each other's points.
        keeps_pin: what is pinned there is in the address.
    """

    key: str
    link: str = ""
    keeps_pin: bool = False


def held_out(run: Run) -> ShownRun:
    """A Run's held-out images, with the clusters that are stored with it."""
    found = run.clustering
    return ShownRun(
        run, found, image_data.shown_images(run_data.run_key(run), run, found, "heldout")
    )


# from what is drawn to a point beside it, if there is one, and a sentence
Places = Callable[[Points, Projection], tuple[Guest | None, str]]


def images_of(s: Setting) -> str:
    """Names the held-out images: equal for Settings whose points stand for the same images."""
    text = s.to_text()
    return "-".join(str(text[name]) for name in IMAGES)


def space(
    what: ShownRun,
    colour: str,
    projection: Projection,
    place: Place,
    guest: Places | None = None,
) -> Picked:
    """Draw images of a Run in its latent space at a place; what was pinned and selected.

    Args:
        what: the Run and its images.
        colour: key of `COLOURS`.
        projection: to two or three dimensions.
        place: of the view.
        guest: gives a point beside those of the Run; where there may be one, there is no replay.
    """
    run, _, shown = what
    projected, projection = projecting.points(what.key, run, shown, projection, view=place.key)
    fields, note = _fields(what), ""
    if colour in NEED_LABELS and shown.labels is None:
        colour = "cluster"
    if colour == "mistake":
        note = _mark_mistakes(what, fields)
    if colour == "silhouette":
        colour = _by_silhouette(what, fields)
    how = "as it is"
    if projection.method != "none":
        how = f"in a {PROJECTIONS[projection.method]} projection ({projected.note})"
    which = images_in(shown)
    visiting, said = (None, "") if guest is None else guest(projected, projection)
    pinned = view_choices.pinned(len(shown), what.images_key) if place.keeps_pin else None
    picked = latent_view(
        View(
            projected.points,
            projected.axes,
            fields,
            colour,
            parts=[(part.split, start) for start, part in shown.starts()],
            images_key=what.images_key,
            latents_key=what.latents_key,
            alt=f"{title(run.setting)}, {how}: {which}, coloured by {colour_name(colour, run.setting)}.",
            equal=projection.method == "none",
            replay=_replay(what, projected, projection) if guest is None else None,
            errors=_errors(run),
            link=place.link,
            title=title(run.setting),
            file=file_name(f"{run.name}-{colour}"),
            note=note,
            guest=visiting,
            chosen=view_choices.chosen(),
            pinned=(-1 if pinned is None else pinned) if place.keeps_pin else None,
        ),
        place.key,
        Keep(view_choices.keep_chosen, view_choices.pin if place.keeps_pin else None),
    )
    first = f"{which[0].upper()}{which[1:]}, latent space {how}."
    explained = _explained(what, projection, len(projected.axes))
    st.caption(" ".join([*([said] if said else []), first, *explained]))
    return picked._replace(pinned=pinned) if place.keeps_pin else picked


def _explained(what: ShownRun, projection: Projection, dims: int) -> list[str]:
    """Sentences on what scores and clusters are of, and on what one can do."""
    sentences = []
    if projection.method != "none":
        sentences.append(_not_of_the_picture(what.run.setting.latent_dim, what.found))
    if what.shown.has_training:
        sentences.append(
            "Scores are of the held-out images alone, and clusters were found in them: a training "
            "image has the cluster of its nearest held-out image."
        )
    return [
        *sentences,
        f"Drag to {'turn' if dims == 3 else 'move'}, scroll to zoom, point at an image to see it, "
        "click to keep it.",
    ]


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


def _fields(what: ShownRun) -> dict[str, Field]:
    """What is known at once; the rest follows with the cards."""
    run, found, shown = what
    info = dataset_info(run.setting.dataset)
    names = info.class_names
    fields = {}
    if shown.labels is not None:
        fields["digit"] = digit_field(shown.labels, names, info.noun)
    matches = run_data.cluster_matches(run, found)
    fields["cluster"] = cluster_field(shown.clusters, matches, names)
    if shown.errors is not None:
        fields["reconstruction"] = error_field(shown.errors)
    return fields


def _mark_mistakes(what: ShownRun, fields: dict[str, Field]) -> str:
    """Add the mistakes of the clusters to the fields; a sentence on how many there are."""
    from core.metrics.agreement import mistaken

    run, found, shown = what
    matches = run_data.cluster_matches(run, found) or {}
    assert shown.labels is not None  # or another colouring is chosen
    wrong = mistaken(shown.labels, shown.clusters, matches)
    fields["mistake"] = mistake_field(wrong)
    count = int(wrong.sum())
    return f"{count:,} of {len(wrong):,} images are not in the cluster of their digit."


def _by_silhouette(what: ShownRun, fields: dict[str, Field]) -> str:
    """Add silhouettes to the fields; what to colour by: that, or something else and a sentence."""
    if what.shown.has_training:
        otherwise = "cluster" if what.shown.labels is None else "digit"
        st.info(
            "Silhouettes are measured among the held-out images alone: among all training images it "
            f"could take minutes. Coloured by {otherwise} instead.",
            icon=":material/info:",
        )
        return otherwise
    try:
        fields["silhouette"] = silhouette_field(run_data.main_silhouette(what.run, what.found))
    except Undefined as reason:
        st.info(f"The silhouette is {reason}. Coloured by cluster instead.")
        return "cluster"
    return "silhouette"


def _errors(run: Run) -> dict[int, float]:
    """Held-out squared error after each epoch, by optimizer steps (how many, the replay knows)."""
    replay = run_data.replay(run_data.run_key(run), run)
    if replay is None:
        return {}
    per_epoch = int(replay.steps[-1]) // run.setting.epochs
    return {r["epoch"] * per_epoch: r["heldout"]["reconstruction"] for r in run.history}


def _replay(what: ShownRun, projected: Points, projection: Projection) -> Replay | None:
    """The training in the axes that are drawn; UMAP has none, as its places mean nothing elsewhere.

    It moves held-out images: those must be the first that are drawn.
    """
    if what.shown.parts[0].split != HELD_OUT or projection.takes_a_while:
        return None
    if (replay := run_data.replay(what.key, what.run)) is None:
        return None
    return replay if what.run.setting.latent_dim <= 3 else replay.onto(projected.points)
