"""The images of a Run: those that are drawn, their latents, neighbours and reconstructions.

Each is computed by a worker, once for all visitors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.data.present import is_local
from core.jobs import image_tasks, tasks
from core.latents.arrays import Undefined
from core.latents.clustering_methods import Clustering
from core.latents.shown import CHOICES, HELD_OUT, MAX_TRAINING, TRAINING, ShownImages, ShownSplit
from core.runs.run import Run
from core.setting.setting import Setting
from pages.parts.shared import run_data, services

if TYPE_CHECKING:
    import pandas as pd

    from core.latents.neighbours import Neighbours
    from core.latents.typical import Centres
    from core.metrics.stability import Stability

Array = np.ndarray[Any, Any]

THUMBNAIL_POINTS = 1_000


def thumbnail(key: str, read: Callable[[], Run]) -> Array:
    """A small picture of a Run's latent space, for the page's theme.

    Args:
        key: names the Run.
        read: gives it; asked only where the picture is not there yet.

    Raises:
        ProjectionError: its latents can't be drawn.
    """
    return _thumbnail(key, read, st.context.theme.type == "dark")


@st.cache_resource(max_entries=512, show_spinner="Drawing …")
def _thumbnail(key: str, _read: Callable[[], Run], dark: bool) -> Array:
    from core.figures.thumbnail import latent_thumbnail

    arrays, some = _read().arrays, slice(THUMBNAIL_POINTS)
    labels = arrays.get("labels", arrays["clusters"])
    return latent_thumbnail(arrays["latents"][some], labels[some], dark=dark)


def examples(setting: Setting, count: int) -> Array | None:
    """Held-out images (count, s, s) in 0..1, spread over the classes; None where none are here."""
    if not is_local(setting.dataset):
        return None
    return _examples(setting.name, setting, count)


@st.cache_resource(max_entries=32, show_spinner=False)
def _examples(name: str, _setting: Setting, count: int) -> Array:
    return services.workers().call(image_tasks.examples, _setting, count)


def suggested_clusters(setting: Setting) -> Stability:
    """How far halves of the training images agree on each number of clusters.

    Raises:
        UserError: too few images, or none are here.
    """
    return _suggested_clusters(training_images_key(setting), setting)


def training_images_key(setting: Setting) -> tuple[object, ...]:
    """Names the images that a Setting trains on, whatever else it says."""
    return setting.dataset, setting.digits, setting.holdout, setting.image_size


@st.cache_resource(max_entries=64, show_spinner=False)
def _suggested_clusters(about: tuple[object, ...], _setting: Setting) -> Stability:
    return services.workers().call(image_tasks.suggest_clusters, _setting)


def shown_images(key: str, run: Run, found: Clustering, choice: str) -> ShownImages:
    """The images to draw, by a key of `CHOICES`: training images are encoded when first asked for."""
    parts = {HELD_OUT: _held_out, TRAINING: _training}
    return ShownImages(choice, tuple(parts[split](key, run, found) for split in CHOICES[choice]))


def shown_key(key: str, shown: ShownImages) -> str:
    """Names which images of a Run; the key of caches."""
    return f"{key}/{shown.choice}"


def _held_out(key: str, run: Run, found: Clustering) -> ShownSplit:
    arrays = run.arrays
    return ShownSplit(
        HELD_OUT, arrays["latents"], arrays.get("labels"), found.labels, arrays["errors"],
        len(arrays["latents"]),
    )  # fmt: skip


def _training(key: str, run: Run, found: Clustering) -> ShownSplit:
    latents, labels = _train_latents(key, run)
    clusters = _train_clusters(key, run, found, run_data.clusters_key(found))
    return ShownSplit(
        TRAINING, latents[:MAX_TRAINING], None if labels is None else labels[:MAX_TRAINING],
        clusters, _train_errors(key, run), len(latents),
    )  # fmt: skip


def table(run: Run, shown: ShownImages, rows: Array | None = None) -> pd.DataFrame:
    """Images, one a row: split, number in it, latent, label, found cluster, squared error."""
    import pandas as pd

    chosen = np.arange(len(shown)) if rows is None else rows
    columns: dict[str, Array] = {"split": shown.splits[chosen], "number": shown.numbers[chosen]}
    for j in range(run.setting.latent_dim):
        columns[f"z{j + 1}"] = shown.latents[chosen, j]
    if shown.labels is not None:
        columns["label"] = shown.labels[chosen]
    columns["cluster"] = shown.clusters[chosen]
    if shown.errors is not None:
        columns["error"] = shown.errors[chosen]
    return pd.DataFrame(columns)


def latents_csv(run: Run, shown: ShownImages, rows: Array | None = None) -> bytes:
    """Split, number, latent, label, found cluster and squared error of images, one row each."""
    return table(run, shown, rows).to_csv(index=False, float_format="%.6g").encode()


@st.cache_resource(max_entries=8, show_spinner="Looking for nearest neighbours …")
def neighbours(key: str, _latents: Array, k: int) -> Neighbours:
    """Nearest others of every image in latent space. Raises Undefined for too few."""
    from core.latents.neighbours import neighbour_graph

    return services.workers().call(neighbour_graph, _latents, k)


@st.cache_resource(max_entries=64, show_spinner=False)
def middles(key: str, which: str, _latents: Array, _groups: Array) -> Centres:
    """Mean and medoid of each group; `which` groups: "labels", or the clusters of that name.

    Raises Undefined for latents that are not finite.
    """
    from core.latents.typical import centres

    return services.workers().call(centres, _latents, _groups)


@st.cache_resource(max_entries=128, show_spinner="Asking the neighbours …")
def neighbour_vote(key: str, _run: Run, k: int) -> tuple[float, float | None]:
    """kNN accuracy in latent space and on pixels, for another k than the stored one."""
    return services.workers().call(image_tasks.neighbour_vote, _run, k)


def of_run(run: Run, method: str, *args: Any) -> Any:
    """What a method of a Run gives that needs its network, as `decode`."""
    return services.workers().call(image_tasks.of_run, run, method, *args)


@st.cache_resource(max_entries=64, show_spinner="Decoding …")
def decoded(key: str, _run: Run, latents: Array) -> Array:
    """What a Run's decoder makes of latents (m, d): images (m, s, s), 0 to 1; `key` names the Run."""
    found: Array = of_run(_run, "decode", latents)
    return found


