"""What pages load, each thing once for all visitors. Keys are names of stored Runs and plain values."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.compare import index as core_index
from core.compare.index import Index
from core.jobs.queue import JobQueue, ProjectionQueue
from core.latents.arrays import Undefined
from core.latents.clustering_methods import NOISE, Clustering
from core.latents.shown import CHOICES, HELD_OUT, MAX_TRAINING, TRAINING, ShownImages, ShownSplit
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import Evaluation
from core.runs.run import Run, RunError
from core.runs.store import Store
from core.setting.setting import FIELDS, Setting
from core.training.replay import Replay
from pages.parts.shared.wording import plain

if TYPE_CHECKING:
    import pandas as pd

    from core.data.splits import Split
    from core.jobs.sweeps import SweepQueue
    from core.latents.neighbours import Neighbours

Array = np.ndarray[Any, Any]


@st.cache_resource
def store() -> Store:
    """The checkpoint store of this app."""
    return Store()


def index(*, now: bool = False) -> Index:
    """Everything measured, as the store and the results files are now, or were a moment ago."""
    if now:
        _sources.clear()
    return index_at(_sources())


@st.cache_resource(ttl=2, show_spinner=False)
def _sources() -> str:
    """Asking ten thousand files for their time takes a tenth of a second: not at every click."""
    return core_index.stamp(store(), core_index.RESULTS)


@st.cache_resource(max_entries=2, show_spinner="Reading the results …")
def index_at(stamp: str) -> Index:
    """The index of that stamp, read once for all visitors."""
    return core_index.load(store(), core_index.RESULTS)


def stored_alike(setting: Setting, fields: Iterable[str], most: int) -> list[Setting]:
    """Of other stored Runs that share these fields, the newest; no Run is read."""
    rows = index().rows
    text = setting.to_text()
    alike = rows["has_run"] & (rows["run"] != setting.name)
    for name in fields:
        alike &= rows[name].astype(str) == str(text[name])
    found = rows.loc[alike].drop_duplicates("run").head(most)
    return [core_index.setting_of(row) for row in found[list(FIELDS)].to_dict("records")]


@st.cache_resource
def turn() -> threading.Lock:
    """Held by whatever trains: one training, or one sweep's settings, at a time for all visitors."""
    return threading.Lock()


@st.cache_resource
def queue() -> JobQueue:
    """The one training queue of this process."""
    return JobQueue(store(), turn())


@st.cache_resource
def sweeps() -> SweepQueue:
    """The one queue of sweeps of this process, which gives way to trainings."""
    from core.jobs.sweeps import SweepQueue
    from core.studies.engines.local import Pool

    return SweepQueue(queue(), turn(), lambda: Pool(sweep_workers()))


def sweep_workers() -> int:
    """Settings that a sweep trains at a time: half of the cores; the other half serves visitors."""
    from core.training.threads import half_of_the_cores

    return half_of_the_cores()


@st.cache_resource
def projections() -> ProjectionQueue:
    """The one queue of UMAPs of this process."""
    return ProjectionQueue()


def find_run(setting: Setting) -> Run | None:
    """The Run of a Setting, or None; a damaged one is reported in a sentence on the page."""
    return run_named(setting.name)


def run_named(name: str) -> Run | None:
    """The Run of that full name, or None; a damaged one is reported in a sentence on the page."""
    try:
        return _run(name, _stamp(name))
    except RunError as problem:
        st.warning(plain(str(problem)), icon=":material/healing:")
        return None


def _stamp(name: str) -> int:
    """Changes when a Run is written anew, so that no cache shows the old one."""
    try:
        return (store().root / name / "run.json").stat().st_mtime_ns
    except OSError:
        return 0


@st.cache_resource(max_entries=32, show_spinner=False)
def _run(name: str, stamp: int) -> Run | None:
    return store().load(name)


def run_key(run: Run) -> str:
    """Names a Run and the moment it was written; what caches below are keyed by."""
    return f"{run.name}@{_stamp(run.name)}"


