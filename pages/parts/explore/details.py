"""What a Run's scores rest on: images, silhouettes, confusion, curves, exports. One tab each."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.compare.words import score_text
from core.figures.cluster_looks import Look, cluster_looks
from core.figures.clusters import choice_of_k, confusion, silhouette_plot
from core.figures.images import above_reconstructions
from core.figures.style import classes_in
from core.figures.training import loss_curves
from core.latents.arrays import Undefined
from core.latents.clustering_methods import Clustering
from core.latents.shown import HELD_OUT
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import Evaluation
from core.runs.run import Run
from core.setting.links import command
from core.setting.setting import dataset_info
from core.training.records import noted_sentences
from pages.parts.explore.export import export_tab
from pages.parts.explore.reading import read_clusters
from pages.parts.shared import image_data, run_data
from pages.parts.shared.charts import chart
from pages.parts.shared.space import ShownRun
from pages.parts.shared.tabs import open_tab


def details(what: ShownRun, scores: Evaluation, link: str) -> None:
    """What the scores rest on; only the open tab is computed.

    Args:
        what: the Run and its images.
        scores: of its clusters.
        link: of the views that show the images.
    """
    (run, found, shown), key = what, what.key
    drawers = {
        "Reconstructions": lambda: _reconstructions(run, key),
        "Read the clusters": lambda: read_clusters(what, link),
        "Silhouettes": lambda: _silhouettes(run, key, found),
        "Confusion": lambda: _confusion(run, found),
        "Neighbours": lambda: _neighbours(run, key),
        "How many clusters?": lambda: _how_many(run, key),
        "All scores": lambda: all_scores(scores),
        "Training": lambda: _training(run),
        "Export": lambda: export_tab(run, shown),
    }
    open_tab(drawers)


def _reconstructions(run: Run, key: str) -> None:
    errors = run.arrays["errors"]
    order = st.segmented_control(
        "Which images", ["One of each", "Worst", "Best"], default="One of each", required=True
    )
    count = min(20, len(errors))
    if order == "One of each" and "labels" in run.arrays:
        labels = run.arrays["labels"]
        per = max(count // len(np.unique(labels)), 1)
        rows = np.concatenate([np.flatnonzero(labels == c)[:per] for c in np.unique(labels)])
    else:
        ranked = np.argsort(errors)
        rows = ranked[::-1][:count] if order == "Worst" else ranked[:count]
    originals, decoded = image_data.pairs(key, run, tuple((HELD_OUT, int(r)) for r in rows[:40]))
    st.image(
        above_reconstructions(originals, decoded),
        caption="Above: held-out images. Below: what the decoder makes of their latents.",
        alt=f"{len(originals)} held-out images and, below each, its reconstruction",
        width="stretch",
    )


def _silhouettes(run: Run, key: str, found: Clustering) -> None:
    names = dataset_info(run.setting.dataset).class_names
    by_label, by_cluster = st.columns(2)
    cases = [(by_cluster, "By found cluster", found.labels, run_data.clusters_key(found))]
    if "labels" in run.arrays:
        cases.insert(0, (by_label, "By digit", run.arrays["labels"], "labels"))
    for column, heading, labels, which in cases:
        with column:
            st.markdown(f"**{heading}**")
            try:
                samples = run_data.silhouette(key, run, labels, which)
            except Undefined as reason:
                st.info(f"This score is {reason}.")
                continue
            looks = None if which == "labels" else _looks(run, found)
            mean = float(np.nanmean(samples))
            figure = silhouette_plot(samples, labels, names, mean, looks)
            chart(figure, f"silhouette_{which}", f"{run.name}: silhouettes {heading.lower()}")
    st.caption(
        "One row per image, longest first: near 1 it lies deep in its own group, at 0 between two, "
        "below 0 nearer to another."
    )


def _looks(run: Run, found: Clustering) -> dict[int, Look]:
    names = dataset_info(run.setting.dataset).class_names
    return cluster_looks(classes_in(found.labels), run_data.cluster_matches(run, found), names)


def _confusion(run: Run, found: Clustering) -> None:
    from core.metrics.agreement import confusion_matrix

    if "labels" not in run.arrays:
        st.info("These images have no labels, so there is nothing to compare the clusters with.")
        return
    table = confusion_matrix(run.arrays["labels"], found.labels)
    names = dataset_info(run.setting.dataset).class_names
    looks = _looks(run, found)
    columns = [looks[c].name for c in table.columns]
    figure = confusion(table.counts, [names[c] for c in table.classes], columns)
    chart(figure, "confusion", f"{run.name}: digits in clusters")
    st.caption(
        "Rows are digits; each column is a cluster, matched to digits one to one (Hungarian)."
    )


def _neighbours(run: Run, key: str) -> None:
    if "labels" not in run.arrays:
        st.info("These images have no labels for the neighbours to vote with.")
        return
    k = st.slider("Neighbours that vote (k)", 1, 50, run.evaluation.neighbours, key="vote_k")
    if k == run.evaluation.neighbours:
        latent = run.evaluation.values.get("knn_accuracy")
        pixels = run.evaluation.values.get("knn_accuracy_pixels")
    elif st.button(f"Compute for k = {k}", key="vote"):
        try:
            latent, pixels = image_data.neighbour_vote(key, run, k)
        except Undefined as reason:
            st.info(f"This score is {reason}.")
            return
    else:
        return
    a, b = st.columns(2)
    a.metric("kNN accuracy in latent space", "undefined" if latent is None else f"{latent:.4f}")
    b.metric("kNN accuracy on pixels", "undefined" if pixels is None else f"{pixels:.4f}")
    st.caption(
        "Every held-out image asks its k nearest training images which digit it is: once by "
        "distance in latent space, once by distance between pixels."
    )


def _how_many(run: Run, key: str) -> None:
    from core.metrics.how_many import choose_k

    st.caption(
        "How many clusters would one find without knowing? Silhouette of k-means (higher is "
        "better) and BIC of a Gaussian mixture (lower is better)."
    )
    curves = st.session_state.setdefault("choices_of_k", {})
    if key not in curves:
        if not st.button("Try 2 to 15 clusters", key="choose_k"):
            return
        bar, scores = st.progress(0.0, text="starting"), []
        ks = range(2, 16)
        for i, score in enumerate(choose_k(run.arrays["latents"], ks, run.setting.seed)):
            scores.append(score)
            bar.progress((i + 1) / len(ks), text=f"{score.k} clusters; touch anything to stop")
        bar.empty()
        curves[key] = scores
    chart(choice_of_k(curves[key]), "choice_of_k", f"{run.name}: how many clusters")


def all_scores(scores: Evaluation) -> None:
    """Every score, what it says and where it comes from."""
    st.dataframe(
        [
            {
                "score": METRICS[name].label,
                "value": score_text(name, value),
                "better": METRICS[name].better,
                "what it says": METRICS[name].help
                + (f" Here it is {scores.undefined[name]}." if value is None else ""),
                "source": METRICS[name].source,
            }
            for name, value in scores.values.items()
        ],
        hide_index=True,
        width="stretch",
        column_config={"what it says": st.column_config.TextColumn(width="large")},
    )


def _training(run: Run) -> None:
    chart(loss_curves(run.history), "loss", f"{run.name}: training")
    about = run.provenance
    st.caption(
        f"Trained in {about.get('training_seconds')} s on {about.get('machine')} "
        f"({about.get('device')}), {about.get('trained_at')}, torch "
        f"{about.get('versions', {}).get('torch')}."
    )
    for record in run.history:
        for sentence in noted_sentences(record.get("noted")):
            st.caption(sentence)
    st.code(command(run.setting), language="bash", wrap_lines=True)
