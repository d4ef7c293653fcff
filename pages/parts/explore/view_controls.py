"""What of a Run is looked at: how its clusters are found, which images are drawn, and how.

All of it is in the address beside the Setting, so a link shows the same.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from core.latents.clustering_methods import CLUSTERING_METHODS
from core.latents.projection import Projection
from core.latents.shown import MAX_TRAINING
from core.runs.run import Run
from pages.parts.shared import address
from pages.parts.shared.space import CHOICE_LABELS, COLOURS, NEED_LABELS, PROJECTIONS, colour_name

MOST_CLUSTERS = 50


class ViewChoice(NamedTuple):
    """How the latent space is drawn.

    Attributes:
        images: which ones, a key of `CHOICE_LABELS`.
        colour: by what, a key of `COLOURS`.
        projection: to two or three dimensions.
    """

    images: str
    colour: str
    projection: Projection


def clustering_controls(usual: int, most: int = 0) -> tuple[str, int]:
    """Draw how clusters are found; the method and how many it looks for.

    Args:
        usual: how many, when nothing is said.
        most: how many, at most; default: `MOST_CLUSTERS`, or the usual number.
    """
    most = most or max(MOST_CLUSTERS, usual)
    methods = list(CLUSTERING_METHODS)
    method_key = address.choice("clustering", methods, "kmeans", _method_label)
    k_key = address.number(f"clusters_{usual}", 1, most, usual)
    state = st.session_state
    needs_k = CLUSTERING_METHODS[state[method_key]].needs_k
    count = f", {state[k_key]}" if needs_k else ""
    with st.popover(f"Clusters: {_method_label(state[method_key])}{count}", width="content",
                    icon=":material/workspaces:", key="clusters_found"):  # fmt: skip
        method = st.selectbox(
            "Clusters found by", methods, format_func=_method_label, key=method_key,
            help="Found without labels, in latent space; by N2D alone in a UMAP of it. "
            + " ".join(f"**{m.label}**: {m.help}" for m in CLUSTERING_METHODS.values()),
        )  # fmt: skip
        k = st.number_input("Clusters", 1, most, step=1, key=k_key,
                            disabled=not needs_k,
                            help="How many to look for. Starts at what the setting looks for."
                            )  # fmt: skip
    return method, int(k)


def view_controls(run: Run) -> ViewChoice:
    """Draw which images are drawn, how they are coloured and projected."""
    labelled = "labels" in run.arrays
    options = [c for c in COLOURS if labelled or c not in NEED_LABELS]
    colour = st.selectbox(
        "Colour by",
        options,
        format_func=lambda name: f"Colour: {colour_name(name, run.setting)}",
        key=address.choice("colour", options, options[0], COLOURS.__getitem__),
        width=190,
        label_visibility="collapsed",
    )
    with st.popover("Images" if run.setting.latent_dim <= 3 else "Images and projection",
                    icon=":material/scatter_plot:", width="content", key="images_drawn"):  # fmt: skip
        images = st.segmented_control(
            "Images drawn",
            list(CHOICE_LABELS),
            required=True,
            format_func=CHOICE_LABELS.__getitem__,
            key=address.choice("images", list(CHOICE_LABELS), "heldout", CHOICE_LABELS.__getitem__),
            help="**Held-out** images were never seen in training; every score is of them, whatever is "
            f"drawn. **Training** images, up to {MAX_TRAINING:,}, are encoded when you ask for them, "
            "which takes some seconds the first time. **Both**: how alike are the two?",
        )
        projection = projection_controls(run.setting.latent_dim)
    return ViewChoice(str(images), str(colour), projection)


def _method_label(name: str) -> str:
    return CLUSTERING_METHODS[name].label


def projection_controls(latent_dim: int) -> Projection:
    """Draw the choice of a projection, which up to three dimensions there is not."""
    if latent_dim <= 3:
        return Projection("none", max(latent_dim, 2))
    method = st.selectbox(
        "Projection", list(PROJECTIONS), format_func=PROJECTIONS.__getitem__,
        key=address.choice("projection", list(PROJECTIONS), "umap", PROJECTIONS.__getitem__),
        help="UMAP keeps neighbours together and takes some seconds the first time, while PCA is "
        "shown. PCA can replay the training. umap-learn is UMAP's reference implementation and takes "
        "longer. Results are kept.",
    )  # fmt: skip
    dims = st.selectbox("Dimensions", (3, 2), key=address.choice("projection_dims", (3, 2), 3))
    if method == "pca":
        return Projection("pca", dims)
    neighbours = _whole("Neighbours", 2, 200, 15, key="umap_neighbours",
                        help="More: the large shape. Fewer: fine detail.")  # fmt: skip
    min_dist = st.number_input("Least distance (min_dist)", 0.0, 0.99, step=0.05,
                               key=address.number("umap_min_dist", 0.0, 0.99, 0.1),
                               help="How tightly points may be packed.")  # fmt: skip
    unseeded = st.toggle("Unseeded", key=address.flag("umap_unseeded"),
                         help="Another picture each time; faster only for umap-learn.")  # fmt: skip
    seed = _whole("Seed of UMAP", 0, 10_000, 0, key="umap_seed", disabled=unseeded,
                  help="The same seed gives the same picture.")  # fmt: skip
    return Projection(method, dims, neighbours, float(min_dist), None if unseeded else seed)


def _whole(label: str, low: int, high: int, start: int, *, key: str, **options: Any) -> int:
    """A whole number that the address holds."""
    key = address.number(key, low, high, start)
    return int(st.number_input(label, low, high, step=1, key=key, **options))
