"""A Run on the Explore page: its latent space, its scores, and what they rest on."""

from __future__ import annotations

import streamlit as st

from core.latents.clustering_methods import Clustering
from core.metrics.evaluation import Evaluation
from core.runs.run import Run
from core.setting.amounts import counted
from core.setting.names import title
from core.setting.recipes import RECIPES
from core.setting.setting import Setting
from pages.parts.explore.details import details
from pages.parts.explore.points import pinned_panel, selection_panel
from pages.parts.explore.scores import score_panel
from pages.parts.explore.side_by_side import Other, beside, choose_other, score_table
from pages.parts.explore.training_panel import offer_full_training
from pages.parts.explore.view_controls import ViewChoice, clustering_controls, view_controls
from pages.parts.explore.widgets import take_recipe, take_tight
from pages.parts.shared import image_data, run_data, services
from pages.parts.shared.cards import Drawn, cards
from pages.parts.shared.space import Place, ShownRun, space
from pages.parts.shared.wording import warn

VIEW = "latent_view"
LINK = "explore"
SPACE = ("dataset", "digits", "latent_dim")


def show_run(run: Run) -> None:
    """Everything about one Run: its view with the scores, or another view, at its right."""
    key = run_data.run_key(run)
    with st.container(horizontal=True, vertical_alignment="center"):
        _heading(run.setting)
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="view_controls"
    ):
        view = view_controls(run)
        method, k = clustering_controls(run.setting.n_clusters)
        other = choose_other(run)
    found = run_data.clustering(key, run, method, k)
    scores = _evaluation(run, key, found)
    shown = image_data.shown_images(key, run, found, view.images)
    what = ShownRun(run, found, shown)
    left, right = st.columns(2 if other else [3, 2], gap="medium")
    with left:
        if other:
            st.caption(f"**{title(run.setting)}**")
        picked = space(what, view.colour, view.projection, Place(VIEW, LINK, keeps_pin=True))
        waiting = st.empty()
    _at_its_right(right, run, other, view, scores)
    if picked.pinned is not None:
        pinned_panel(run, shown, picked.pinned)
    if picked.selected:
        selection_panel(run, found, shown, picked.selected)
    details(what, scores, LINK)
    cards(Drawn(what, VIEW, waiting))


def _at_its_right(
    right: st.delta_generator.DeltaGenerator,
    run: Run,
    other: Other | None,
    view: ViewChoice,
    scores: Evaluation,
) -> None:
    """The scores; with another view there, the scores of both below."""
    if other is None:
        with right:
            warn(scores)
            score_panel(run.setting, scores)
        return
    with right:
        beside(other, view, link=LINK)
    score_table(run, other[0], scores)


def _heading(setting: Setting) -> None:
    """What is shown, and where one might go from here."""
    usual = Setting().epochs
    epochs = "" if setting.epochs >= usual else f" · {counted(setting.epochs, 'epoch')}"
    seed = f" · seed {setting.seed}" if setting.seed else ""
    st.title(f"{title(setting)}{epochs}{seed}", width="content", anchor=False)
    _suggest(setting)
    offer_full_training(setting)


def _suggest(setting: Setting) -> None:
    """From no regularizer to the best recipe of the same images, and back."""
    for name, recipe in RECIPES.items():
        alike = all(getattr(recipe.setting, f) == getattr(setting, f) for f in SPACE)
        other = bool(recipe.setting.regularizer) != bool(setting.regularizer)
        if alike and other and services.store().has(recipe.setting):
            said = "Can these cluster? See" if recipe.setting.regularizer else "Compare with"
            st.button(f"{said} {recipe.name}", icon=":material/arrow_forward:", type="tertiary",
                      key="suggestion", help=recipe.meaning, on_click=take_recipe,
                      args=(name,))  # fmt: skip
            return
    if not setting.regularizer:
        st.button("Can these cluster? Try Tight", icon=":material/arrow_forward:", type="tertiary",
                  key="suggestion", help=RECIPES["tight"].meaning, on_click=take_tight,
                  args=(setting,))  # fmt: skip


def _evaluation(run: Run, key: str, found: Clustering) -> Evaluation:
    """The stored scores, or those of another clustering."""
    stored = run.clustering
    if (found.method, found.asked) == (stored.method, stored.asked):
        return run.evaluation
    return run_data.evaluation(key, run, found, run_data.clusters_key(found))
