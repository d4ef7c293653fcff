"""The Classify page: one stored Run, a visitor's own digit in it, and what its neighbours know."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.latents.arrays import Undefined
from core.runs.run import Run
from core.setting.names import title
from core.setting.recipes import CLASSIFIED, RECIPES
from core.setting.setting import Setting
from pages.parts.classify.confusions import confusions
from pages.parts.classify.curve import curve
from pages.parts.classify.labels_needed import labels_needed
from pages.parts.classify.mistakes import mistakes
from pages.parts.classify.own_digit import VIEW, own_digit
from pages.parts.classify.regions import regions
from pages.parts.shared import address, index_data, run_data
from pages.parts.shared.cards import Drawn, cards
from pages.parts.shared.frame import remembered
from pages.parts.shared.space import held_out
from pages.parts.shared.wording import plain

VIEWS: dict[str, tuple[str, Callable[[Run], None]]] = {
    "neighbours": ("Neighbours asked", curve),
    "labels": ("Labels needed", labels_needed),
    "confusions": ("Confusions", confusions),
    "mistakes": ("Worst mistakes", mistakes),
    "regions": ("Decision regions", regions),
}


def show() -> None:
    """Draw the page."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title("Classify by neighbours", anchor=False, width="content")
        run = _chosen_run()
    if run is None:
        return
    own_digit(run)
    waiting = st.empty()
    st.header("How much do neighbours know?", anchor="neighbours")
    _views(run)
    cards(Drawn(held_out(run), VIEW, waiting))


def _chosen_run() -> Run | None:
    """Draw the choice of a stored Run; None, and a sentence, where there is none that can be read."""
    stored = {s.name: s for s in index_data.stored()}
    if not stored:
        st.info(
            "There is no trained run here yet, so there is nothing to classify with.",
            icon=":material/info:",
        )
        st.page_link("streamlit_app.py", label="Train one in Explore", width="content",
                     icon=":material/scatter_plot:")  # fmt: skip
        return None
    asked = (address.taken("classify", ["run"]) or {}).get("run")
    if asked is not None and asked not in stored:
        address.problem(f"no run {asked[:80]} is stored here.")
    last, first = remembered(), RECIPES[CLASSIFIED].setting.name
    if last is not None and last.name in stored:
        first = last.name
    elif first not in stored:
        first = next(iter(stored))

    def label(name: str) -> str:
        return _label(stored[name])

    key = address.choice("run", list(stored), first, label)
    chosen = st.selectbox(
        "Run", list(stored), format_func=label, key=key, width=380, label_visibility="collapsed",
        help="Every stored run. Train more in Explore.",
    )  # fmt: skip
    run = run_data.find_run(stored[chosen])
    if run is not None:
        address.say({"run": chosen})  # also the one of the beginning: a link says which it was
        st.session_state["setting"] = stored[chosen]
    return run


def _label(s: Setting) -> str:
    """Its title, and its hash: Streamlit takes equal labels for one option."""
    seed = f", seed {s.seed}" if s.seed else ""
    return f"{title(s)}{seed} ({s.hash[:4]})"


def _views(run: Run) -> None:
    """What labels say of the Run, one view at a time."""
    if "labels" not in run.arrays:
        st.info(
            "This data set has no labels, so nobody knows how often its neighbours are right.",
            icon=":material/info:",
        )
        return
    names = [name for name in VIEWS if name != "regions" or run.setting.latent_dim == 2]
    view = st.segmented_control(
        "Show", names, format_func=_name, required=True, width="content",
        key=address.choice("show", names, "neighbours", _name), label_visibility="collapsed",
    )  # fmt: skip
    try:
        VIEWS[view or "neighbours"][1](run)
    except Undefined as reason:
        st.info(plain(f"How well neighbours classify is {reason}."), icon=":material/info:")
    st.caption(
        "Labels are used here for scoring only: the network never saw one, and held-out images were "
        "not in its training."
    )


def _name(view: str) -> str:
    return VIEWS[view][0]
