"""What workers do, beside functions of the other packages: each is called by name in a worker.

What is heavy, torch above all, is imported where it is used: pages import this module.
"""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from core.latents.arrays import Undefined
from core.latents.clustering_methods import Clustering
from core.latents.projection import Points, Projection
from core.latents.shown import HELD_OUT, MAX_TRAINING, TRAINING
from core.runs.embedding import Embedding
from core.runs.run import Known, Run
from core.runs.store import Store
from core.setting.setting import Setting
from core.training.capacity import MemoryShort, shortage
from core.training.records import Cancelled, EpochRecord

if TYPE_CHECKING:
    from core.data.splits import Split
    from core.metrics.neighbour_classifier import Asked, Regions
    from core.training.capacity import Speed
    from core.training.loop import Training
    from core.training.replay import Snapshot

Array = np.ndarray[Any, Any]

_LOOK = 0.3  # seconds between two looks for new snapshots
_REMEMBERED = 4  # Runs whose networks a worker keeps


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


# ----------------------------------------------------------------------------------- clusters
def cluster(run: Run, method: str, n_clusters: int) -> Clustering:
    """`core.runs.pipeline.find_or_cluster`."""
    from core.runs import pipeline

    return pipeline.find_or_cluster(run, method, n_clusters)


def of_nearest(latents: Array, clusters: Array, others: Array) -> Array:
    """`core.latents.clustering.of_nearest`."""
    from core.latents import clustering

    return clustering.of_nearest(latents, clusters, others)


# ------------------------------------------------------------------------------------- images
_runs: OrderedDict[tuple[Path, str], Run] = OrderedDict()


def _known(run: Run) -> Run:
    """The same Run with what was computed from it for an earlier call: its network above all."""
    key = (run.folder, run.latents_sha256)
    known = _runs.setdefault(key, run)
    _runs.move_to_end(key)
    while len(_runs) > _REMEMBERED:
        _runs.popitem(last=False)
    return known


def _split(setting: Setting, split: str) -> Split:
    from core.data import splits

    loaded = splits.load(setting)
    return loaded.test if split == HELD_OUT else loaded.train


def split_labels(setting: Setting, split: str) -> Array | None:
    """Labels (n,) of a split; None where there are none."""
    labels = _split(setting, split).labels
    return None if labels is None else labels.numpy()


def images(setting: Setting, split: str, rows: Array) -> Array:
    """Images (m, s, s), 0 to 1, of a split by their numbers."""
    import torch

    numbers = torch.from_numpy(np.asarray(rows, np.int64))
    pixels = _split(setting, split).images(setting, numbers)[:, 0].numpy()
    return np.asarray(pixels / np.float32(setting.pixel_range))


def examples(setting: Setting, count: int) -> Array:
    """Held-out images (count, s, s) in 0..1, of each class about as many, in the classes' order."""
    split = _split(setting, HELD_OUT)
    rows = np.arange(min(count, len(split)))
    if split.labels is not None:  # the first of each class, the second of each, and so on
        labels = split.labels.numpy()
        rows = np.argsort(labels, kind="stable")
        rank = rows.argsort() - np.searchsorted(labels[rows], labels)
        rows = np.sort(np.lexsort((labels, rank))[:count])
        rows = rows[np.argsort(labels[rows], kind="stable")]
    return images(setting, HELD_OUT, rows)


def pairs(run: Run, places: tuple[tuple[str, int], ...]) -> tuple[Array, Array]:
    """Images, by split and number, and their reconstructions, both (m, s, s) in 0..1."""
    import torch

    run = _known(run)
    setting, model = run.setting, run.network
    pixels = torch.cat(
        [_split(setting, name).images(setting, slice(i, i + 1)) for name, i in places]
    )
    with torch.inference_mode():
        decoded = model.decode(model.encode(pixels))
    first, second = ((x[:, 0] / setting.pixel_range).clamp(0, 1).numpy() for x in (pixels, decoded))
    return first, second


def of_run(run: Run, method: str, *args: Any) -> Any:
    """What a method of a Run gives, as `decode`; the worker keeps the Run's network for the next."""
    return getattr(_known(run), method)(*args)


def decoder_weights(run: Run) -> tuple[list[dict[str, Any]], Array]:
    """The decoder, as a browser computes it."""
    from core.models.decoder_layers import decoder_layers

    return decoder_layers(_known(run).network)


def training_images(run: Run) -> int:
    """Have all at hand that an answer about a picture takes; how many training images there are."""
    run = _known(run)
    if np.isfinite(run.training.latents).all():
        _ = run.usual
    return len(run.training.latents)


def pictures(setting: Setting, split: str, first: int) -> bytes:
    """A picture of `sprites.PER_SHEET` images of a split from `first` on."""
    from core.figures.sprites import PER_SHEET, sprite_sheets

    part = _split(setting, split)
    return sprite_sheets(
        images(setting, split, np.arange(first, min(first + PER_SHEET, len(part))))
    )[0]


def reconstructions(run: Run, split: str, first: int) -> bytes:
    """The same of what a Run's network makes of them."""
    from core.figures.sprites import PER_SHEET, sprite_sheets

    run = _known(run)
    latents = run.arrays["latents"] if split == HELD_OUT else run.training.latents
    return sprite_sheets(run.decode(latents[first : first + PER_SHEET]), soft=True)[0]


def known_images(run: Run) -> Known:
    """Latents and labels of a Run's training images."""
    return _known(run).training


def training_errors(run: Run) -> Array:
    """Squared error per pixel of the first `MAX_TRAINING` training images."""
    import torch

    from core.training.encoding import reconstruction_errors

    run = _known(run)
    latents = torch.from_numpy(run.training.latents[:MAX_TRAINING])
    split = _split(run.setting, TRAINING).between(0, MAX_TRAINING)
    return reconstruction_errors(run.network, split, run.setting, latents).numpy()


def neighbours_asked(run: Run, most: int) -> Asked:
    """The training neighbours of every held-out image, at most so many of each.

    Raises:
        Undefined: there are no labels.
    """
    from core.metrics.neighbour_classifier import ask

    known, held_out = _known(run).training, run.arrays
    if known.labels is None:
        raise Undefined("undefined because there are no labels")
    k = min(most, len(known.latents))
    return ask(known.latents, known.labels, held_out["latents"], held_out["labels"].astype(int), k)


def regions(run: Run, k: int) -> Regions:
    """What the classifier says at each place of a flat latent space.

    Raises:
        Undefined: as `decision_regions`.
    """
    from core.metrics.neighbour_classifier import decision_regions

    known = _known(run).training
    assert known.labels is not None  # the page asks only of labelled data
    return decision_regions(known.latents, known.labels, k)


def neighbour_vote(run: Run, k: int) -> tuple[float, float | None]:
    """kNN accuracy of k neighbours in latent space and on pixels."""
    from core.metrics.neighbourhood import knn_accuracy
    from core.runs.scoring import pixel_baseline

    known, held_out = _known(run).training, run.arrays
    assert known.labels is not None  # the page asks only of labelled data
    return (
        knn_accuracy(
            known.latents, known.labels, held_out["latents"], held_out["labels"].astype(np.int64), k
        ),
        pixel_baseline(run.setting, k),
    )
