"""What pages load, each thing once for all visitors. Keys are names of stored Runs and plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.checkpoints import DamagedRun, Run, Store
from core.config import Setting
from core.evaluation import OF_CLUSTERS, Evaluation
from core.jobs import JobQueue, ProjectionQueue
from core.methods import Clustering
from core.replay import Replay

if TYPE_CHECKING:
    import pandas as pd

    from core.neighbours import Neighbours

Array = np.ndarray[Any, Any]


@st.cache_resource
def store() -> Store:
    """The checkpoint store of this app."""
    return Store()


@st.cache_resource
def queue() -> JobQueue:
    """The one training queue of this process."""
    return JobQueue(store())


@st.cache_resource
def projections() -> ProjectionQueue:
    """The one queue of UMAPs of this process."""
    return ProjectionQueue()


def find_run(setting: Setting) -> Run | None:
    """The Run of a Setting, or None; a damaged one is reported in a sentence on the page."""
    try:
        return _run(setting.name, _stamp(setting.name))
    except DamagedRun as damage:
        st.warning(str(damage), icon=":material/healing:")
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


def stored_clustering(run: Run) -> Clustering:
    """The clusters that the Run was scored with: of as many k-means looked for as there are classes."""
    stored, labels = run.evaluation, run.arrays["clusters"].astype(np.int64)
    asked = len(run.setting.digits)
    return Clustering(stored.method, labels, stored.n_clusters, stored.noise, asked)


def clustering(key: str, run: Run, method: str, n_clusters: int) -> Clustering:
    """Clusters found in latent space: those stored with the Run, or others."""
    stored = stored_clustering(run)
    if (method, n_clusters) == (stored.method, stored.asked):
        return stored
    return _clustering(key, run, method, n_clusters, run.setting.seed)


@st.cache_resource(max_entries=64, show_spinner="Finding clusters …")
def _clustering(key: str, _run: Run, method: str, n_clusters: int, seed: int) -> Clustering:
    from core.clustering import cluster

    return cluster(_run.arrays["latents"], method, n_clusters, seed=seed)


@st.cache_resource(max_entries=128, show_spinner=False)
def silhouette(key: str, _run: Run, _labels: Array, which: str) -> Array:
    """Silhouette of every held-out image (n,) by the labels named by `which`."""
    from core.metrics import silhouette_samples

    return silhouette_samples(_run.arrays["latents"], _labels)


@st.cache_resource(max_entries=64, show_spinner="Scoring …")
def evaluation(key: str, _run: Run, _clustering: Clustering, which: str) -> Evaluation:
    """The Run's Evaluation with another clustering; what does not depend on it is taken over."""
    from core.scoring import evaluate

    fresh = evaluate(
        _run.arrays["latents"], _clustering, labels=_run.arrays.get("labels"),
        neighbours=_run.evaluation.neighbours, names=OF_CLUSTERS,
    )  # fmt: skip
    return _run.evaluation.with_clusters(fresh)


@st.cache_resource(max_entries=16, show_spinner="Projecting …")
def projected(key: str, _run: Run, _projection: Any, which: str) -> Any:
    """Points for the eye, of projections that take no time; UMAP's come from `projecting`."""
    from core.projection import project

    return project(_run.arrays["latents"], _projection)


def table(run: Run, found: Clustering, rows: Array | None = None) -> pd.DataFrame:
    """Held-out images, one a row: number, latent, label, found cluster, squared error."""
    import pandas as pd

    arrays = run.arrays
    chosen = np.arange(len(found.labels)) if rows is None else rows
    columns: dict[str, Array] = {"number": chosen}
    for j in range(run.setting.latent_dim):
        columns[f"z{j + 1}"] = arrays["latents"][chosen, j]
    if "labels" in arrays:
        columns["label"] = arrays["labels"][chosen]
    columns["cluster"] = found.labels[chosen]
    columns["error"] = arrays["errors"][chosen]
    return pd.DataFrame(columns)


@st.cache_resource(max_entries=32, show_spinner="Reconstructing …")
def pairs(key: str, _run: Run, rows: tuple[int, ...]) -> tuple[Array, Array]:
    """Held-out images and their reconstructions, both (m, s, s) in 0..1."""
    import torch

    from core import data

    setting = _run.setting
    images = data.load(setting).test.images(setting, torch.tensor(rows))
    model = _run.model()
    with torch.inference_mode():
        decoded = model.decode(model.encode(images))
    return tuple((x[:, 0] / setting.pixel_range).clamp(0, 1).numpy() for x in (images, decoded))  # type: ignore[return-value]


@st.cache_resource(max_entries=8, show_spinner=False)
def sheets(key: str, _run: Run) -> list[tuple[bytes, bytes]]:
    """Pictures of all held-out images and of their reconstructions."""
    import torch

    from core import data, sprites
    from core.training import image_chunks

    setting, model = _run.setting, _run.model()
    split, high = data.load(setting).test, setting.pixel_range
    originals, decoded = [], []
    with torch.inference_mode():
        for images in image_chunks(split, setting, torch.device("cpu")):
            originals.append((images[:, 0] / high).numpy())
            decoded.append((model.decode(model.encode(images))[:, 0] / high).numpy())
    above = sprites.sheets(np.concatenate(originals))
    below = sprites.sheets(np.concatenate(decoded), soft=True)
    return list(zip(above, below, strict=True))


@st.cache_resource(max_entries=32, show_spinner=False)
def neighbours(key: str, _run: Run, k: int) -> Neighbours:
    """Nearest others of every held-out image in latent space. Raises Undefined for too few."""
    from core.neighbours import neighbour_graph

    return neighbour_graph(_run.arrays["latents"], k)


@st.cache_resource(max_entries=32, show_spinner=False)
def replay(key: str, _run: Run) -> Replay | None:
    """How the Run's latent space formed."""
    return _run.replay()


@st.cache_resource(max_entries=8, show_spinner="Encoding the training images …")
def _train_latents(key: str, _run: Run) -> tuple[Array, Array | None]:
    from core import data
    from core.training import encode

    split = data.load(_run.setting).train
    labels = None if split.labels is None else split.labels.numpy()
    return encode(_run.model(), split, _run.setting).numpy(), labels


@st.cache_resource(max_entries=128, show_spinner="Asking the neighbours …")
def neighbour_vote(key: str, _run: Run, k: int) -> tuple[float, float | None]:
    """kNN accuracy in latent space and on pixels, for another k than the stored one."""
    from core.metrics import knn_accuracy
    from core.pipeline import pixel_baseline

    latents, labels = _train_latents(key, _run)
    assert labels is not None  # the page asks only of labelled data
    test = _run.arrays
    return (
        knn_accuracy(latents, labels, test["latents"], test["labels"].astype(np.int64), k),
        pixel_baseline(_run.setting, k),
    )


@st.cache_resource(max_entries=64, show_spinner="Timing a few steps …")
def estimate(name: str, _setting: Setting) -> float:
    """Seconds that training will take on this machine."""
    from core import data
    from core.training import estimate_seconds

    return estimate_seconds(_setting, data.load(_setting))
