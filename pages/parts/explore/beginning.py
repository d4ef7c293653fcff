"""Where a new visitor begins: the question, two latent spaces of the same images, what differs."""

from __future__ import annotations

import streamlit as st

from core.latents.projection import Projection
from core.metrics.evaluation import Evaluation
from core.metrics.in_words import in_a_sentence
from core.runs.run import Run
from core.setting.recipes import RECIPES
from core.setting.setting import Setting
from pages.parts.explore import story
from pages.parts.explore.widgets import seed_widgets
from pages.parts.shared import image_data, run_data
from pages.parts.shared.cards import cards
from pages.parts.shared.space import ShownRun, space

_KEY = "beginning"  # of this session: whether it is shown
QUESTION = (
    "An autoencoder squeezes each digit into three numbers without being told which digit it is. Do "
    "equal digits gather by themselves, and can they be made to?"
)
_PAIR = ("plain", "tight")
_LINK = "beginning"


def is_shown() -> bool:
    """Whether the visitor has not begun yet."""
    return bool(st.session_state.get(_KEY))


def begin() -> None:
    """Show the beginning: the visitor came by the bare address."""
    st.session_state[_KEY] = True


def leave() -> None:
    """Go on to the controls, in a callback."""
    st.session_state[_KEY] = False


def show() -> bool:
    """Draw the beginning; False where its Runs are not here."""
    runs = [run_data.find_run(RECIPES[name].setting) for name in _PAIR]
    plain, tight = runs
    if plain is None or tight is None:
        return False
    st.title(QUESTION, anchor=False)
    st.markdown(_difference(plain.evaluation, tight.evaluation))
    _ways_on()
    drawn = []
    for column, name, run in zip(st.columns(2, gap="medium"), _PAIR, (plain, tight), strict=True):
        with column:
            drawn.append(_space(name, run))
    for what, key, below in drawn:  # pictures for the cards, after both are there
        cards(what, key=key, waiting=below)
    return True


def _difference(plain: Evaluation, tight: Evaluation) -> str:
    """How the two differ, in numbers of their own scores."""
    a, b = plain.values, tight.values
    cost = (b["reconstruction_mse"] or 0) / (a["reconstruction_mse"] or 1)
    return (
        f"They gather loosely by themselves, and yes: **ACC {a['acc']:.2f} → {b['acc']:.3f}, silhouette "
        f"by digit {a['silhouette_labels']:.2f} → {b['silhouette_labels']:.2f}**, at {cost:.1f} times "
        "the squared error. Labels only colour and score; training never sees them."
    )


def _ways_on() -> None:
    with st.container(horizontal=True, gap="small"):
        again = story.was_read()
        st.button("Read the story again" if again else "The story in four steps",
                  icon=":material/auto_stories:", type="secondary" if again else "primary",
                  on_click=story.go, args=(1,), key="story_begin")  # fmt: skip
        st.button("Train your own", icon=":material/tune:", on_click=_take, args=(Setting(),),
                  key="own_setting",
                  help="Choose digits, latent dimension and regularizer.")  # fmt: skip
        st.page_link("pages/Compare.py", label="Which regularizer works?", width="content",
                     icon=":material/query_stats:")  # fmt: skip


def _space(name: str, run: Run) -> tuple[ShownRun, str, st.delta_generator.DeltaGenerator]:
    """One of the two, with what it shows in a sentence."""
    recipe = RECIPES[name]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"## {recipe.name}", width="content", help=recipe.meaning)
        st.button("Explore this one", icon=":material/arrow_forward:", type="tertiary",
                  on_click=_take, args=(recipe.setting,), key=f"explore_{name}")  # fmt: skip
    st.caption(in_a_sentence(run.evaluation))
    key = run_data.run_key(run)
    shown = image_data.shown_images(key, run, run.clustering, "heldout")
    what, place = ShownRun(run, run.clustering, shown), f"beginning_{name}"
    space(what, "digit", Projection("none", 3), key=place, link=_LINK)
    return what, place, st.empty()


def _take(setting: Setting) -> None:
    """Go on with a Setting, in a callback."""
    leave()
    seed_widgets(setting)
