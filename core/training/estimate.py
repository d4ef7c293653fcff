"""How long training will take here: a few real steps and the plans of a sample, timed and scaled."""

from __future__ import annotations

import copy
import statistics
import time
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

import torch

from core.data import splits as images
from core.data.present import is_local
from core.data.sources import DataError
from core.data.splits import Data, Split
from core.models.autoencoder import Autoencoder
from core.regularizers import Overview, Regularizer
from core.setting.setting import Setting
from core.training.batches import batch_count
from core.training.capacity import WORKER_BYTES, Cost, shortage
from core.training.devices import computing
from core.training.loop import Training
from core.training.memory import batch_pixels, other_bytes, step_bytes
from core.training.schedule import acting

# Scoring, measured on one core like CI's: 10,000 held-out points take 8 s, mostly in all pairs; kNN
# on pixels 42 s for 10,000 x 60,000 images of 784, once for the same images.
_PAIR_SECONDS = 8 / 10_000**2
_PIXEL_SECONDS = 42 / (10_000 * 60_000 * 784)
_REPLAY_BYTES = 190_000
SAMPLE = 4000  # images that plans are timed on
HELDOUT = 1.1  # a tenth for held-out images
_ENOUGH = 0.2  # seconds of steps


def estimate_seconds(setting: Setting, data: Data, threads: int | None = None) -> float:
    """Seconds that training will take here, on the device that it would choose.

    Each set of terms that act together is timed for some steps, and the plans of every term are made for
    a sample of the images, whose seconds are scaled to all.

    Args:
        setting: what would be trained.
        data: its images.
        threads: as for `Training`.
    """
    some = replace(data, train=sampled(data.train, max(SAMPLE, setting.batch_size)))
    trial = Training(setting, some, threads=threads, n_snapshots=0)
    steps = batch_count(len(data.train), setting.batch_size)
    with computing(trial.device, trial.threads):
        seconds = 0.0
        for epoch, count in kinds_of_epochs(setting):
            seconds += count * steps * step_seconds(trial, epoch)
        return HELDOUT * seconds + planning_seconds(trial, len(data.train))


