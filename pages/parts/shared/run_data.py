"""A stored Run and what is computed from its arrays, each thing once for all visitors.

Caches are keyed by the name of the Run and the time it was written.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from core.jobs import tasks
from core.latents.clustering_methods import NOISE, Clustering
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import Evaluation
from core.runs.clusterings import known_clustering
from core.runs.run import Run, RunError
from core.setting.setting import Setting
from core.training.replay import Replay
from pages.parts.shared import services
from pages.parts.shared.wording import plain

Array = np.ndarray[Any, Any]


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
        return (services.store().root / name / "run.json").stat().st_mtime_ns
    except OSError:
        return 0


@st.cache_resource(max_entries=32, show_spinner=False)
def _run(name: str, stamp: int) -> Run | None:
    services.store().touch(name)
    return services.store().load(name)


def run_key(run: Run) -> str:
    """Names a Run and the time it was written; the key of caches."""
    return f"{run.name}@{_stamp(run.name)}"


@st.cache_resource(max_entries=32, show_spinner=False)
def replay(key: str, _run: Run) -> Replay | None:
    """How the Run's latent space formed."""
    return _run.replay()


def clusters_key(found: Clustering) -> str:
    """Names how clusters were found in a Run; the key of caches of its clusters.

    With how many were asked for: twelve that gave eleven are others than eleven that were asked for.
    """
    return f"{found.method}-{found.asked}"


@st.cache_resource(max_entries=64, show_spinner="Finding clusters …")
def clustering(key: str, _run: Run, method: str, n_clusters: int) -> Clustering:
    """Clusters found in latent space: those that are stored with the Run, or others."""
    known = known_clustering(_run, method, n_clusters)
    return known or services.workers().call(tasks.cluster, _run, method, n_clusters)


@st.cache_resource(max_entries=128, show_spinner=False)
def silhouette(key: str, _run: Run, _labels: Array, which: str) -> Array:
    """Silhouette of every held-out image (n,) by "labels", or by the clusters named by `which`."""
    from core.metrics.separation import silhouette_samples

    noise = None if which == "labels" else NOISE
    return services.workers().call(silhouette_samples, _run.arrays["latents"], _labels, noise)


def main_silhouette(run: Run, found: Clustering) -> Array:
    """Silhouettes by digit where there are labels, else by found cluster. Raises Undefined."""
    if (labels := run.arrays.get("labels")) is not None:
        return silhouette(run_key(run), run, labels, "labels")
    return silhouette(run_key(run), run, found.labels, clusters_key(found))


def cluster_matches(run: Run, found: Clustering) -> dict[int, int] | None:
    """Digit by cluster, matched among the held-out images one to one; None without labels."""
    labels = run.arrays.get("labels")
    if labels is None or not len(labels):
        return None
    return _matches(run_key(run), clusters_key(found), labels, found.labels)


@st.cache_resource(max_entries=64, show_spinner=False)
def _matches(key: str, which: str, _labels: Array, _clusters: Array) -> dict[int, int]:
    from core.metrics.agreement import match_clusters

    return match_clusters(_labels, _clusters)


@st.cache_resource(max_entries=64, show_spinner="Scoring …")
def evaluation(key: str, _run: Run, _clustering: Clustering, which: str) -> Evaluation:
    """The Run's Evaluation with another clustering; what does not depend on it is taken over."""
    from core.metrics.evaluation import evaluate
    from core.metrics.metric import Measured

    measured = Measured(
        _run.arrays["latents"], _clustering, _run.arrays.get("labels"), _run.evaluation.neighbours
    )
    fresh = services.workers().call(
        evaluate, measured, [key for key, metric in METRICS.items() if metric.of_clusters]
    )
    return _run.evaluation.with_clusters(fresh)


@st.cache_resource(max_entries=16, show_spinner="Projecting …")
def projected(key: str, _latents: Array, _projection: Any, which: str) -> Any:
    """Points for the eye, of projections that take no time; UMAP's come from `projecting`."""
    from core.latents.projection import project

    return project(_latents, _projection)
