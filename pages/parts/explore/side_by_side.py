"""The same images a second time: under another Setting, or in another projection. Views are linked."""

from __future__ import annotations

import streamlit as st

from core.compare.words import score_text
from core.latents.projection import Projection
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import Evaluation
from core.runs.run import Run
from core.setting.names import method_name, title
from core.setting.setting import Setting
from pages.parts.explore.view_controls import ViewChoice
from pages.parts.shared import address, index_data, run_data
from pages.parts.shared.cards import cards
from pages.parts.shared.linked import draw
from pages.parts.shared.space import IMAGES, Place
from pages.parts.shared.wording import warn

SECOND = "second_view"
OWN = {"pca": "this run, by PCA in 2-D", "umap": "this run, by UMAP in 2-D"}
Other = tuple[Run, Projection]
MAX_OTHERS = 200  # the newest: a list of thousands would be sent at every click


def choose_other(run: Run) -> Other | None:
    """What to set beside a Run: None, or a Run of the same images and how to draw it."""
    others = {s.name: s for s in index_data.stored_alike(run.setting, IMAGES, MAX_OTHERS)}
    own = list(OWN) if run.setting.latent_dim > 1 else []

    def label(name: str) -> str:
        return OWN[name] if name in OWN else _short(others[name])

    choice: str | None = st.selectbox(
        "Set beside it",
        [*own, *others],
        index=None,
        placeholder="Set another space beside it …",
        label_visibility="collapsed",
        width=290,
        format_func=label,
        key=address.choice("beside", [*own, *others], None, label),
        help="The same images a second time: trained with another setting, or in another "
        "projection. What you point at in one view is marked in the other.",
    )
    if choice is None:
        return None
    if choice in OWN:
        return run, Projection(choice, 2)
    other = run_data.find_run(others[choice])
    dims = others[choice].latent_dim
    return (other, Projection("none" if dims <= 3 else "pca", 3)) if other else None


def _short(s: Setting) -> str:
    """Its name, what else often differs, and the hash: Streamlit takes equal labels for one option."""
    parts = [method_name(s), f"{s.latent_dim}-D", s.architecture, f"{s.epochs} epochs"]
    return f"{', '.join(parts)}, seed {s.seed} ({s.hash[:4]})"


def beside(other: Other, view: ViewChoice, *, link: str) -> None:
    """Draw the other view, linked to the first."""
    second, projection = other
    st.caption(f"**{title(second.setting)}**")
    place = Place(SECOND, link, keeps_pin=True)
    cards(draw(second, view.colour, projection, place, view.images))


def score_table(run: Run, second: Run, scores: Evaluation) -> None:
    """Scores of both, and which is better."""
    if second.name == run.name:
        st.caption("The same run twice, so the scores are the same.")
        return
    warn(scores)
    warn(second.evaluation)
    names = title(run.setting), f"beside: {title(second.setting)}"
    rows = []
    for name, info in METRICS.items():
        a, b = scores.values.get(name), second.evaluation.values.get(name)
        row = {"score": info.label, names[0]: score_text(name, a), names[1]: score_text(name, b)}
        if a is not None and b is not None:
            row["difference"] = score_text(name, b - a, signed=True)
            better = a if (a > b) == (info.better == "higher") else b
            row["better"] = "equal" if a == b else ("left" if better is a else "right")
        rows.append(row)
    st.dataframe(rows, hide_index=True, width="stretch", height="content")
    st.caption("One seed each: a difference may be chance.")
