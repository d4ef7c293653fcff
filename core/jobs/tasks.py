"""What workers do, beside functions of the other packages: each is called by name in a worker.

What is heavy, torch above all, is imported where it is used: pages import this module.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core.latents.clustering_methods import Clustering
from core.latents.projection import Points, Projection
from core.runs.embedding import Embedding
from core.runs.run import Run
from core.runs.store import Store
from core.setting.setting import Setting
from core.training.capacity import WORKER_BYTES, MemoryShort, shortage
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


class State(NamedTuple):
    """The whole state of a training under way: the content of its restart file."""

    content: bytes


def train(setting: Setting, root: Path, report: Callable[[TrainingNews], None]) -> None:
    """Train a Setting and store its Run, unless there is one; tells how it goes.

    Raises:
        DataError, TrainingDiverged, OSError: as `core.runs.pipeline.find_or_train`.
    """
    from core.runs import pipeline

    with _telling(report) as news:
        pipeline.find_or_train(setting, Store(root), news.tell, news.begun.append)


def train_away(
    setting: Setting, state: bytes, report: Callable[[TrainingNews | State], None]
) -> dict[str, bytes]:
    """The files of a Run, trained where there is no store; tells how it goes, and its state.

    Args:
        setting: what to train.
        state: that it begins with, of the same training elsewhere; empty: none.
        report: told `TrainingNews` and, every few seconds, its `State`.

    Raises:
        DataError, TrainingDiverged: as `core.runs.pipeline.make`.
    """
    from core.runs import pipeline
    from core.runs.packing import packed
    from core.training.restart import RestartPoint

    with tempfile.TemporaryDirectory(prefix="latent-clusters-") as folder:
        kept = Path(folder) / "state"
        if state:
            kept.write_bytes(state)
        with _telling(report, kept) as news:
            made = pipeline.make(
                setting, news.tell, news.begun.append, threads=1, restart=RestartPoint(kept)
            )
            return packed(made)


class _News:
    """What is new of a training, told once."""

    def __init__(self, report: Callable[[Any], None], kept: Path | None) -> None:
        self.begun: list[Training] = []
        self._report, self._kept = report, kept
        self._seen = self._stamp()
        self._sent, self._sending = 0, threading.Lock()

    def tell(self, stage: str = "", record: EpochRecord | None = None) -> None:
        """Report the stage, a record and the snapshots since the last time."""
        with self._sending:
            new = self.begun[0].snapshots[self._sent :] if self.begun else []
            self._sent += len(new)
            if stage or new:
                self._report(TrainingNews(stage, record, new))

    def tell_state(self) -> None:
        """Report what the restart file has, if it was written since the last time."""
        stamp = self._stamp()
        if self._kept is not None and stamp != self._seen:
            self._seen = stamp
            self._report(State(self._kept.read_bytes()))

    def _stamp(self) -> int:
        with contextlib.suppress(OSError):
            return self._kept.stat().st_mtime_ns if self._kept else 0
        return 0


@contextlib.contextmanager
def _telling(report: Callable[[Any], None], kept: Path | None = None) -> Iterator[_News]:
    """Tell of snapshots while the block runs, since an epoch may take minutes; and of a kept state."""
    news, ended = _News(report, kept), threading.Event()

    def tell() -> None:
        with contextlib.suppress(Cancelled, OSError):
            while not ended.wait(_LOOK):
                news.tell()
                news.tell_state()

    threading.Thread(target=tell, daemon=True).start()
    try:
        yield news
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


def seconds_of(setting: Setting, speed: Speed | None, here: bool = True) -> float:
    """Seconds that a training takes, from no step of it.

    Args:
        setting: what would be trained.
        speed: of this machine; None: as usual.
        here: whether it would be trained on this machine, with its memory.

    Raises:
        DataError: its images can't be had.
        MemoryShort: a step of it needs more memory than is free.
    """
    from core.data import splits
    from core.training.cost_model import USUAL, predicted_seconds
    from core.training.memory import training_bytes

    if here and (short := shortage(training_bytes(setting, splits.load(setting)))):
        raise MemoryShort(short)
    return predicted_seconds(setting, speed or USUAL)


def memory_of(setting: Setting) -> int:
    """Bytes of a process that trains a Setting.

    Raises:
        DataError: its images can't be had.
    """
    from core.data import splits
    from core.training.memory import training_bytes

    return WORKER_BYTES + training_bytes(setting, splits.load(setting))


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
