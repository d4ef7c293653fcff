"""A Run's scores: what they say in a sentence, the three to look at first, the others smaller."""

from __future__ import annotations

import streamlit as st

from core.compare.words import score_text, with_minus
from core.latents.clustering_methods import CLUSTERING_METHODS
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import USUAL_SCORING, Evaluation
from core.metrics.in_words import in_a_sentence, structure
from core.setting.paths import STATIC
from core.setting.setting import Setting, dataset_info
from pages.parts.shared import index_data
from pages.parts.shared.wording import MAIN_SCORES

FIRST = ("silhouette_labels", "silhouette_clusters", "acc")
_LABELS = {
    "silhouette_labels": "Silhouette by {noun}",
    "silhouette_clusters": "Silhouette by cluster",
}
_PICTURE = (STATIC / "silhouette.svg").read_text(encoding="utf-8")
_PICTURE_SAYS = (
    "A point, short lines (a) to the points of its own group and a long line (b) to the next group"
)


def score_panel(setting: Setting, scores: Evaluation) -> None:
    """Draw the sentence, the tiles, the other scores, and which images and clusters they are of."""
    plain = _without_regularizer(setting, scores)
    scores_shown(scores, (dataset_info(setting.dataset).noun, "images"), plain)
    st.caption(
        f"On {scores.n:,} held-out images; {_found(scores)}. Labels serve the scores alone, never "
        "training."
    )


def points_panel(scores: Evaluation, points: int) -> None:
    """The same of so many points that were not trained here, of which a part may be scored."""
    scores_shown(scores, ("class", "points"), None)
    some = f"all {points:,} points"
    if scores.n < points:
        some = f"{scores.n:,} of {points:,} points, drawn by chance"
    st.caption(f"On {some}; {_found(scores)}. Labels serve the scores alone, never the clusters.")


def scores_shown(
    scores: Evaluation, words: tuple[str, str], plain: index_data.Known | None
) -> None:
    """Draw the sentence, the tiles and the other scores.

    Args:
        scores: to be drawn.
        words: for a class and for what was scored: "digit", "images".
        plain: what they are set against.
    """
    st.markdown(f"**{in_a_sentence(scores, *words)}**")
    tiles = [name for name in FIRST if name in scores.values]
    for column, name in zip(st.columns(max(len(tiles), 1)), tiles, strict=False):
        with column:
            _tile(name, scores, plain, words)
    st.image(_PICTURE, width=330, alt=_PICTURE_SAYS)
    _others(scores, plain)
    if plain is not None:
        st.caption(
            f"Changes are against no regularizer at otherwise equal fields{_of(plain.seeds)}."
        )


def _found(scores: Evaluation) -> str:
    """How many clusters, and where they were found."""
    extra = f", {scores.noise:,} left out as noise" if scores.noise else ""
    found = "1 cluster" if scores.n_clusters == 1 else f"{scores.n_clusters} clusters"
    return f"{found} found {CLUSTERING_METHODS[scores.method].where}{extra}"


def _of(seeds: int) -> str:
    return f" (mean of {seeds} seeds)" if seeds > 1 else ""


def _without_regularizer(setting: Setting, scores: Evaluation) -> index_data.Known | None:
    """What the results have of this Setting without regularizer, for the usual clusters."""
    usual = scores.method == USUAL_SCORING.method and scores.n_clusters == setting.n_clusters
    if not setting.regularizer or not usual:
        return None
    return index_data.known(setting.replace(regularizer=()))


def _change(name: str, value: float | None, plain: index_data.Known | None) -> str | None:
    before = plain.scores.get(name) if plain else None
    return None if before is None or value is None else f"{value - before:+.3f}"


def _tile(
    name: str, scores: Evaluation, plain: index_data.Known | None, words: tuple[str, str]
) -> None:
    value, info = scores.values[name], METRICS[name]
    label = _LABELS.get(name, info.label).format(noun=words[0])
    text = info.help if label == info.label else f"{info.label}: {info.help}"
    if value is None:
        text += f" Here it is {scores.undefined[name]}."
    st.metric(label, score_text(name, value), _change(name, value, plain), help=text, border=True,
              height="stretch")  # fmt: skip
    if value is None:
        st.caption(f"It is {scores.undefined[name]}.")
    elif name.startswith("silhouette"):
        noise = (
            f", without {scores.noise:,} of noise" if scores.noise and "clusters" in name else ""
        )
        st.caption(f"{structure(value)}{noise}")
    elif scores.n_clusters == 0:
        st.caption(f"0 clusters, {scores.noise:,} noise")
    else:
        st.caption(f"by chance: {1 / scores.n_clusters:.2f}")


def _others(scores: Evaluation, plain: index_data.Known | None) -> None:
    """The other main scores in small print, each with its help."""
    with st.container(horizontal=True, gap="small", key="more_scores"):
        for name in MAIN_SCORES:
            if name in FIRST or name not in scores.values:
                continue
            value, info = scores.values[name], METRICS[name]
            text = info.help
            pixels = scores.values.get("knn_accuracy_pixels")
            if name == "knn_accuracy" and pixels is not None:
                text += f" The images' own pixels give {pixels:.3f}."
            change = _change(name, value, plain)
            if value is None:
                text += f" Here it is {scores.undefined[name]}."
            said = f" ({with_minus(change)})" if change else ""
            st.markdown(
                f"{info.label} **{score_text(name, value)}**{said}", help=text, width="content"
            )