def sampled(split: Split, count: int) -> Split:
    """About `count` of its images, evenly spread, and without labels: training reads none."""
    return Split(split.pixels, split.index[:: max(len(split) // count, 1)], None)


def kinds_of_epochs(setting: Setting) -> list[tuple[int, int]]:
    """An epoch of each set of terms that act together, and how many epochs are like it."""
    sets = [frozenset(acting(setting, epoch)) for epoch in range(1, setting.epochs + 1)]
    return [(sets.index(terms) + 1, count) for terms, count in Counter(sets).items()]


def step_seconds(trial: Training, epoch: int) -> float:
    """Of a step in such an epoch: the median, which a short disturbance changes little."""
    rows = torch.arange(min(trial.setting.batch_size, len(trial.data.train)))
    images = trial.data.train.images(trial.setting, rows).to(trial.device)
    trial.begin_trial(epoch)
    times: list[float] = []
    while len(times) < 5 or (sum(times[1:]) < _ENOUGH and len(times) < 100):
        start = time.perf_counter()
        trial.step(images, rows)
        _wait_for(trial.device)
        times.append(time.perf_counter() - start)
        if sum(times) > 5 * _ENOUGH:  # steps of a second say enough by the first
            break
    return statistics.median(times[1:] or times)  # the first allocates


def _wait_for(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def planning_seconds(trial: Training, n: int) -> float:
    """Of all plans of a training on n images, by those made for the images of the trial."""
    seconds = 0.0
    for name, term in trial.model.terms.items():
        assert isinstance(term, Regularizer)
        epochs = [e for e in range(1, trial.setting.epochs + 1) if name in acting(trial.setting, e)]
        overview = trial.overview(epochs[0], cached=False)
        # once for nothing: libraries are imported when first used
        copy.deepcopy(term).plan_seconds(_first_of(overview, 64), 64, 1)
        seconds += term.plan_seconds(overview, n, len(epochs))
    return seconds


def _first_of(overview: Overview, count: int) -> Overview:
    """The same of the first images alone."""
    return overview._replace(
        latents=lambda: overview.latents()[:count],
        features=lambda: overview.features()[:count],
        pixels=lambda: overview.pixels()[:count],
    )


# --------------------------------------------------------------------------------- of a sweep
def costs(
    settings: Collection[Setting], splits: Iterable[str], budget: float = 10.0
) -> dict[Setting, Cost]:
    """An expected cost for every Setting whose images are here.

    Settings that differ only in seed or in the weights of their terms are timed once. When `budget`
    seconds are over, the rest is put at the mean of those timed, per image and epoch. Left out are
    Settings of which a step needs more memory than is free. Those whose images can't be used cost
    nothing: they will fail at once.
    """
    groups: dict[tuple[object, ...], list[Setting]] = {}
    for setting in settings:
        groups.setdefault(_kind(setting), []).append(setting)
    timed = _Timed(time.monotonic() + budget, tuple(splits))
    known: dict[Setting, Cost] = {}
    seen: set[tuple[object, ...]] = set()
    for members in groups.values():
        first = members[0]
        if not is_local(first.dataset):
            continue  # an estimate downloads nothing
        try:
            data = images.load(first)
        except DataError:
            known |= dict.fromkeys(members, Cost(0.0, 0, WORKER_BYTES))
            continue
        if (cost := timed.cost(first, data)) is None:
            continue
        known |= dict.fromkeys(members, cost)
        source = (first.dataset, first.digits, first.image_size, first.holdout)
        if source not in seen:  # kNN on pixels, once for the same images
            seen.add(source)
            once = _PIXEL_SECONDS * len(data.test) * len(data.train) * first.image_size**2
            known[first] = replace(cost, seconds=cost.seconds + once)
    return known


@dataclass
class _Timed:
    """What has been timed so far, and until when more may be.

    Attributes:
        until: time by `time.monotonic`.
        splits: that are scored.
        paces: seconds of training, per image and epoch.
        densities: bytes of a step, per pixel of its batch.
    """

    until: float
    splits: tuple[str, ...]
    paces: list[float] = field(default_factory=list)
    densities: list[float] = field(default_factory=list)

    def cost(self, setting: Setting, data: Data) -> Cost | None:
        """None where a step needs more memory than is free, or no time is left to know anything."""
        in_time = time.monotonic() < self.until or not self.densities
        batch, shown = batch_pixels(setting, data), len(data.train) * setting.epochs
        if in_time:
            self.densities.append(step_bytes(setting, data) / batch)
        step = int((self.densities[-1] if in_time else max(self.densities)) * batch)
        if shortage(step) or not (in_time or self.paces):
            return None
        if in_time:
            self.paces.append(estimate_seconds(setting, data, threads=1) / shown)
        pace = self.paces[-1] if in_time else statistics.fmean(self.paces)
        return Cost(
            pace * shown + _scoring_seconds(data, self.splits),
            _run_bytes(setting, data),
            WORKER_BYTES + max(step, other_bytes(setting, data)),
        )


def _kind(setting: Setting) -> tuple[object, ...]:
    """What the cost of a Setting depends on, roughly."""
    return (
        setting.dataset, setting.digits, setting.image_size, setting.holdout,
        setting.architecture, setting.latent_dim, tuple(t.name for t in setting.regularizer),
        setting.augmentation, setting.batch_size, setting.epochs,
    )  # fmt: skip


def _scoring_seconds(data: Data, splits: Iterable[str]) -> float:
    sizes = {"heldout": len(data.test), "train": len(data.train)}
    both = len(data.test) + len(data.train)
    return sum(_PAIR_SECONDS * sizes.get(split, both) ** 2 for split in splits)


def _run_bytes(setting: Setting, data: Data) -> int:
    weights = sum(4 * p.numel() for p in Autoencoder(setting).parameters())
    return weights + len(data.test) * (4 * setting.latent_dim + 8) + _REPLAY_BYTES