def training_images(run: Run) -> int:
    """How many there are; all is at hand then that an answer about a picture takes."""
    return _training_images(run_data.run_key(run), run)


@st.cache_resource(max_entries=32, show_spinner="Encoding the training images …")
def _training_images(key: str, _run: Run) -> int:
    return services.workers().call(image_tasks.training_images, _run)


def split_labels(setting: Setting, split: str) -> Array | None:
    """Labels (n,) of the images of a split; None where there are none."""
    return _split_labels(setting.replace(seed=0).name, setting, split)


@st.cache_resource(max_entries=16, show_spinner=False)
def _split_labels(kind: str, _setting: Setting, split: str) -> Array | None:
    return services.workers().call(image_tasks.split_labels, _setting, split)


def originals(run: Run, split: str, rows: Array) -> Array:
    """Images (m, s, s), 0 to 1, of a split of a Run's data by their numbers."""
    return services.workers().call(image_tasks.images, run.setting, split, rows)


def shown_originals(run: Run, shown: ShownImages, rows: Array) -> Array:
    """Images (m, s, s), 0 to 1, of the rows of what is shown."""
    side = run.setting.image_size
    images = np.zeros((len(rows), side, side), np.float32)
    splits, numbers = shown.splits[rows], shown.numbers[rows]
    for split in np.unique(splits):
        own = splits == split
        images[own] = originals(run, str(split), numbers[own])
    return images


@st.cache_resource(max_entries=32, show_spinner="Reconstructing …")
def pairs(key: str, _run: Run, places: tuple[tuple[str, int], ...]) -> tuple[Array, Array]:
    """Images, by split and number, and their reconstructions, both (m, s, s) in 0..1."""
    return services.workers().call(image_tasks.pairs, _run, places)


@st.cache_resource(max_entries=32, show_spinner=False)
def pictures(key: str, _setting: Setting, split: str, first: int) -> bytes:
    """A picture of `sprites.PER_SHEET` images from `first` on; `key` names the images."""
    return services.workers().call(image_tasks.pictures, _setting, split, first)


@st.cache_resource(max_entries=32, show_spinner=False)
def reconstructions(key: str, _run: Run, split: str, first: int) -> bytes:
    """The same of their reconstructions; `key` names the Run."""
    return services.workers().call(image_tasks.reconstructions, _run, split, first)


@st.cache_resource(max_entries=4, show_spinner="Encoding the training images …")
def _train_latents(key: str, _run: Run) -> tuple[Array, Array | None]:
    known = services.workers().call(image_tasks.known_images, _run)
    return known.latents, known.labels


@st.cache_resource(max_entries=4, show_spinner="Reconstructing the training images …")
def _train_errors(key: str, _run: Run) -> Array:
    return services.workers().call(image_tasks.training_errors, _run)


@st.cache_resource(max_entries=8, show_spinner="Finding each training image's cluster …")
def _train_clusters(key: str, _run: Run, _found: Clustering, which: str) -> Array:
    latents = _train_latents(key, _run)[0][:MAX_TRAINING]
    try:
        return services.workers().call(
            tasks.of_nearest, _run.arrays["latents"], _found.labels, latents
        )
    except Undefined:  # not finite: the projection says so in a sentence
        return np.full(len(latents), -1)
