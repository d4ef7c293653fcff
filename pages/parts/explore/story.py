"""The story in four steps, each a shipped Run and a finding: plain, the post's sine, a VAE, Tight."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from core.metrics.evaluation import Evaluation
from core.setting.recipes import RECIPES
from pages.parts.explore.widgets import take_recipe
from pages.parts.shared.run_data import find_run

POST = "https://hackmd.io/@hpcfung/autoencoder_clustering_default_behavior"
SECOND_POST = "https://hackmd.io/@hpcfung/autoencoder_clustering"
_BEGINNING = "beginning"  # of this session: whether the beginning is shown
STEP = "story_step"  # of this session: which step is shown, 1 to 4; 0: none
READ = "story_read"  # cookie: the story was read to its end


class Step(NamedTuple):
    """A step of the story.

    Attributes:
        recipe: key of `RECIPES`, whose Run is shown.
        heading: what it is about.
        finding: a sentence; {acc} and {silhouette} are of its Run, {plain_acc} and
            {plain_silhouette} of the plain one's.
    """

    recipe: str
    heading: str
    finding: str


STEPS = (
    Step(
        "plain",
        "By itself",
        f"The [post]({POST}) asked whether digits gather by themselves. They do, loosely: k-means "
        "finds the digit of {acc:.0%} of the images, but the groups run into each other "
        "(silhouette by digit {silhouette:.2f}).",
    ),
    Step(
        "sine",
        "The post's sine",
        f"The [post]({SECOND_POST}) then added a grid of valleys, the product of sines, to pull points "
        "together. It makes the digits harder to find: {acc:.0%} of the images, silhouette by digit "
        "{silhouette:.2f} (plain: {plain_acc:.0%} and {plain_silhouette:.2f}).",
    ),
    Step(
        "vae",
        "A variational autoencoder",
        "A VAE orders the space around its middle, without holes. That is good for drawing new images "
        "and bad for clusters: {acc:.0%}, silhouette by digit {silhouette:.2f}.",
    ),
    Step(
        "tight",
        "One that works",
        "Tight lets an image recognise its own changed copy, then lets neighbours agree on clusters. "
        "No label is used. Five groups stand apart: {acc:.1%}, silhouette by digit {silhouette:.2f}, "
        "against {plain_acc:.0%} and {plain_silhouette:.2f} without.",
    ),
)


def at_beginning() -> bool:
    """Whether the visitor has not begun yet."""
    return bool(st.session_state.get(_BEGINNING))


def begin() -> None:
    """Show the beginning: the visitor came by the bare address."""
    st.session_state[_BEGINNING] = True


def leave_beginning() -> None:
    """Go on to the controls."""
    st.session_state[_BEGINNING] = False


def scores_of(recipe: str) -> Evaluation | None:
    """The scores of a recipe's shipped Run; None where it is not here."""
    run = find_run(RECIPES[recipe].setting)
    return run.evaluation if run else None


def bar() -> None:
    """Where one is in the story, its finding, and the way on; nothing outside the story."""
    number = int(st.session_state.get(STEP, 0))
    if not 1 <= number <= len(STEPS):
        return
    step = STEPS[number - 1]
    own, plain = scores_of(step.recipe), scores_of("plain")
    if own is None or plain is None:
        return
    with st.container(border=True, key="story"):
        st.markdown(f"**{number} of {len(STEPS)} · {step.heading}.** "
                    + step.finding.format(
                        acc=own.values["acc"], silhouette=own.values["silhouette_labels"],
                        plain_acc=plain.values["acc"],
                        plain_silhouette=plain.values["silhouette_labels"],
                    ).replace("%", "\u00a0%"))  # fmt: skip
        with st.container(horizontal=True, gap="small"):
            if number > 1:
                st.button("Back", on_click=go, args=(number - 1,), key="story_back")
            if number < len(STEPS):
                st.button("Next", type="primary", on_click=go, args=(number + 1,), key="story_next")
                st.button(
                    "Skip the story", type="tertiary", on_click=go, args=(0,), key="story_skip"
                )
            else:
                _remember()
                st.button("Done: explore freely", type="primary", on_click=go, args=(0,),
                          key="story_done")  # fmt: skip


def was_read() -> bool:
    """Whether this browser has seen the last step."""
    return bool(st.session_state.get(READ)) or READ in st.context.cookies


def go(number: int) -> None:
    """Show a step and its Run, in a callback; 0 ends the story."""
    st.session_state[STEP] = number
    leave_beginning()
    if number:
        take_recipe(STEPS[number - 1].recipe)


def _remember() -> None:
    """Note in the browser that the story was read; a cookie that holds nothing else."""
    st.session_state[READ] = True
    script = f'document.cookie = "{READ}=1; max-age=31536000; path=/; samesite=lax";'
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
