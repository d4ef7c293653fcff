"""A Run on the Explore page: its latent space, its scores, and what they rest on.

What is looked for and what is drawn are in the address beside the Setting, so a link shows the same.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.latents.clustering_methods import CLUSTERING_METHODS, Clustering
from core.latents.projection import Projection
from core.latents.shown import MAX_TRAINING
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import Evaluation
from core.runs.store import Run
from core.setting.recipes import RECIPES
from pages.parts.explore.controls import take_recipe
from pages.parts.explore.details import details
from pages.parts.explore.points import pinned_panel, selection_panel
from pages.parts.explore.side_by_side import beside, choose_other
from pages.parts.shared import loaders
from pages.parts.shared.space import CHOICE_LABELS, COLOURS, PROJECTIONS, pieces, space, title
from pages.parts.shared.wording import MAIN_SCORES, score_text, warn

VIEW = "latent_view"
LINK = "explore"
SPACE = ("dataset", "digits", "latent_dim")
MOST_CLUSTERS = 50


def show_run(run: Run) -> None:
    """Everything about one Run."""
    st.subheader(title(run))
    _suggest(run)
    left, right = st.columns([3, 2], gap="large")
    with right:
        method, k = _clustering_controls(run)
    key = loaders.run_key(run)
    found = loaders.clustering(key, run, method, k)
    with left:
        choice, colour, projection = _view_controls(run)
        other = choose_other(run)
        shown = loaders.shown_images(key, run, found, choice)
        events = space(run, found, shown, colour, projection, key=VIEW, link=LINK)
        waiting = st.empty()
    scores = _evaluation(run, key, found)
    with right:
        warn(scores)
        _tiles(scores)
    if other is not None:
        beside(run, other, choice, scores, colour, link=LINK)
    if events.pinned is not None:
        pinned_panel(run, shown, events.pinned)
    if events.selected:
        selection_panel(run, found, shown, events.selected)
    details(run, key, found, shown, scores)
    pieces(run, found, shown, key=VIEW, waiting=waiting)


def _suggest(run: Run) -> None:
    """Beside a Run without regularizer the first recipe of the same space whose Run is here."""
    if run.setting.regularizer:
        return
    for name, recipe in RECIPES.items():
        alike = all(getattr(recipe.setting, f) == getattr(run.setting, f) for f in SPACE)
        if alike and recipe.setting.regularizer and loaders.store().has(recipe.setting):
            st.button(
                f"Can these cluster? {recipe.label}",
                icon=":material/bubble_chart:",
                type="tertiary",
                key="suggestion",
                help=recipe.meaning,
                on_click=take_recipe,
                args=(name,),
            )
            return


def _clustering_controls(run: Run) -> tuple[str, int]:
    a, b = st.columns([2, 1])
    method = a.selectbox(
        "Clusters found by",
        list(CLUSTERING_METHODS),
        format_func=lambda name: CLUSTERING_METHODS[name].label,
        key="clustering",
        bind="query-params",
        help="Found without labels, in latent space; by N2D alone in a UMAP of it. "
        + " ".join(f"**{m.label}**: {m.help}" for m in CLUSTERING_METHODS.values()),
    )
    usual = run.setting.n_clusters
    with b:
        k = _whole("Clusters", 1, max(MOST_CLUSTERS, usual), usual,
                   key=f"clusters_{usual}", disabled=not CLUSTERING_METHODS[method].needs_k,
                   help="How many to look for. Starts at what the setting looks for.")  # fmt: skip
    return method, k


def _whole(label: str, low: int, high: int, start: int, **options: Any) -> int:
    """A whole number that the address holds.

    Streamlit's own whole numbers raise OverflowError at an `inf` there; others take their start for it.
    """
    value = st.number_input(
        label, float(low), float(high), float(start), 1.0, "%.0f", bind="query-params", **options
    )
    return int(value + 0.5)  # 2.5 is shown as 3


def _view_controls(run: Run) -> tuple[str, str, Projection]:
    """Which images are drawn, how they are coloured and projected."""
    choice = st.segmented_control(
        "Images drawn",
        list(CHOICE_LABELS),
        default="heldout",
        required=True,
        format_func=CHOICE_LABELS.__getitem__,
        key="images",
        bind="query-params",
        help="**Held-out** images were never seen in training; every score is of them, whatever is "
        f"drawn. **Training** images, up to {MAX_TRAINING:,}, are encoded when you ask for them, "
        "which takes some seconds the first time. **Both**: how alike are the two?",
    )
    labelled = "labels" in run.arrays
    options = [c for c in COLOURS if labelled or c != "digit"]
    colour = st.pills(
        "Colour by",
        options,
        default=options[0],
        required=True,
        format_func=COLOURS.__getitem__,
        key="colour",
        bind="query-params",
    )
    # an empty parameter of the address chooses nothing, required or not
    choice, colour = choice or "heldout", colour or options[0]
    dims = run.setting.latent_dim
    if dims <= 3:
        return choice, colour, Projection("none", max(dims, 2))
    a, b, more = st.columns([2, 1, 2], vertical_alignment="bottom")
    method = a.selectbox(
        "Projection", list(PROJECTIONS), format_func=PROJECTIONS.__getitem__, key="projection",
        bind="query-params",
        help="UMAP keeps neighbours together and takes some seconds the first time, while PCA is "
        "shown. PCA can replay the training. umap-learn is UMAP's reference implementation and takes "
        "longer. Results are kept.",
    )  # fmt: skip
    shown = b.selectbox("Dimensions", (3, 2), key="projection_dims", bind="query-params")
    if method == "pca":
        return choice, colour, Projection("pca", shown)
    with more.popover("UMAP's parameters", width="stretch"):
        neighbours = _whole("Neighbours", 2, 200, 15, key="umap_neighbours",
                            help="More: the large shape. Fewer: fine detail.")  # fmt: skip
        min_dist = st.number_input("Least distance (min_dist)", 0.0, 0.99, 0.1, 0.05,
                                   key="umap_min_dist", bind="query-params",
                                   help="How tightly points may be packed.")  # fmt: skip
        unseeded = st.toggle("Unseeded", key="umap_unseeded", bind="query-params",
                             help="Start from chance. Only umap-learn gains by it.")  # fmt: skip
        seed = _whole("Seed of UMAP", 0, 10_000, 0, key="umap_seed", disabled=unseeded,
                      help="The same seed gives the same picture.")  # fmt: skip
    projection = Projection(method, shown, neighbours, float(min_dist), None if unseeded else seed)
    return choice, colour, projection


def _evaluation(run: Run, key: str, found: Clustering) -> Evaluation:
    """The stored scores, or those of another clustering."""
    stored = run.clustering
    if (found.method, found.asked) == (stored.method, stored.asked):
        return run.evaluation
    return loaders.evaluation(key, run, found, loaders.clusters_key(found))


def _tiles(scores: Evaluation) -> None:
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
