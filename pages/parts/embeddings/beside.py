"""A Run set beside an embedding, and the embeddings of this visit as rows on the Compare page."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.compare.words import score_text
from core.latents.clustering_methods import Clustering
from core.latents.projection import Projection
from core.metrics.across_spaces import ACROSS, NOT_COMPARABLE
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import Evaluation
from core.runs.embedding import NOT_TRAINED, Embedding
from core.runs.run import Run
from core.setting.names import title
from core.setting.recipes import RECIPES
from pages.parts.shared import across, address, run_data, services
from pages.parts.shared.cards import cards
from pages.parts.shared.linked import draw
from pages.parts.shared.space import Place
from pages.parts.shared.wording import MAIN_SCORES, plain

_SCORED = "embeddings_scored"  # of this session: title to dimensions and Evaluation


def choose_run() -> Run | None:
    """Draw the choice of a Run; None: none."""
    store = services.store()
    here = {key: recipe for key, recipe in RECIPES.items() if store.has(recipe.setting)}

    def label(key: str) -> str:
        return here[key].label

    choice = st.selectbox(
        "Set a run beside it", list(here), index=None, format_func=label,
        placeholder="Set a run beside it …", label_visibility="collapsed", width=290,
        key=address.choice("beside", list(here), None, label),
        help="A latent space that was trained here, at the right, and the scores of both.",
    )  # fmt: skip
    return None if choice is None else run_data.find_run(here[choice].setting)


def draw_run(run: Run) -> None:
    """Its latent space."""
    st.caption(f"**{title(run.setting)}**")
    dims = run.setting.latent_dim
    projection = Projection("none", max(dims, 2)) if dims <= 3 else Projection("pca", 3)
    colour = "digit" if "labels" in run.arrays else "cluster"
    cards(draw(run, colour, projection, Place("embedding_beside")))


def both_scores(embedding: Embedding, evaluated: tuple[Clustering, Evaluation], run: Run) -> None:
    """Scores of both that need no model.

    Args:
        embedding: at the left.
        evaluated: its clusters and their scores.
        run: at the right.
    """
    found, scores = evaluated
    left, right = f"{embedding.title} ({NOT_TRAINED})", title(run.setting)
    rows = [
        {
            "Score": METRICS[name].label,
            left: score_text(name, value),
            right: score_text(name, run.evaluation.values.get(name)),
        }
        for name, value in scores.values.items()
    ]
    if across.switch():
        key = f"{embedding.name}-{run_data.clusters_key(found)}"
        own = across.value(key, embedding.latents[embedding.scored], found.labels)
        both = (score_text(ACROSS.key, v) for v in (own, across.of_run(run)))
        rows.append(dict(zip(("Score", left, right), (ACROSS.label, *both), strict=True)))
    st.dataframe(rows, hide_index=True, width="stretch", height="content")
    st.caption(
        "Other points, another number of dimensions and of classes: a difference may come from these. "
        f"{NOT_COMPARABLE}"
    )


def remember(embedding: Embedding, scores: Evaluation) -> None:
    """Have the Compare page list it for the rest of this visit."""
    seen = st.session_state.setdefault(_SCORED, {})
    seen[embedding.title] = embedding.latents.shape[1], scores


def listed() -> None:
    """On the Compare page: the embeddings looked at in this visit, marked, with their scores."""
    seen: dict[str, tuple[int, Evaluation]] = st.session_state.get(_SCORED, {})
    if not seen:
        st.page_link("pages/Embeddings.py", label="Set points from elsewhere beside these results",
                     icon=":material/upload_file:", width="content")  # fmt: skip
        return
    names = [name for name in MAIN_SCORES if METRICS[name].of_latents]
    rows = []
    for name, (dims, scores) in seen.items():
        row = {"Embedding": name, "": NOT_TRAINED, "Dimensions": dims, "Points": scores.n}
        rows.append(row | {METRICS[n].label: scores.values.get(n) for n in names})
    st.markdown(f"#### Embeddings from elsewhere, {NOT_TRAINED}")
    table = pd.DataFrame(rows)
    st.dataframe(
        table, hide_index=True, width="stretch", height="content", placeholder="",
        key="embeddings_listed", alt="Embeddings of this visit, one a row",
        column_config={
            METRICS[n].label: st.column_config.NumberColumn(format="%.3f") for n in names
        },
    )  # fmt: skip
    st.caption(
        f"Looked at in this visit: {plain(', '.join(seen))}. They are in no mean, verdict or chart "
        "above."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button("Scores of embeddings (CSV)", table.to_csv(index=False).encode(),
                           "embeddings.csv", "text/csv", on_click="ignore")  # fmt: skip
        st.page_link("pages/Embeddings.py", label="Open the embeddings", icon=":material/scatter_plot:",
                     width="content")  # fmt: skip
