"""What a script or a notebook needs: train, load, score, cluster and draw, in one line each.

These functions are public as `from core import ...`. They call what the app and the command line call,
and import it when they are called.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.setting.datasets import UNLABELLED_CLUSTERS
from core.setting.setting import Setting

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import plotly.graph_objects as go

    from core.data.own.preview import Preview
    from core.data.own.understand import Ground, Understood
    from core.latents.clustering_methods import Clustering
    from core.metrics.evaluation import Evaluation
    from core.runs.embedding import Embedding
    from core.runs.run import Run
    from core.runs.store import Store
    from core.training.records import EpochRecord


def train(
    setting: Setting,
    store: Store | None = None,
    *,
    again: bool = False,
    threads: int | None = None,
    progress: Callable[[str, EpochRecord | None], None] | None = None,
) -> Run:
    """Train a Setting, or load its Run where it is stored already.

    >>> run = train(Setting(dataset="digits", digits=(0, 1, 2), epochs=2))
    >>> run.arrays["latents"].shape  # of the held-out images
    (82, 3)

    Args:
        setting: what to train.
        store: where Runs are kept; default: the folder `checkpoints`.
        again: train also when it is stored, and replace the Run.
        threads: of the CPU; default: half of the cores.
        progress: called with what is going on and, while training, the newest epoch; what it raises
            ends the training. Default: one line on standard error.

    Raises:
        DataError: the images can't be had.
        TrainingDiverged: the loss was not finite.
    """
    from core.runs import pipeline

    kept, report = _store(store), progress or _one_line(setting)
    if again:
        return pipeline.train(setting, kept, report, threads=threads)
    return pipeline.find_or_train(setting, kept, report, threads=threads).run


def load(what: str | Setting, store: Store | None = None) -> Run:
    """A stored Run, by the name of a recipe, by its Setting, or by a part of its name.

    >>> load("plain").setting.latent_dim
    3

    Args:
        what: key of `RECIPES`, a Setting, or a part of a Run's name that no other has.
        store: where Runs are kept; default: the folder `checkpoints`.

    Raises:
        NoSuchRun: none fits, or several do.
        DamagedRun: it can't be read.
    """
    from core.runs.lookup import NoSuchRun, named_run

    kept = _store(store)
    if isinstance(what, str):
        return named_run(what, kept)
    run = kept.find(what)
    if run is None:
        raise NoSuchRun(f"run {what.name} is not stored; core.train trains its setting")
    return run


def scores(run: Run | Embedding) -> pd.Series:
    """The scores of a Run's held-out images, or of a `view`, by name; NaN where one is undefined.

    >>> float(scores(load("tight")).round(2)["ACC"])
    1.0
    """
    import pandas as pd

    from core.metrics.catalogue import METRICS

    values = run.evaluation.values
    return pd.Series({METRICS[key].label: value for key, value in values.items()}, dtype=float)


def draw(run: Run, dims: int = 3) -> go.Figure:
    """A Run's held-out images in its latent space, coloured by class, as a plotly figure.

    Up to three latent dimensions are drawn as they are, more through UMAP, which is stored with the
    Run.

    >>> len(draw(load("plain")).data)  # a trace for each digit
    5

    Args:
        run: what to draw.
        dims: 2 or 3, of the projection of more than three dimensions.
    """
    from core.figures.latent import latent_space
    from core.latents.projection import Projection
    from core.runs.pipeline import find_or_project
    from core.setting.datasets import dataset_info

    is_flat = run.setting.latent_dim <= 3
    found, _ = find_or_project(run, Projection("none" if is_flat else "umap", dims))
    names = dataset_info(run.setting.dataset).class_names
    return latent_space(run.shown, found.points, found.axes, names, equal_units=is_flat)


def cluster(
    latents: np.ndarray[Any, Any], method: str = "kmeans", n_clusters: int = 10
) -> Clustering:
    """Clusters of any latents (n, d), found without labels; `core.latents.clustering.cluster`.

    >>> cluster(load("plain").arrays["latents"], "kmeans", 5).n_clusters
    5
    """
    from core.latents.clustering import cluster

    return cluster(latents, method, n_clusters)


def evaluate(
    latents: np.ndarray[Any, Any],
    labels: np.ndarray[Any, Any] | None = None,
    clustering: Clustering | None = None,
    *,
    neighbours: int = 5,
    split: str = "all",
    begun: Callable[[str], None] = lambda key: None,
) -> Evaluation:
    """Every score of any latents that needs no model.

    >>> run = load("plain")
    >>> found = evaluate(run.arrays["latents"], run.arrays["labels"])
    >>> round(found.values["silhouette_labels"], 2)
    0.26

    Args:
        latents: (n, d).
        labels: (n,) whole numbers; without them scores that need labels are undefined.
        clustering: default: k-means with as many clusters as there are labels, or 10.
        neighbours: k of kNN accuracy and trustworthiness.
        split: what the points are, for the record.
        begun: is told the key of each score before it is computed.
    """
    import numpy as np

    from core.latents.arrays import centred
    from core.metrics.catalogue import METRICS
    from core.metrics.evaluation import evaluate
    from core.metrics.metric import Measured

    values = np.asarray(latents)
    if values.dtype != np.float32 and values.ndim == 2:  # what is not of this project's networks
        latents = centred(values)
    if clustering is None:
        k = UNLABELLED_CLUSTERS if labels is None else len(np.unique(labels))
        clustering = cluster(latents, n_clusters=k)
    keys = [key for key, metric in METRICS.items() if metric.of_latents]
    return evaluate(Measured(latents, clustering, labels, neighbours), keys, split, begun)


def results(store: Store | None = None) -> pd.DataFrame:
    """All that has been measured: stored Runs and the studies' results, a row each.

    >>> rows = results()
    >>> bool(len(rows) > 500)
    True
    """
    from core.compare import index

    return index.load(_store(store)).rows


def add_images(
    images: Any,
    labels: Any = None,
    *,
    name: str = "",
    ground: Ground = "auto",
    values: tuple[float, float] | None = None,
    store: Store | None = None,
) -> str:
    """Keep your own images; the name of their data set, for a Setting.

    Args:
        images: a path (file, folder or zip, as data/README.md lists them), an array or a tensor, a data
            frame with a row for each image, a Bunch of scikit-learn, a data set of torchvision, or any
            with a length whose items are an image and its label.
        labels: one for each image, where `images` has none: whole numbers or names.
        name: what the data set is called; default: as the file.
        ground: "light": dark ink on light ground, which is turned; "auto": what the borders say.
        values: of black and of white; default: what the values say.
        store: data sets that its Runs were trained on are never dropped for new ones.

    Raises:
        DataError: they can't be read or used; what would do.
    """
    from core.data.own.adding import label_of
    from core.data.own.store import keep

    found = _understood(images, labels, ground, values)
    label = name or (label_of(Path(images)) if isinstance(images, str | Path) else "")
    return keep(found, in_use=_store(store).own_images(), label=label)


def preview_images(
    images: Any,
    labels: Any = None,
    *,
    ground: Ground = "auto",
    values: tuple[float, float] | None = None,
) -> Preview:
    """What `add_images` would make of images; nothing is kept. Its arguments and errors are the same.

    >>> from sklearn.datasets import load_digits
    >>> print(*preview_images(load_digits()).sentences()[:2])
    1,797 images (8 x 8 pixels), from named arrays. Values go from 0 to 16.
    """
    return _understood(images, labels, ground, values).preview


def _understood(
    images: Any, labels: Any, ground: Ground, values: tuple[float, float] | None
) -> Understood:
    from core.data.own.python_objects import found_of
    from core.data.own.understand import Options, understand

    return understand(found_of(images, labels), Options(ground, values))


def _store(store: Store | None) -> Store:
    from core.runs.store import Store

    return store or Store()


def _one_line(setting: Setting) -> Callable[[str, EpochRecord | None], None]:
    """Progress as one line on standard error, written over."""

    def report(stage: str, record: EpochRecord | None) -> None:
        text = stage
        if record is not None:
            left = record.seconds / record.epoch * (setting.epochs - record.epoch)
            text = f"epoch {record.epoch} of {setting.epochs}, about {left:.0f} s left"
        end = "\n" if stage == "saving" else ""
        sys.stderr.write(f"\r{text:<60}{end}")
        sys.stderr.flush()

    return report
