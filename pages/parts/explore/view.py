"""A Run on the Explore page: its latent space, its scores, and what they rest on."""

from __future__ import annotations

import streamlit as st

from core.latents.clustering_methods import Clustering
from core.metrics.evaluation import Evaluation
from core.runs.run import Run
from core.setting.names import title
from core.setting.recipes import RECIPES
from pages.parts.explore.controls import take_recipe
from pages.parts.explore.details import details
from pages.parts.explore.points import pinned_panel, selection_panel
from pages.parts.explore.scores import tiles
from pages.parts.explore.side_by_side import beside, choose_other
from pages.parts.explore.view_controls import clustering_controls, view_controls
from pages.parts.shared import image_data, run_data, services
from pages.parts.shared.cards import cards
from pages.parts.shared.space import ShownRun, space
from pages.parts.shared.wording import warn

VIEW = "latent_view"
LINK = "explore"
SPACE = ("dataset", "digits", "latent_dim")


def show_run(run: Run) -> None:
    """Everything about one Run."""
    st.subheader(title(run.setting))
    _suggest(run)
    left, right = st.columns([3, 2], gap="large")
    with right:
        method, k = clustering_controls(run)
    key = run_data.run_key(run)
    found = run_data.clustering(key, run, method, k)
    with left:
        view = view_controls(run)
        other = choose_other(run)
        shown = image_data.shown_images(key, run, found, view.images)
        what = ShownRun(run, found, shown)
        events = space(what, view.colour, view.projection, key=VIEW, link=LINK)
        waiting = st.empty()
    scores = _evaluation(run, key, found)
    with right:
        warn(scores)
        tiles(scores)
    if other is not None:
        beside(run, other, view, scores, link=LINK)
    if events.pinned is not None:
        pinned_panel(run, shown, events.pinned)
    if events.selected:
        selection_panel(run, found, shown, events.selected)
    details(run, key, found, shown, scores)
    cards(what, key=VIEW, waiting=waiting)


def _suggest(run: Run) -> None:
    """Beside a Run without regularizer the first recipe of the same space whose Run is here."""
    if run.setting.regularizer:
        return
    for name, recipe in RECIPES.items():
        alike = all(getattr(recipe.setting, f) == getattr(run.setting, f) for f in SPACE)
        if alike and recipe.setting.regularizer and services.store().has(recipe.setting):
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


def _evaluation(run: Run, key: str, found: Clustering) -> Evaluation:
    """The stored scores, or those of another clustering."""
    stored = run.clustering
    if (found.method, found.asked) == (stored.method, stored.asked):
        return run.evaluation
    return run_data.evaluation(key, run, found, run_data.clusters_key(found))
