"""What lies below an embedding: the points that were picked, all scores, confusion, files."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import streamlit as st

from core.export import embedding_projector
from core.export.formats import zipped
from core.figures import html
from core.figures.cluster_looks import cluster_looks
from core.figures.clusters import confusion
from core.figures.images import montage
from core.figures.latent import latent_space
from core.figures.style import classes_in
from core.latents.projection import Projection, project
from core.metrics.agreement import confusion_matrix
from core.metrics.evaluation import Evaluation
from core.runs.embedding import NOT_TRAINED, Array
from pages.parts.embeddings.view import Shown
from pages.parts.explore.details import all_scores
from pages.parts.latent_view.records import Picked
from pages.parts.shared.charts import chart
from pages.parts.shared.tabs import open_tab
from pages.parts.shared.wording import plain

SHOWN = 60  # images of a selection


def picked_points(shown: Shown, picked: Picked) -> None:
    """The pinned point with its neighbours, and what is known of those selected."""
    if picked.pinned is not None:
        with st.container(border=True):
            _pinned(shown, picked.pinned)
    if picked.selected:
        with st.container(border=True):
            _selected(shown, np.array(picked.selected))


def _pinned(shown: Shown, row: int) -> None:
    st.markdown(f"**Point {row}** · {plain(_facts(shown, row))}")
    near = shown.near
    if near is None:
        st.caption("Its neighbours are not looked for among so many points.")
        return
    rows, distances = near.indices[row], near.distances[row]
    st.caption(f"Its {len(rows)} nearest points in all dimensions, nearest first")
    _pictures(shown, np.array([row, *rows]), "The point itself, then its neighbours")
    table = shown.embedding.table(shown.points, rows)
    known = [name for name in ("point", "name", "label", "cluster") if name in table]
    table = table[known].assign(distance=distances).rename(columns=str.capitalize)
    st.dataframe(table, hide_index=True, width="content", alt="The nearest points, one a row")


def _selected(shown: Shown, rows: Array) -> None:
    own = shown.embedding
    table = own.table(shown.points, rows)
    by = "cluster" if own.labels is None else "label"
    counts = ", ".join(f"{value}: {n:,}" for value, n in table[by].value_counts().head(8).items())
    st.markdown(f"**{len(rows):,} selected points** · {by} {plain(counts)}")
    some = rows[np.linspace(0, len(rows) - 1, min(SHOWN, len(rows))).astype(int)]
    _pictures(shown, some, f"{len(some):,} of them")
    st.download_button("Selected points (CSV)", lambda: _csv(table), f"{own.name}-selection.csv",
                       "text/csv", on_click="ignore")  # fmt: skip


def _pictures(shown: Shown, rows: Array, says: str) -> None:
    images = shown.embedding.images
    if images is not None:
        page = montage(images[rows] / np.float32(255), columns=min(20, len(rows)))
        st.image(page, caption=says, alt=says, width=min(40 * len(rows), 800))


def _facts(shown: Shown, row: int) -> str:
    own, cluster = shown.embedding, int(shown.points.clusters[row])
    facts = [] if own.names is None else [str(own.names[row])]
    facts.append("no label" if own.labels is None else own.classes[int(own.labels[row])])
    return " · ".join([*facts, "in no cluster" if cluster < 0 else f"cluster {cluster}"])


def details(shown: Shown, scores: Evaluation) -> None:
    """Tabs; only the open one is computed."""
    drawers = {
        "All scores": lambda: all_scores(scores),
        "Confusion": lambda: _confusion(shown),
        "Export": lambda: _export(shown, scores),
    }
    open_tab(drawers)


def _confusion(shown: Shown) -> None:
    own = shown.embedding
    if own.labels is None:
        st.info("These points have no labels, so there is nothing to compare the clusters with.")
        return
    table = confusion_matrix(own.labels[own.scored], shown.found.labels)
    looks = cluster_looks(classes_in(shown.found.labels), shown.matches, own.classes)
    rows = [own.classes[c] for c in table.classes]
    columns = [looks[c].name for c in table.columns]
    chart(confusion(table.counts, rows, columns, noun="class"), "embedding_confusion",
          f"{own.title}: classes in clusters")  # fmt: skip
    st.caption(
        "Rows are classes; each column is a cluster, matched to classes one to one (Hungarian)."
    )


def _export(shown: Shown, scores: Evaluation) -> None:
    """A button for each file; what is in it is made when it is pressed."""
    own, points = shown.embedding, shown.points
    facts = {"title": own.title, "trained": NOT_TRAINED, "evaluation": scores.to_json()}
    files: list[tuple[str, Any, str]] = [
        ("Points (CSV)", lambda: _csv(own.table(points)), f"{own.name}.csv"),
        ("Points (Parquet)", lambda: _parquet(shown), f"{own.name}.parquet"),
        ("Scores (CSV)", lambda: _scores_csv(own.title, scores), f"{own.name}-scores.csv"),
        ("Scores (JSON)", json.dumps(facts, indent=1), f"{own.name}.json"),
        ("The plot (HTML, works offline)", lambda: _html(shown), f"{own.name}.html"),
        ("Embedding Projector (zip)", lambda: _projector(shown), f"{own.name}-projector.zip"),
    ]
    for column, pair in zip(st.columns(3), (files[:2], files[2:4], files[4:]), strict=True):
        for label, content, name in pair:
            column.download_button(label, content, name, on_click="ignore", width="stretch")
    st.caption("Points with their labels and found clusters; of the plot the PCA beyond 3-D.")


def _csv(table: Any) -> bytes:
    return bytes(table.to_csv(index=False, float_format="%.9g").encode())


def _parquet(shown: Shown) -> bytes:
    file = io.BytesIO()
    shown.embedding.table(shown.points).to_parquet(file, index=False)
    return file.getvalue()


def _scores_csv(title: str, scores: Evaluation) -> bytes:
    import pandas as pd

    row = {"embedding": title, "trained": NOT_TRAINED, "n": scores.n, "clustering": scores.method,
           "clusters": scores.n_clusters, **scores.values}  # fmt: skip
    return _csv(pd.DataFrame([row]))


def _html(shown: Shown) -> bytes:
    own = shown.embedding
    is_flat = own.latents.shape[1] <= 3
    points = project(own.latents, Projection("none" if is_flat else "pca", 3))
    figure = latent_space(
        shown.points, points.points, points.axes, own.classes, equal_units=is_flat
    )
    return html.to_html(figure, f"{own.title} ({NOT_TRAINED})")


def _projector(shown: Shown) -> bytes:
    own = shown.embedding
    return zipped(own.name, embedding_projector.files_of_embedding(own, shown.points))
