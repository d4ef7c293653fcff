"""A Run on the Explore page: its latent space, its scores, and what they rest on."""

from __future__ import annotations

import contextlib
import io
import json
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from core import figures
from core.arrays import Undefined
from core.checkpoints import Run
from core.config import REGULARIZERS, dataset_info
from core.evaluation import METRICS, Evaluation
from core.methods import METHODS, Clustering
from core.projection import Points, Projection
from core.replay import Replay
from pages.parts import loaders, projecting
from pages.parts.latent_view import (
    Events,
    Field,
    Pieces,
    View,
    cluster_field,
    digit_field,
    error_field,
    latent_pieces,
    latent_view,
    silhouette_field,
)

TILES = ("acc", "nmi", "ari", "silhouette_labels", "silhouette_clusters", "knn_accuracy",
         "trustworthiness", "reconstruction_mse")  # fmt: skip
PROJECTIONS = {"pca": "PCA", "umap": "UMAP", "umap-learn": "UMAP (umap-learn)"}
COLOURS = {
    "digit": "Digit",
    "cluster": "Cluster",
    "silhouette": "Silhouette",
    "reconstruction": "Error",
}


def show_run(run: Run) -> None:
    """Everything about one Run."""
    setting = run.setting
    terms = " + ".join(REGULARIZERS[t.name].label for t in setting.regularizer)
    data = dataset_info(setting.dataset)
    st.subheader(
        f"{data.label} · {setting.latent_dim}-D latent space · {terms or 'no regularizer'}"
    )
    left, right = st.columns([3, 2], gap="large")
    with right:
        method, k = _clustering_controls(run)
    with left:
        colour, projection = _view_controls(run)
        plot = st.container()
    key = loaders.run_key(run)
    found = loaders.clustering(key, run, method, k)
    with plot:
        _view(run, key, found, colour, projection)
    scores = _evaluation(run, key, found)
    with right:
        _tiles(scores)
    _details(run, key, found, scores)
    _pieces(run, key, found)


def _clustering_controls(run: Run) -> tuple[str, int]:
    a, b = st.columns([2, 1])
    method = a.selectbox(
        "Clusters found by",
        list(METHODS),
        format_func=lambda name: METHODS[name].label,
        key="clustering",
        help="Found in latent space, without labels. "
        + " ".join(f"**{m.label}**: {m.help}" for m in METHODS.values()),
    )
    classes = len(run.setting.digits)
    k = b.number_input(
        "Clusters",
        1,
        50,
        value=classes,
        key=f"clusters_{classes}",
        disabled=not METHODS[method].needs_k,
        help="How many to look for. Starts at the number of classes.",
    )
    return method, int(k)


def _view_controls(run: Run) -> tuple[str, Projection]:
    labelled = "labels" in run.arrays
    options = [c for c in COLOURS if labelled or c != "digit"]
    colour = st.pills(
        "Colour by",
        options,
        default=options[0],
        required=True,
        format_func=COLOURS.__getitem__,
        key="colour",
    )
    dims = run.setting.latent_dim
    if dims <= 3:
        return str(colour), Projection("none", max(dims, 2))
    a, b, c, d, e, f = st.columns(6)
    method = a.selectbox(
        "Projection", list(PROJECTIONS), format_func=PROJECTIONS.__getitem__, key="projection",
        help="PCA shows at once. UMAP keeps neighbours together and takes some seconds; umap-learn "
        "is its reference implementation and takes longer. Results are kept.",
    )  # fmt: skip
    shown = b.selectbox("Dimensions", (3, 2), key="projection_dims")
    if method == "pca":
        return str(colour), Projection("pca", shown)
    neighbours = c.number_input("Neighbours", 2, 200, 15, key="umap_neighbours",
                                help="More: the large shape. Fewer: fine detail.")  # fmt: skip
    min_dist = d.number_input("min_dist", 0.0, 0.99, 0.1, 0.05, key="umap_min_dist",
                              help="How tightly points may be packed.")  # fmt: skip
    unseeded = f.toggle("Unseeded", key="umap_unseeded",
                        help="Start from chance. Only umap-learn gains by it.")  # fmt: skip
    seed = e.number_input("UMAP seed", 0, 10_000, 0, key="umap_seed", disabled=unseeded,
                          help="The same seed gives the same picture.")  # fmt: skip
    return str(colour), Projection(
        method, shown, int(neighbours), float(min_dist), None if unseeded else int(seed)
    )


