"""An embedding on the page, as a Run's latent space is: points, colours, cards."""

from __future__ import annotations

import contextlib
from typing import NamedTuple

import numpy as np
import streamlit as st

from core.figures.html import file_name
from core.figures.sprites import sprite_sheets
from core.latents.arrays import Undefined
from core.latents.clustering_methods import NOISE, Clustering
from core.latents.neighbours import Neighbours
from core.latents.projection import Points, Projection
from core.latents.shown import ShownImages
from core.metrics.agreement import match_clusters, mistaken
from core.metrics.evaluation import Evaluation
from core.runs.embedding import NOT_TRAINED, Array, Embedding
from pages.parts.latent_view.component import Keep, latent_pieces, latent_view
from pages.parts.latent_view.fields import (
    Field,
    cluster_field,
    digit_field,
    mistake_field,
    silhouette_field,
)
from pages.parts.latent_view.records import Medoid, Picked, Pieces, View
from pages.parts.shared import address, image_data, projecting, services, view_choices
from pages.parts.shared.cards import NEIGHBOURS

VIEW = "embedding_view"
COLOURS = {
    "digit": "Class",
    "cluster": "Cluster",
    "mistake": "Mistakes",
    "silhouette": "Silhouette",
}
_NEED_LABELS = ("digit", "mistake")


class Shown(NamedTuple):
    """What is on the page.

    Attributes:
        embedding: whose points.
        found: clusters of those that are scored.
        points: all of them.
    """

    embedding: Embedding
    found: Clustering
    points: ShownImages

    @property
    def matches(self) -> dict[int, int] | None:
        """Class by cluster, matched one to one among the points that are scored; None without labels."""
        labels = self.embedding.labels
        if labels is None:
            return None
        return match_clusters(labels[self.embedding.scored], self.found.labels)

    @property
    def silhouettes(self) -> Array:
        """Of each point (n,) by class, without labels by cluster; NaN of those not scored.

        Raises:
            Undefined: there are none.
        """
        from core.metrics.separation import silhouette_samples

        own, rows = self.embedding, self.embedding.scored
        groups = self.found.labels if own.labels is None else own.labels[rows]
        noise = NOISE if own.labels is None else None
        values = np.full(len(own), np.nan)
        values[rows] = services.workers().call(silhouette_samples, own.latents[rows], groups, noise)
        return values

    @property
    def near(self) -> Neighbours | None:
        """The nearest others of every point, where they are found in a moment."""
        if len(self.embedding) > projecting.MOST_POINTS:
            return None
        with contextlib.suppress(Undefined):
            most = min(NEIGHBOURS, len(self.embedding) - 1)
            return image_data.neighbours(self.embedding.name, self.embedding.latents, most)
        return None


@st.cache_resource(max_entries=16, show_spinner=False)
def evaluated(
    key: str, _embedding: Embedding, method: str, n_clusters: int
) -> tuple[Clustering, Evaluation]:
    """`Embedding.evaluated`, by a worker. Raises as it does."""
    return services.workers().call(_embedding.evaluated, method, n_clusters)


def colour_control(embedding: Embedding) -> str:
    """Draw how points are coloured; a key of `COLOURS`."""
    options = [c for c in COLOURS if embedding.labels is not None or c not in _NEED_LABELS]
    return str(
        st.selectbox(
            "Colour by", options, format_func=lambda name: f"Colour: {COLOURS[name].lower()}",
            key=address.choice("colour", options, options[0], COLOURS.__getitem__), width=190,
            label_visibility="collapsed",
        )
    )  # fmt: skip


def draw(shown: Shown, colour: str, projection: Projection) -> Picked:
    """The view; what was pinned and selected in it."""
    own, points = shown.embedding, shown.points
    projected, projection = projecting.points(own.name, own, points, projection, view=VIEW)
    fields, note = _fields(shown, colour)
    colour = colour if colour in fields else "cluster"
    images_key = own.name
    pinned = view_choices.pinned(len(own), images_key)
    how = _how(projected, projection)
    picked = latent_view(
        View(
            projected.points,
            projected.axes,
            fields,
            colour,
            parts=[(part.split, start) for start, part in points.starts()],
            images_key=images_key,
            latents_key=own.name,
            alt=f"{own.title}, {how}: {len(own):,} points, coloured by {COLOURS[colour].lower()}.",
            equal=projection.method == "none",
            title=f"{own.title} ({NOT_TRAINED})",
            file=file_name(f"{own.title}-{colour}"),
            note=note,
            chosen=view_choices.chosen(),
            pinned=-1 if pinned is None else pinned,
        ),
        VIEW,
        Keep(view_choices.keep_chosen, view_choices.pin),
    )
    d = own.latents.shape[1]
    of_space = (
        ""
        if projection.method == "none"
        else (f" Scores, clusters and neighbours are of all {d:,} dimensions, not of the picture.")
    )
    st.caption(f"All {len(own):,} points, {how}.{of_space} Click a point to keep it.")
    return picked._replace(pinned=pinned)


def send_cards(shown: Shown) -> None:
    """What the cards of the view show: images, neighbours, medoids; last on a page."""
    own = shown.embedding
    sheets, size = [], 28
    if own.images is not None:
        size = own.images.shape[1]
        sheets = [[(sheet,) for sheet in _sheets(own)]]
    near = shown.near
    latent_pieces(
        Pieces(own.name, sheets, size, None if near is None else near.indices, {}, _medoids(shown)),
        VIEW,
    )


def _sheets(own: Embedding) -> list[bytes]:
    """Pictures of all images, made once a visit."""
    made: dict[str, list[bytes]] = st.session_state.setdefault("embedding_sheets", {})
    if own.name not in made:
        assert own.images is not None  # asked for only where there are any
        made.clear()
        made[own.name] = sprite_sheets(own.images / np.float32(255))
    return made[own.name]


def _how(projected: Points, projection: Projection) -> str:
    if projection.method == "none":
        return "as they are"
    return f"in a {projection.method.upper()} projection ({projected.note})"


def _fields(shown: Shown, colour: str) -> tuple[dict[str, Field], str]:
    """What is known of every point, and a sentence on it."""
    own, points, note = shown.embedding, shown.points, ""
    matches = shown.matches
    fields = {}
    if own.labels is not None:
        fields["digit"] = digit_field(own.labels, own.classes, "class")
    fields["cluster"] = cluster_field(points.clusters, matches, own.classes)
    if colour == "mistake" and own.labels is not None:
        wrong = mistaken(own.labels, points.clusters, matches or {})
        fields["mistake"] = mistake_field(wrong, "class")
        note = (
            f"{int(wrong.sum()):,} of {len(wrong):,} points are not in the cluster of their class."
        )
    if colour == "silhouette":
        try:
            fields["silhouette"] = silhouette_field(shown.silhouettes)
        except Undefined as reason:
            st.info(f"The silhouette is {reason}. Coloured by cluster instead.")
    return fields, note


def _medoids(shown: Shown) -> dict[str, list[Medoid]]:
    """The most central point of each class and cluster, where it is found in a moment."""
    own, found = shown.embedding, {}
    if len(own) > projecting.MOST_POINTS:
        return {}
    groups = {"cluster": shown.points.clusters, "digit": own.labels}
    for name, values in groups.items():
        if values is None:
            continue
        with contextlib.suppress(Undefined):
            which = f"{shown.found.method}-{shown.found.asked}" if name == "cluster" else name
            middle = image_data.middles(own.key, which, own.latents, values)
            table = zip(middle.groups, middle.medoids, middle.sizes, strict=True)
            found[name] = [Medoid(*map(int, row)) for row in table]
    return found
