"""What a sweep will cost: time, memory and disk, from a few real steps and what has been measured."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from core import data as images
from core.checkpoints import Store
from core.config import Setting
from core.data import Data
from core.models import Autoencoder
from core.sources import DataError
from core.training import estimate_seconds

# Scoring, measured on one core like CI's: 10,000 held-out points take 8 s, mostly in all pairs; kNN
# on pixels 42 s for 10,000 x 60,000 images of 784, once for the same images.
_PAIR_SECONDS = 8 / 10_000**2
_PIXEL_SECONDS = 42 / (10_000 * 60_000 * 784)
# A worker's memory: torch and scikit-learn, and what kNN on pixels adds per pixel of all images
# (peak of 2.0 GB for all of MNIST at 28 x 28).
WORKER_BYTES = 600_000_000
_BYTES_PER_PIXEL = 26
_ROW_BYTES = 1_000
_REPLAY_BYTES = 190_000


@dataclass(frozen=True)
class Cost:
    """What one Setting is expected to take on one core.

    Attributes:
        seconds: training and scoring.
        run_bytes: its Run on disk, if it is kept.
        memory: bytes of the worker.
    """

    seconds: float
    run_bytes: int
    memory: int


def costs(
    settings: Collection[Setting], splits: Iterable[str], budget: float = 10.0
) -> dict[Setting, Cost]:
    """An expected cost for every Setting whose images are here and can be had.

    Settings that differ only in seed or in the weights of their terms are timed once. When `budget`
    seconds are over, the rest is put at the mean of those timed, per image and epoch.
    """
    groups: dict[tuple[object, ...], list[Setting]] = {}
    for setting in settings:
        groups.setdefault(_kind(setting), []).append(setting)
    until = time.monotonic() + budget
    known: dict[Setting, Cost] = {}
    paces: list[float] = []
    seen: set[tuple[object, ...]] = set()
    for members in groups.values():
        first = members[0]
        if not images.is_local(first.dataset):
            continue  # an estimate downloads nothing
        try:
            data = images.load(first)
        except DataError:
            continue  # it will be recorded as failed in a moment
        shown = len(data.train) * first.epochs
        if time.monotonic() < until or not paces:
            paces.append(estimate_seconds(first, data, threads=1) / shown)
            seconds = paces[-1] * shown
        else:
            seconds = sum(paces) / len(paces) * shown
        seconds += _scoring_seconds(data, splits)
        run_bytes = _run_bytes(first, data)
        pixels = (len(data.train) + len(data.test)) * first.image_size**2
        memory = WORKER_BYTES + _BYTES_PER_PIXEL * pixels
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


def stored(settings: Iterable[Setting], store: Store) -> set[Setting]:
    """Those that need no training, by the names of the Runs in the store."""
    names = set(store.names())
    return {setting for setting in settings if setting.name in names}


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def available_memory() -> int | None:
    """Bytes that may still be taken, also inside a container; None where one can't tell."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = next(int(s.split()[1]) * 1024 for s in lines if s.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        return None
    group = Path("/sys/fs/cgroup")
    try:
        limit = int((group / "memory.max").read_text())
        free = min(free, limit - int((group / "memory.current").read_text()))
    except (OSError, ValueError):  # no container, or one without a limit ("max")
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