def _view(
    run: Run, key: str, found: Clustering, colour: str, projection: Projection
) -> tuple[Events, Points]:
    """The latent space; what the visitor pinned and selected in it."""
    shown, projection = projecting.points(key, run, projection)
    setting = run.setting
    fields = _fields(run, found)
    if colour == "silhouette":
        try:
            fields["silhouette"] = silhouette_field(_silhouette(run, key, found))
        except Undefined as reason:
            st.info(f"The silhouette is {reason}. Coloured by cluster instead.")
            colour = "cluster"
    what = "as it is"
    if projection.method != "none":
        what = f"in a {PROJECTIONS[projection.method]} projection"
    n = len(shown.points)
    events = latent_view(
        View(
            shown.points,
            shown.axes,
            fields,
            colour,
            rows=f"{setting.dataset}-{setting.digits}-{setting.holdout}",
            of=key,
            alt=f"{setting.latent_dim}-D latent space {what}: {n:,} held-out images, coloured by "
            f"{COLOURS[colour].lower()}. Arrow keys walk from neighbour to neighbour.",
            equal=setting.latent_dim <= 3,
            replay=_replay(run, shown, projection),
        ),
        key="latent_view",
    )
    note = f" ({shown.note})" if projection.method != "none" else ""
    scores = "" if projection.method == "none" else (
        f" Scores and clusters are of the {setting.latent_dim}-D latent space, not of the picture."
    )  # fmt: skip
    st.caption(
        f"All {n:,} held-out images, latent space {what}{note}.{scores} Drag to turn, scroll to "
        "zoom, point at an image to see it, click to keep it."
    )
    return events, shown


def _fields(run: Run, found: Clustering) -> dict[str, Field]:
    """What is stored with the Run; the rest follows with the pieces."""
    names = dataset_info(run.setting.dataset).class_names
    labels = run.arrays.get("labels")
    fields = {} if labels is None else {"digit": digit_field(labels, names)}
    fields["cluster"] = cluster_field(found.labels)
    fields["reconstruction"] = error_field(run.arrays["errors"])
    return fields


def _silhouette(run: Run, key: str, found: Clustering) -> npt.NDArray[Any]:
    """By digit where there are labels, else by found cluster. Raises Undefined."""
    if (labels := run.arrays.get("labels")) is not None:
        return loaders.silhouette(key, run, labels, "labels")
    return loaders.silhouette(key, run, found.labels, f"{found.method}-{found.n_clusters}")


def _replay(run: Run, shown: Points, projection: Projection) -> Replay | None:
    """The training in the axes that are drawn; UMAP has none, as its places mean nothing elsewhere."""
    if projection.takes_a_while or (replay := loaders.replay(loaders.run_key(run), run)) is None:
        return None
    return replay if run.setting.latent_dim <= 3 else replay.onto(shown.points)


def _pieces(run: Run, key: str, found: Clustering) -> None:
    """Images and silhouettes for the card; after everything else, as they take a moment."""
    fields = {}
    with contextlib.suppress(Undefined):
        fields["silhouette"] = silhouette_field(_silhouette(run, key, found))
    latent_pieces(
        Pieces(key, loaders.sheets(key, run), run.setting.image_size, fields=fields), "latent_view"
    )


def _evaluation(run: Run, key: str, found: Clustering) -> Evaluation:
    """The stored scores, or those of another clustering."""
    stored = run.evaluation
    if (found.method, found.n_clusters) == (stored.method, stored.n_clusters):
        return stored
    return loaders.evaluation(key, run, found, f"{found.method}-{found.n_clusters}")


def _tiles(scores: Evaluation) -> None:
    shown = [name for name in TILES if name in scores.values]
    for first in range(0, len(shown), 2):
        for column, name in zip(st.columns(2), shown[first : first + 2], strict=False):
            with column:
                _tile(name, scores)
    extra = f", {scores.noise} left out as noise" if scores.noise else ""
    st.caption(
        f"On {scores.n:,} held-out images; {scores.n_clusters} clusters found in latent space"
        f"{extra}. Labels serve the scores alone, never training."
    )


def _tile(name: str, scores: Evaluation) -> None:
    value, info = scores.values[name], METRICS[name]
    delta, text = None, info.help
    pixels = scores.values.get("knn_accuracy_pixels")
    if name == "knn_accuracy" and value is not None and pixels is not None:
        delta = f"{value - pixels:+.3f} vs pixels"
        text += f" The images' own pixels give {pixels:.3f}."
    if value is None:
        text += f" Here it is {scores.undefined[name]}."
    st.metric(info.label, score_text(value), delta, help=text, border=True, height="stretch")


def score_text(value: float | None) -> str:
    """A score for people: three decimals, four below 0.1."""
    if value is None:
        return "undefined"
    return f"{value:,.1f}" if value >= 100 else f"{value:.{4 if abs(value) < 0.1 else 3}f}"


