"""`core.view`: points from anywhere in a notebook, with scores and a figure as a Run has them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.latents.projection import Projection, project
from core.runs.embedding import NOT_TRAINED, Embedding

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

MOST_UMAP = 20_000  # points; of more UMAP could take minutes, and PCA is drawn


@dataclass(frozen=True, eq=False)
class View(Embedding):
    """An Embedding that a notebook shows: `scores`, `figure`, and both as a cell's output."""

    def scores(self, method: str = "kmeans", n_clusters: int | None = None) -> pd.Series:
        """Every score that needs no model, by name; NaN where one is undefined.

        Of more than 10,000 points they are of 10,000 drawn by chance, always the same ones.

        Args:
            method: how clusters are found, a key of `CLUSTERING_METHODS`.
            n_clusters: default: as many as classes, or 10.
        """
        import pandas as pd

        from core.metrics.catalogue import METRICS

        values = self.evaluated(method, n_clusters)[1].values
        return pd.Series({METRICS[key].label: value for key, value in values.items()}, dtype=float)

    def figure(self, dims: int = 3, projection: str = "") -> go.Figure:
        """The points as a plotly figure, coloured by class, or by cluster without labels.

        Args:
            dims: 2 or 3, of the projection of more than three dimensions.
            projection: "pca" or "umap"; default: UMAP, and PCA of more than 20,000 points. Up to three
                dimensions are drawn as they are.
        """
        from core.figures.latent import latent_space

        is_flat = self.latents.shape[1] <= 3
        method = projection or ("umap" if len(self) <= MOST_UMAP else "pca")
        points = project(self.latents, Projection("none" if is_flat else method, dims))
        found, _ = self.evaluated()
        figure = latent_space(
            self.shown(found), points.points, points.axes, self.classes, equal_units=is_flat
        )
        how = "" if is_flat else f", {method.upper()}: {points.note}"
        return figure.update_layout(title=f"{self.title} ({NOT_TRAINED}){how}", margin={"t": 60})

    def _repr_html_(self) -> str:
        """Figure and scores; plotly.js is inside, so that nothing is fetched."""
        table = self.scores().round(3).to_frame("score").to_html(border=0, na_rep="undefined")
        figure = self.figure().update_layout(height=560)
        said = "".join(f"<p>{remark}</p>" for remark in self.remarks)
        return f"{figure.to_html(full_html=False, include_plotlyjs=True)}{said}{table}"


def view(
    X: Any, labels: Any = None, images: Any = None, names: Any = None, *, title: str = ""
) -> View:
    """Points of any kind, to be looked at and scored beside Runs.

    >>> from sklearn.datasets import load_iris
    >>> flowers = load_iris()
    >>> seen = view(flowers.data, flowers.target_names[flowers.target])
    >>> float(seen.scores().round(2)["ACC"])
    0.89

    Args:
        X: (n, d) numbers, a tensor, a data frame with a column of labels, or the path of a file.
        labels: (n,) whole numbers or names; they serve the scores alone.
        images: (n, h, w), grey or in colours: a picture of each point.
        names: (n,) a text for each point.
        title: what it is called; default: the file's name, or "Embedding".

    Raises:
        DataError: they can't be used; what was found and what would do.
    """
    from core.data.own.embedding_tables import Table
    from core.data.own.embeddings import checked, read_embedding
    from core.data.own.python_objects import array_of

    given = {"labels": labels, "images": images, "names": names}
    own: dict[str, Any] = {}
    about = {what: array_of(value) for what, value in given.items() if value is not None}
    if isinstance(X, str | Path):
        read = read_embedding(Path(X))
        points, title = read.points, title or Path(X).stem
        own = {"labels": read.labels, "names": read.names, "images": read.images}
        if read.labels is not None:
            own["labels"] = np.array(read.classes)[read.labels]
        remarks = list(read.remarks)
    elif hasattr(X, "iloc") and hasattr(X, "columns"):
        points, own = Table.of(X, "the data frame").points()
        remarks = []
    else:
        points, remarks = array_of(X), []
    return View.of(checked(points, {**own, **about}, remarks), title)
