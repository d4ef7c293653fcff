"""What training will cost: time, memory and disk, from a few real steps and what has been measured.

Memory is looked at before a step is made: one of a large batch can take more than a small machine has.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from core.data import splits as images
from core.data.sources import DataError
from core.data.splits import Data
from core.models.autoencoder import Autoencoder
from core.setting.amounts import in_bytes
from core.setting.setting import Setting
from core.training.loop import (
    CHUNK,
    Training,
    best_device,
    busiest_epoch,
    cores,
    estimate_seconds,
)

# Scoring, measured on one core like CI's: 10,000 held-out points take 8 s, mostly in all pairs; kNN
# on pixels 42 s for 10,000 x 60,000 images of 784, once for the same images.
_PAIR_SECONDS = 8 / 10_000**2
_PIXEL_SECONDS = 42 / (10_000 * 60_000 * 784)
# A worker's memory: torch and scikit-learn, and what kNN on pixels adds per pixel of all images
# (peak of 2.0 GB for all of MNIST at 28 x 28).
WORKER_BYTES = 600_000_000
_BYTES_PER_PIXEL = 26
# A training step took at its peak 1.06 to 1.22 times what it keeps for its gradients (conv-bn of 28 and
# 64 pixels, with and without contrastive terms, mlp; batches of 1024 to 4096).
_STEP_PEAK = 1.5
_PROBES = (32, 64, 128)  # images
_SMALL_STEP = 512 * 28 * 28  # pixels of a batch whose step is not worth probing: some 100 MB
_ROW_BYTES = 1_000
_GROUP = Path("/sys/fs/cgroup")  # of a container
_REPLAY_BYTES = 190_000


@dataclass(frozen=True)
class Cost:
    """What one Setting is expected to take on one core.

    Attributes:
        seconds: training and scoring.
        run_bytes: its Run on disk, if it is kept.
        memory: bytes of a worker.
    """

    seconds: float
    run_bytes: int
    memory: int


def costs(
    settings: Collection[Setting], splits: Iterable[str], budget: float = 10.0
) -> dict[Setting, Cost]:
    """An expected cost for every Setting whose images are here.

    Settings that differ only in seed or in the weights of their terms are timed once. When `budget`
    seconds are over, the rest is put at the mean of those timed, per image and epoch. Left out are
    Settings of which a step needs more memory than is free. Those whose images can't be used cost
    nothing: they will be recorded as failed in a moment.
    """
    groups: dict[tuple[object, ...], list[Setting]] = {}
    for setting in settings:
        groups.setdefault(_kind(setting), []).append(setting)
    until = time.monotonic() + budget
    known: dict[Setting, Cost] = {}
    paces: list[float] = []
    densities: list[float] = []  # bytes of a step, per pixel of its batch
    seen: set[tuple[object, ...]] = set()
    for members in groups.values():
        first = members[0]
        if not images.is_local(first.dataset):
            continue  # an estimate downloads nothing
        try:
            data = images.load(first)
        except DataError:
            known |= dict.fromkeys(members, Cost(0.0, 0, WORKER_BYTES))
            continue
        shown = len(data.train) * first.epochs
        in_time = time.monotonic() < until or not densities
        batch = _batch_pixels(first, data)
        if in_time:
            densities.append(step_bytes(first, data) / batch)
        step = int((densities[-1] if in_time else max(densities)) * batch)
        if shortage(step) or not (in_time or paces):
            continue
        if in_time:
            paces.append(estimate_seconds(first, data, threads=1) / shown)
            seconds = paces[-1] * shown
        else:
            seconds = sum(paces) / len(paces) * shown
        seconds += _scoring_seconds(data, splits)
        run_bytes = _run_bytes(first, data)
        memory = WORKER_BYTES + max(step, _scoring_bytes(first, data))
        known |= dict.fromkeys(members, Cost(seconds, run_bytes, memory))
        source = (first.dataset, first.digits, first.image_size, first.holdout)
        if source not in seen:  # kNN on pixels, by whoever comes first
            seen.add(source)
            once = _PIXEL_SECONDS * len(data.test) * len(data.train) * first.image_size**2
            known[first] = Cost(seconds + once, run_bytes, memory)
    return known


def _kind(setting: Setting) -> tuple[object, ...]:
    """What the cost of a Setting depends on, roughly."""
    return (
        setting.dataset, setting.digits, setting.image_size, setting.holdout,
        setting.architecture, setting.latent_dim, tuple(t.name for t in setting.regularizer),
        setting.augmentation, setting.batch_size, setting.epochs,
    )  # fmt: skip


def training_bytes(setting: Setting, data: Data) -> int:
    """Memory that training and scoring take at their peak, beside the libraries."""
    return max(step_bytes(setting, data), _scoring_bytes(setting, data))


def step_bytes(setting: Setting, data: Data) -> int:
    """Memory that a training step on the CPU takes at its peak; 0 where it is not worth asking.

    Three small batches are looked at, no gradient is computed. What their steps keep is a parabola of
    the number of images: layers grow with it, comparisons of every image with every other as its square.
    """
    device = torch.device("cpu")
    if best_device() != device or _batch_pixels(setting, data) <= _SMALL_STEP:
        return 0
    batch = min(setting.batch_size, len(data.train))
    trial = Training(setting, data, device, threads=1)
    trial.begin_trial(busiest_epoch(setting))
    sizes = _PROBES if batch > _PROBES[-1] else (batch,)
    kept = [_kept_bytes(trial, size) for size in sizes]
    found = max(_parabola(sizes, kept, batch), kept[-1] * batch / sizes[-1])
    gathered = 2 * 4 * min(CHUNK, len(data.train)) * setting.image_size**2
    return int(_STEP_PEAK * found) + gathered


def _kept_bytes(trial: Training, size: int) -> int:
    """What a step on so many images keeps for its gradients."""
    rows = torch.arange(size)
    sizes: dict[int, int] = {}
    alive = []  # or memory that is used again would count once

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        sizes[storage.data_ptr()] = storage.nbytes()
        alive.append(tensor)
        return tensor

    def give(kept: Any) -> Any:
        return kept

    with torch.autograd.graph.saved_tensors_hooks(keep, give):
        trial.losses(trial.data.train.images(trial.setting, rows), rows, training=True)
    return sum(sizes.values())


def _parabola(xs: Sequence[float], ys: Sequence[float], x: float) -> float:
    """The value at x of the polynomial through all points (Lagrange)."""
    total = 0.0
    for i, (xi, yi) in enumerate(zip(xs, ys, strict=True)):
        total += yi * math.prod((x - xj) / (xi - xj) for j, xj in enumerate(xs) if j != i)
    return total


def _batch_pixels(setting: Setting, data: Data) -> int:
    return min(setting.batch_size, len(data.train)) * setting.image_size**2


def _scoring_bytes(setting: Setting, data: Data) -> int:
    """Of kNN on pixels; without labels there is none, and only held-out images are looked at."""
    labelled = data.train.labels is not None
    count = len(data.test) + (len(data.train) if labelled else 0)
    return _BYTES_PER_PIXEL * count * setting.image_size**2


def shortage(needed: int) -> str:
    """A sentence when that many bytes are not free; empty: they are, or one can't tell."""
    free = available_memory()
    if free is None or needed <= free:
        return ""
    return f"It needs about {in_bytes(needed)} of memory, and {in_bytes(free)} are free here."