def _details(run: Run, key: str, found: Clustering, scores: Evaluation) -> None:
    """What the scores rest on; only the open tab is computed."""
    drawers = {
        "Reconstructions": lambda: _pairs(run, key),
        "Silhouettes": lambda: _silhouettes(run, key, found),
        "Confusion": lambda: _confusion(run, found),
        "Neighbours": lambda: _neighbours(run, key),
        "How many clusters?": lambda: _how_many(run, key),
        "All scores": lambda: _all_scores(scores),
        "Training": lambda: _training(run),
        "Export": lambda: _export(run, found),
    }
    for tab, draw in zip(
        st.tabs(list(drawers), key="details", on_change="rerun"), drawers.values(), strict=True
    ):
        if tab.open:
            with tab:
                draw()


def _pairs(run: Run, key: str) -> None:
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
    originals, decoded = loaders.pairs(key, run, tuple(int(r) for r in rows[:40]))
    st.image(
        figures.pairs(originals, decoded),
        caption="Above: held-out images. Below: what the decoder makes of their latents.",
        width="stretch",
    )


def _silhouettes(run: Run, key: str, found: Clustering) -> None:
    names = dataset_info(run.setting.dataset).class_names
    by_label, by_cluster = st.columns(2)
    cases = [(by_cluster, "By found cluster", found.labels, f"{found.method}-{found.n_clusters}")]
    if "labels" in run.arrays:
        cases.insert(0, (by_label, "By digit", run.arrays["labels"], "labels"))
    for column, title, labels, which in cases:
        with column:
            st.markdown(f"**{title}**")
            try:
                samples = loaders.silhouette(key, run, labels, which)
            except Undefined as reason:
                st.info(f"This score is {reason}.")
                continue
            class_names = names if which == "labels" else tuple(str(i) for i in range(1000))
            figure = figures.silhouette_plot(
                samples, labels, class_names, float(np.nanmean(samples))
            )
            st.plotly_chart(figure, key=f"silhouette_{title}")
    st.caption(
        "One row per image, longest first: near 1 it lies deep in its own group, at 0 between two, "
        "below 0 nearer to another."
    )


def _confusion(run: Run, found: Clustering) -> None:
    from core.metrics import confusion_matrix

    if "labels" not in run.arrays:
        st.info("These images have no labels, so there is nothing to compare the clusters with.")
        return
    table = confusion_matrix(run.arrays["labels"], found.labels)
    names = dataset_info(run.setting.dataset).class_names
    columns = ["noise" if c == -1 else f"cluster {c}" for c in table.columns]
    figure = figures.confusion(table.counts, [names[c] for c in table.classes], columns)
    st.plotly_chart(figure, key="confusion")
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
            latent, pixels = loaders.neighbour_vote(key, run, k)
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
    from core.clustering import choose_k

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
    st.plotly_chart(figures.choice_of_k(curves[key]), key="choice_of_k")


def _all_scores(scores: Evaluation) -> None:
    st.dataframe(
        [
            {
                "score": METRICS[name].label,
                "value": score_text(value),
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
    st.plotly_chart(figures.loss_curves(run.history), key="loss")
    about = run.provenance
    st.caption(
        f"Trained in {about.get('training_seconds')} s on {about.get('machine')} "
        f"({about.get('device')}), {about.get('trained_at')}, torch "
        f"{about.get('versions', {}).get('torch')}."
    )
    st.code(run.setting.command(), language="bash", wrap_lines=True)


def _export(run: Run, found: Clustering) -> None:
    a, b, c = st.columns(3)
    facts = {"run": run.name, "setting": run.setting.to_json(),
             "evaluation": run.evaluation.to_json(), "provenance": run.provenance}  # fmt: skip
    a.download_button("Scores and setting (JSON)", json.dumps(facts, indent=1),
                      f"{run.name}.json", "application/json")  # fmt: skip
    b.download_button("Latents (CSV)", lambda: _csv(run, found), f"{run.name}.csv", "text/csv")
    c.download_button("Weights (safetensors)",
                      lambda: (run.folder / "weights.safetensors").read_bytes(),
                      f"{run.name}.safetensors")  # fmt: skip


def _csv(run: Run, found: Clustering) -> bytes:
    """Held-out latents with label, found cluster and squared error, one row per image."""
    arrays = run.arrays
    columns = [arrays["latents"], arrays.get("labels"), found.labels, arrays["errors"]]
    head = [f"z{j + 1}" for j in range(run.setting.latent_dim)]
    head += [n for n, c in zip(("label", "cluster", "error"), columns[1:], strict=True)
             if c is not None]  # fmt: skip
    table = np.column_stack([c for c in columns if c is not None])
    text = io.StringIO()
    np.savetxt(text, table, delimiter=",", header=",".join(head), comments="", fmt="%.6g")
    return text.getvalue().encode()
