"""What workers do, beside functions of the other packages: each is called by name in a worker.

What is heavy, torch above all, is imported where it is used: pages import this module.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core.latents.clustering_methods import Clustering
from core.latents.projection import Points, Projection
from core.runs.embedding import Embedding
from core.runs.run import Run
from core.runs.store import Store
from core.setting.setting import Setting
from core.training.capacity import MemoryShort, shortage
from core.training.records import Cancelled, EpochRecord

if TYPE_CHECKING:
    from core.data.own.preview import Preview
    from core.data.own.understand import Options
    from core.training.capacity import Speed
    from core.training.loop import Training
    from core.training.replay import Snapshot

Array = np.ndarray[Any, Any]

_LOOK = 0.3  # seconds between two looks for new snapshots


class TrainingNews(NamedTuple):
    """What is new of a training.

    Attributes:
        stage: what is going on; empty: still the same.
        record: of an epoch that has ended.
        snapshots: those since the last news.
    """

    stage: str
    record: EpochRecord | None
    snapshots: list[Snapshot]


def train(setting: Setting, root: Path, report: Callable[[TrainingNews], None]) -> None:
    """Train a Setting and store its Run, unless there is one; tells how it goes.

    Raises:
        DataError, TrainingDiverged, OSError: as `core.runs.pipeline.find_or_train`.
    """
    from core.runs import pipeline

    begun: list[Training] = []
    sent, sending, ended = 0, threading.Lock(), threading.Event()

    def tell(stage: str = "", record: EpochRecord | None = None) -> None:
        nonlocal sent
        with sending:
            new = begun[0].snapshots[sent:] if begun else []
            sent += len(new)
            if stage or new:
                report(TrainingNews(stage, record, new))

    def tell_of_snapshots() -> None:  # an epoch may take minutes
        with contextlib.suppress(Cancelled, OSError):
            while not ended.wait(_LOOK):
                tell()

    threading.Thread(target=tell_of_snapshots, daemon=True).start()
    try:
        pipeline.find_or_train(setting, Store(root), tell, begun.append)
    finally:
        ended.set()


def project(
    run: Run | Embedding, projection: Projection, report: Callable[[tuple[str, float]], None]
) -> Points:
    """Points of the latents; a Run's are stored. Tells its stage and the share done."""
    from core.latents import projection as projections
    from core.runs import pipeline

    def tell(stage: str, fraction: float) -> None:
        report((stage, fraction))

    if isinstance(run, Embedding):  # a visitor's: nothing of it is stored
        return projections.project(run.latents, projection, tell)
    return pipeline.find_or_project(run, projection, tell)[0]


def seconds_of(setting: Setting, speed: Speed | None) -> float:
    """Seconds that a training takes, from no step of it.

    Args:
        setting: what would be trained.
        speed: of this machine; None: as usual.

    Raises:
        DataError: its images can't be had.
        MemoryShort: a step of it needs more memory than is free.
    """
    from core.data import splits
    from core.training.cost_model import USUAL, predicted_seconds
    from core.training.memory import training_bytes

    if short := shortage(training_bytes(setting, splits.load(setting))):
        raise MemoryShort(short)
    return predicted_seconds(setting, speed or USUAL)


def speed() -> Speed:
    """`core.training.cost_model.measured_speed`."""
    from core.training.cost_model import measured_speed

    return measured_speed()


# ------------------------------------------------------------------------------ visitors' files
def preview(files: Mapping[str, bytes], how: Options, most: int) -> Preview:
    """What a visitor's images would be; at most so many bytes unpacked.

    Raises:
        DataError: as `core.data.own.adding.look`.
    """
    from core.data.own.adding import look

    return look(files, how, most, strangers=True).preview


def keep_images(
    files: Mapping[str, bytes], how: Options, most: int, in_use: set[str], label: str, room: float
) -> dict[str, str]:
    """Keep a visitor's images; what they suggest for a Setting, as text.

    Args:
        files: by name.
        how: what the visitor said about them.
        most: bytes unpacked.
        in_use: data sets that are not dropped for these.
        label: what people call them; empty: as the file.
        room: bytes for all own images.

    Raises:
        DataError: they can't be read, used or kept.
    """
    from core.data.own.adding import label_of, look
    from core.data.own.earlier import bring_back
    from core.data.own.store import keep
    from core.data.splits import own_fields

    found = look(files, how, most, strangers=True)
    bring_back(files, in_use)
    return own_fields(keep(found, in_use=in_use, label=label or label_of(files), most_bytes=room))


def read_embedding(files: Mapping[str, bytes], most: int, title: str) -> Embedding:
    """A visitor's embedding, at most so many bytes unpacked.

    Raises:
        DataError: as `core.data.own.embeddings.read_embedding`.
    """
    from core.data.own import embeddings

    return Embedding.of(embeddings.read_embedding(files, limit=most, strangers=True), title)


# ----------------------------------------------------------------------------------- clusters
def cluster(run: Run, method: str, n_clusters: int) -> Clustering:
    """`core.runs.pipeline.find_or_cluster`."""
    from core.runs import pipeline

    return pipeline.find_or_cluster(run, method, n_clusters)


def of_nearest(latents: Array, clusters: Array, others: Array) -> Array:
    """`core.latents.clustering.of_nearest`."""
    from core.latents import clustering

    return clustering.of_nearest(latents, clusters, others)