def _scoring_seconds(data: Data, splits: Iterable[str]) -> float:
    sizes = {"heldout": len(data.test), "train": len(data.train)}
    both = len(data.test) + len(data.train)
    return sum(_PAIR_SECONDS * sizes.get(split, both) ** 2 for split in splits)


def _run_bytes(setting: Setting, data: Data) -> int:
    weights = sum(4 * p.numel() for p in Autoencoder(setting).parameters())
    return weights + len(data.test) * (4 * setting.latent_dim + 8) + _REPLAY_BYTES


def disk_bytes(known: Iterable[Cost], rows: int, keep: bool) -> int:
    """What a sweep adds on disk: rows of results and, if they are kept, Runs."""
    return rows * _ROW_BYTES + (sum(cost.run_bytes for cost in known) if keep else 0)


def available_memory() -> int | None:
    """Bytes that may still be taken, also inside a container; None where one can't tell."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = next(int(s.split()[1]) * 1024 for s in lines if s.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        return None
    try:
        limit = int((_GROUP / "memory.max").read_text())
        used = int((_GROUP / "memory.current").read_text())
        # files that were read and may be forgotten count as used, too
        lines = (_GROUP / "memory.stat").read_text().splitlines()
        files = sum(int(s.split()[1]) for s in lines if s.startswith("inactive_file "))
        free = min(free, limit - used + files)
    except (OSError, ValueError, IndexError):  # no container, or one without a limit ("max")
        pass
    return free


def affordable(workers: int, known: Iterable[Cost]) -> tuple[int, str]:
    """How many workers there may be, at least one; and why, when that is fewer than asked."""
    notices = []
    if workers > cores():
        notices.append(f"There are only {cores()} cores for {workers} workers.")
        workers = cores()
    each = max((cost.memory for cost in known), default=WORKER_BYTES)
    free = available_memory()
    if free is not None and workers * each > free:
        notices.append(
            f"Memory is short: {free / 1e9:.1f} GB are free and a worker needs about "
            f"{each / 1e9:.1f} GB."
        )
        workers = max(1, free // each)
    notices += [f"Workers: {workers}."] * bool(notices)
    return workers, " ".join(notices)
