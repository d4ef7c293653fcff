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
from pages.parts.shared import run_data
from pages.parts.shared.cards import Drawn, cards
from pages.parts.shared.linked import draw
from pages.parts.shared.space import Place

QUESTION = (
    "An autoencoder squeezes each digit into three numbers without being told which digit it is. Do "
    "equal digits gather by themselves, and can they be made to?"
)
_PAIR = ("plain", "tight")
_LINK = "beginning"


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
    cards(*drawn)
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


def _space(name: str, run: Run) -> Drawn:
    """One of the two, with what it shows in a sentence."""
    recipe = RECIPES[name]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"## {recipe.name}", width="content", help=recipe.meaning)
        st.button("Explore this one", icon=":material/arrow_forward:", type="tertiary",
                  on_click=_take, args=(recipe.setting,), key=f"explore_{name}")  # fmt: skip
    st.caption(in_a_sentence(run.evaluation))
    return draw(run, "digit", Projection("none", 3), Place(f"beginning_{name}", _LINK))


def _take(setting: Setting) -> None:
    """Go on with a Setting, in a callback."""
    story.leave_beginning()
    seed_widgets(setting)