def clustering(key: str, run: Run, method: str, n_clusters: int) -> Clustering:
    """Clusters found in latent space: those stored with the Run, or others."""
    stored = run.clustering
    if (method, n_clusters) == (stored.method, stored.asked):
        return stored
    return _clustering(key, run, method, n_clusters, run.setting.seed)


def clusters_key(found: Clustering) -> str:
    """Names a way to find clusters in a Run; what caches of its clusters are keyed by.

    By how many were asked for: twelve asked for that gave eleven are others than eleven asked for.
    """
    return f"{found.method}-{found.asked}"


@st.cache_resource(max_entries=64, show_spinner="Finding clusters …")
def _clustering(key: str, _run: Run, method: str, n_clusters: int, seed: int) -> Clustering:
    from core.latents.clustering import cluster

    return cluster(_run.arrays["latents"], method, n_clusters, seed=seed)


@st.cache_resource(max_entries=128, show_spinner=False)
def silhouette(key: str, _run: Run, _labels: Array, which: str) -> Array:
    """Silhouette of every held-out image (n,) by "labels", or by the clusters named by `which`."""
    from core.metrics.separation import silhouette_samples

    noise = None if which == "labels" else NOISE
    return silhouette_samples(_run.arrays["latents"], _labels, noise)


@st.cache_resource(max_entries=64, show_spinner="Scoring …")
def evaluation(key: str, _run: Run, _clustering: Clustering, which: str) -> Evaluation:
    """The Run's Evaluation with another clustering; what does not depend on it is taken over."""
    from core.metrics.evaluation import evaluate
    from core.metrics.metric import Measured

    measured = Measured(
        _run.arrays["latents"], _clustering, _run.arrays.get("labels"), _run.evaluation.neighbours
    )
    fresh = evaluate(measured, [key for key, metric in METRICS.items() if metric.of_clusters])
    return _run.evaluation.with_clusters(fresh)


@st.cache_resource(max_entries=16, show_spinner="Projecting …")
def projected(key: str, _latents: Array, _projection: Any, which: str) -> Any:
    """Points for the eye, of projections that take no time; UMAP's come from `projecting`."""
    from core.latents.projection import project

    return project(_latents, _projection)


def shown_images(key: str, run: Run, found: Clustering, choice: str) -> ShownImages:
    """The images to draw, by a key of `CHOICES`: training images are encoded when first asked for."""
    parts = {HELD_OUT: _held_out, TRAINING: _training}
    return ShownImages(choice, tuple(parts[split](key, run, found) for split in CHOICES[choice]))


def shown_key(key: str, shown: ShownImages) -> str:
    """Names which images of a Run; what caches of clouds are keyed by."""
    return f"{key}/{shown.choice}"


def _held_out(key: str, run: Run, found: Clustering) -> ShownSplit:
    arrays = run.arrays
    return ShownSplit(HELD_OUT, arrays["latents"], arrays.get("labels"), found.labels, arrays["errors"],
                len(arrays["latents"]))  # fmt: skip


def _training(key: str, run: Run, found: Clustering) -> ShownSplit:
    latents, labels = _train_latents(key, run)
    clusters = _train_clusters(key, run, found, clusters_key(found))
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
    columns["error"] = shown.errors[chosen]
    return pd.DataFrame(columns)


def latents_csv(run: Run, shown: ShownImages, rows: Array | None = None) -> bytes:
    """Split, number, latent, label, found cluster and squared error of images, one row each."""
    return table(run, shown, rows).to_csv(index=False, float_format="%.6g").encode()


def _split(setting: Setting, split: str) -> Split:
    from core.data import splits

    loaded = splits.load(setting)
    return loaded.test if split == HELD_OUT else loaded.train


@st.cache_resource(max_entries=32, show_spinner="Reconstructing …")
def pairs(key: str, _run: Run, places: tuple[tuple[str, int], ...]) -> tuple[Array, Array]:
    """Images, by split and number, and their reconstructions, both (m, s, s) in 0..1."""
    import torch

    setting = _run.setting
    splits = {name: _split(setting, name) for name, _ in places}
    images = torch.cat([splits[name].images(setting, slice(i, i + 1)) for name, i in places])
    model = _run.model()
    with torch.inference_mode():
        decoded = model.decode(model.encode(images))
    return tuple((x[:, 0] / setting.pixel_range).clamp(0, 1).numpy() for x in (images, decoded))  # type: ignore[return-value]


@st.cache_resource(max_entries=32, show_spinner=False)
def sheets(key: str, _run: Run, split: str, first: int) -> tuple[bytes, bytes]:
    """Pictures of `sprites.PER_SHEET` images from `first` on, and of their reconstructions."""
    import torch

    from core.figures import sprites
    from core.training.encoding import image_chunks

    setting, model = _run.setting, _run.model()
    some, high = (
        _split(setting, split).between(first, first + sprites.PER_SHEET),
        setting.pixel_range,
    )
    originals, decoded = [], []
    with torch.inference_mode():
        for images in image_chunks(some, setting, torch.device("cpu")):
            originals.append((images[:, 0] / high).numpy())
            decoded.append((model.decode(model.encode(images))[:, 0] / high).numpy())
    above = sprites.sprite_sheets(np.concatenate(originals))
    below = sprites.sprite_sheets(np.concatenate(decoded), soft=True)
    return above[0], below[0]


@st.cache_resource(max_entries=8, show_spinner="Looking for nearest neighbours …")
def neighbours(key: str, _latents: Array, k: int) -> Neighbours:
    """Nearest others of every image in latent space. Raises Undefined for too few."""
    from core.latents.neighbours import neighbour_graph

    return neighbour_graph(_latents, k)


@st.cache_resource(max_entries=32, show_spinner=False)
def replay(key: str, _run: Run) -> Replay | None:
    """How the Run's latent space formed."""
    return _run.replay()


@st.cache_resource(max_entries=4, show_spinner="Encoding the training images …")
def _train_latents(key: str, _run: Run) -> tuple[Array, Array | None]:
    from core.data import splits
    from core.training.encoding import encode

    split = splits.load(_run.setting).train
    labels = None if split.labels is None else split.labels.numpy()
    return encode(_run.model(), split, _run.setting).numpy(), labels


@st.cache_resource(max_entries=4, show_spinner="Reconstructing the training images …")
def _train_errors(key: str, _run: Run) -> Array:
    import torch

    from core.training.encoding import reconstruction_errors

    latents, _ = _train_latents(key, _run)
    split = _split(_run.setting, TRAINING).between(0, MAX_TRAINING)
    return reconstruction_errors(
        _run.model(), split, _run.setting, torch.from_numpy(latents[:MAX_TRAINING])
    ).numpy()


@st.cache_resource(max_entries=8, show_spinner="Finding each training image's cluster …")
def _train_clusters(key: str, _run: Run, _found: Clustering, which: str) -> Array:
    from core.latents.clustering import of_nearest

    latents = _train_latents(key, _run)[0][:MAX_TRAINING]
    try:
        return of_nearest(_run.arrays["latents"], _found.labels, latents)
    except Undefined:  # not finite: the projection says so in a sentence
        return np.full(len(latents), -1)


@st.cache_resource(max_entries=128, show_spinner="Asking the neighbours …")
def neighbour_vote(key: str, _run: Run, k: int) -> tuple[float, float | None]:
    """kNN accuracy in latent space and on pixels, for another k than the stored one."""
    from core.metrics.neighbourhood import knn_accuracy
    from core.runs.scoring import pixel_baseline

    latents, labels = _train_latents(key, _run)
    assert labels is not None  # the page asks only of labelled data
    test = _run.arrays
    return (
        knn_accuracy(latents, labels, test["latents"], test["labels"].astype(np.int64), k),
        pixel_baseline(_run.setting, k),
    )
