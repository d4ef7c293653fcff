"""THE training loop: a generator that yields one EpochRecord per epoch and knows no screen.

    data = load(setting)
    training = Training(setting, data)
    for record in training.epochs():
        print(record.epoch, record.heldout["reconstruction"])
    model = training.model

Data stays a tensor: a chunk of images at a time is gathered and scaled, then cut into batches, so
that nothing in Python happens per image.
"""

from __future__ import annotations

import functools
import math
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from core.data.augmentation import augment
from core.data.splits import Data, Split
from core.models.autoencoder import Autoencoder
from core.regularizers import LatentBatch, Overview, Regularizer, View
from core.setting.errors import UserError
from core.setting.setting import Setting
from core.training import replay
from core.training.replay import SNAPSHOTS, Snapshot

CHUNK = 8192  # images gathered at a time: 25 MB at 28 x 28
RECONSTRUCTION = "reconstruction"


@dataclass(frozen=True)
class EpochRecord:
    """What one epoch gave.

    Attributes:
        epoch: 1 to Setting.epochs.
        train: mean of each named part of the loss over the epoch's batches, while they trained.
        heldout: the same on held-out images, after the epoch; images uncorrupted and codes not
            sampled for `reconstruction`, which is the mean squared error per pixel.
        seconds: since training began.
    """

    epoch: int
    train: dict[str, float]
    heldout: dict[str, float]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Plain values for json.dumps."""
        return asdict(self)


class Cancelled(Exception):
    """Raised by who watches a work in progress, to stop it; nothing has been saved."""


class TrainingDiverged(UserError, RuntimeError):
    """The loss became infinite or not a number.

    Attributes:
        records: the epochs before, all of them finite.
    """

    exit_status = 1

    def __init__(self, message: str, records: list[EpochRecord]) -> None:
        super().__init__(message)
        self.records = records


def best_device() -> torch.device:
    """CUDA, else Apple's MPS, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def training_threads() -> int:
    """Threads that training on the CPU uses: half of the cores, at least 1.

    Steps are short, and after each kernel its threads wait for one another by spinning. Alone on 2
    cores two threads are up to a third faster than one; beside one busy neighbour they are 1.5 to 3
    times slower at best, at bad moments 100 times, and one thread does not notice it (`python -m
    benchmarks.threads`). The other half of the cores serves the visitors.
    """
    return max(1, cores() // 2)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """Torch with that many threads, for a while."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Training:
    """One training of one Setting; deterministic for a seed on one machine.

    Args:
        setting: what to train.
        data: its images, from `core.data.splits.load`. Labels are never read here.
        device: default: the best there is.
        threads: on the CPU; default: `training_threads()`.
        n_snapshots: how many `snapshots` of the latent space to keep; 0: none.

    Attributes:
        threads: of the CPU; another number gives other weights by rounding.
        records: of the epochs done.
        snapshots: latents of a sample of the held-out images, as `core.training.replay` describes them.
    """

    def __init__(
        self,
        setting: Setting,
        data: Data,
        device: torch.device | None = None,
        threads: int | None = None,
        n_snapshots: int = SNAPSHOTS,
    ) -> None:
        self.setting = setting
        self.data = data
        self.device = device or best_device()
        # weights and the order of images come from the CPU whatever the device: same seed, same start
        self._cpu_generator = torch.Generator().manual_seed(setting.seed)
        self.model = Autoencoder(setting, self._cpu_generator).to(self.device)
        self._generator = torch.Generator(self.device).manual_seed(setting.seed)
        self.optimizer = torch.optim.Adam(
            self.model.parameters(),
            lr=setting.learning_rate,
            # one kernel for all weights: at batch 32 a third of a step otherwise goes here
            fused=self.device.type in ("cpu", "cuda"),
        )
        self.records: list[EpochRecord] = []
        self.snapshots: list[Snapshot] = []
        self._n_snapshots = n_snapshots
        self._snapshot_steps: set[int] = set()
        self.threads = threads or training_threads()
        self._acting: dict[str, tuple[Regularizer, float]] = {}

    @property
    def steps_per_epoch(self) -> int:
        """Batches of an epoch; the last may be smaller."""
        return -(-self._images_per_epoch // self.setting.batch_size)

    @property
    def _images_per_epoch(self) -> int:
        """All training images, or one fewer where it would be a batch by itself.

        One image alone has no batch to be normalised by, nor a scale or others to be told from: its
        gradient would be any size, and Adam would remember it.
        """
        n = len(self.data.train)
        return n - 1 if n > 1 and n % self.setting.batch_size == 1 else n

    def epochs(self) -> Iterator[EpochRecord]:
        """Train, yielding after every epoch; stop iterating to stop training.

        Raises:
            TrainingDiverged: with all finite records so far.
        """
        start = time.perf_counter()
        total = self.steps_per_epoch * self.setting.epochs
        self._snapshot_steps = set(replay.snapshot_steps(total, self._n_snapshots))
        sample = self._sample() if self._snapshot_steps else None
        for epoch in range(1, self.setting.epochs + 1):
            with _threads(self.threads):
                train, heldout = self._epoch(epoch, total, sample), self._heldout()
            for name, value in [*train.items(), *heldout.items()]:
                if not math.isfinite(value):
                    raise TrainingDiverged(
                        f"Training stopped in epoch {epoch}: {name} became {value}. A smaller "
                        "learning rate or a smaller weight of the regularizer may help.",
                        self.records,
                    )
            record = EpochRecord(epoch, train, heldout, time.perf_counter() - start)
            self.records.append(record)
            yield record

    def _epoch(self, epoch: int, total_steps: int, sample: Tensor | None) -> dict[str, float]:
        """All training images once; the mean of each part of the loss."""
        self._begin_epoch(epoch)
        self.model.train()
        sums: dict[str, Tensor] = {}
        step = (epoch - 1) * self.steps_per_epoch
        for rows, images in self._batches():
            if sample is not None and step in self._snapshot_steps:
                self._keep_snapshot(step, sample)
            self.optimizer.param_groups[0]["lr"] = learning_rate(self.setting, step, total_steps)
            for name, part in self.step(images, rows).items():
                total = part * len(images)  # stays on the device: no wait per step
                sums[name] = sums[name] + total if name in sums else total
            step += 1
        if sample is not None and step == total_steps:
            self._keep_snapshot(step, sample)
        return {name: float(value) / self._images_per_epoch for name, value in sums.items()}

    def begin_trial(self, epoch: int) -> None:
        """Have the terms of an epoch act in steps that are made to see what they take.

        Their plans (a neighbour graph of 60,000 images takes a minute) are not made.
        """
        self._begin_epoch(epoch, plan=False)

    def _begin_epoch(self, epoch: int, *, plan: bool = True) -> None:
        """Which terms act in an epoch, and with which share of their weight; each may plan it."""
        strengths = acting(self.setting, epoch)
        self._acting = {
            name: (term, strengths[name])
            for name, term in self.model.terms.items()
            if name in strengths and isinstance(term, Regularizer)
        }
        if not plan:
            return
        whole = functools.cache(self._encode_all)
        overview = Overview(
            epoch,
            self.setting.seed * 1000 + epoch,
            lambda: whole().latent,
            lambda: whole().features,
            self._all_pixels,
        )
        for term, _ in self._acting.values():
            term.begin_epoch(overview)

    @torch.no_grad()
    def _encode_all(self) -> View:
        """Features (n, f) and latents (n, d) of all training images, as the model is now."""
        self.model.eval()
        chunks = image_chunks(self.data.train, self.setting, self.device)
        features = torch.cat([self.model.features(images) for images in chunks])
        return View(features, self.model.head(features))

    def _all_pixels(self) -> Tensor:
        """All training images (n, p), on the device."""
        chunks = image_chunks(self.data.train, self.setting, self.device)
        return torch.cat([images.flatten(1) for images in chunks])

    def step(self, images: Tensor, rows: Tensor | None = None) -> dict[str, Tensor]:
        """One optimizer step on training images (b, 1, s, s), numbers `rows` (b,); the named parts
        of the loss, detached.
        """  # noqa: D205
        parts = self.losses(images, rows, training=True)
        self.optimizer.zero_grad(set_to_none=True)
        torch.stack(list(parts.values())).sum().backward()
        self.optimizer.step()
        return {name: value.detach() for name, value in parts.items()}

    def losses(
        self, images: Tensor, rows: Tensor | None = None, *, training: bool
    ) -> dict[str, Tensor]:
        """Reconstruction error and every acting term's penalty (weights included), each a scalar."""
        model, acting = self.model, self._acting.items()
        inputs = images
        if training and self.setting.augmentation != "views":
            inputs = augment(images, self.setting, self._generator)
        target = inputs if self.setting.augmentation == "images" else images
        if training:
            for _, (term, _) in acting:
                inputs = term.corrupt(inputs, self._generator)
        features, latent = self._view(inputs)  # (b, f), (b, d)
        view = partner = None
        if any(term.needs_view for _, (term, _) in acting):
            view = self._view(augment(images, self.setting, self._generator))
        if rows is not None and (others := self._partners(rows)) is not None:
            partner = self._view(self.data.train.images(self.setting, others).to(self.device))
        batch = LatentBatch(
            images,
            inputs,
            features,
            latent,
            self._encode_each,
            self._generator,
            view,
            partner,
            rows,
        )
        code, penalties = latent, {}
        for name, (term, strength) in acting:
            effect = term(batch)
            if effect.penalty is not None:
                penalties[name] = effect.penalty * strength if strength < 1 else effect.penalty
            if effect.decoded is not None and training:
                code = effect.decoded
        reconstruction = F.mse_loss(model.decode(code), target)
        return {RECONSTRUCTION: reconstruction, **penalties}

    def _encode_each(self, images: Tensor) -> Tensor:
        """Images (b, 1, s, s) to latents (b, d), each by itself: what else is in the batch changes
        nothing, since batch normalisation takes its running statistics.
        """  # noqa: D205
        was_training = self.model.training
        self.model.eval()
        try:
            return self.model.encode(images)
        finally:
            self.model.train(was_training)

    def _view(self, images: Tensor) -> View:
        features = self.model.features(images)
        return View(features, self.model.head(features))

    def _partners(self, rows: Tensor) -> Tensor | None:
        """Numbers of the images that the first term with an opinion wants to see beside `rows`."""
        for term, _ in self._acting.values():
            others = term.partners(rows, self._cpu_generator)
            if others is not None:
                return others
        return None

    def _batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Training images in random order: their numbers (b,), and (b, 1, s, s) on the device."""
        order = torch.randperm(len(self.data.train), generator=self._cpu_generator)
        order, size = order[: self._images_per_epoch], self.setting.batch_size
        for rows in order.split(max(CHUNK // size, 1) * size):
            chunk = self.data.train.images(self.setting, rows).to(self.device)
            yield from zip(rows.split(size), chunk.split(size), strict=True)

    def _sample(self) -> Tensor:
        """The held-out images that snapshots are taken of, (m, 1, s, s) on the device."""
        rows = torch.from_numpy(replay.sample(len(self.data.test)))
        return self.data.test.images(self.setting, rows).to(self.device)

    @torch.no_grad()
    def _keep_snapshot(self, step: int, sample: Tensor) -> None:
        """Encode the sample as the model is now; training goes on as if nothing had happened."""
        self.model.eval()
        self.snapshots.append(Snapshot(step, self.model.encode(sample).cpu().numpy()))
        self.model.train()

    def _heldout(self) -> dict[str, float]:
        """The parts of the loss on all held-out images."""
        self.model.eval()
        differentiated = any(term.needs_gradient for term, _ in self._acting.values())
        # noise of the terms is the same after every epoch, and takes nothing from training's
        kept, self._generator = self._generator, torch.Generator(self.device).manual_seed(0)
        sums: dict[str, float] = {}
        try:
            for images in image_chunks(self.data.test, self.setting, self.device):
                with torch.set_grad_enabled(differentiated):
                    losses = self.losses(images, training=False)
                for name, value in losses.items():
                    sums[name] = sums.get(name, 0.0) + float(value.detach()) * len(images)
        finally:
            self._generator = kept
        return {name: value / len(self.data.test) for name, value in sums.items()}


def learning_rate(setting: Setting, step: int, total_steps: int) -> float:
    """Rate of a step: constant, or cycles (cosine up over 15 %, cosine down to zero).

    Smith and Topin 2018, Super-Convergence, as `torch.optim.lr_scheduler.OneCycleLR` has it;
    `cycles` begins one anew with each of `phases`, which so all end with small steps.
    """
    if setting.schedule == "constant":
        return setting.learning_rate
    if setting.schedule == "cycles":
        step, total_steps = _within_phase(setting, step, total_steps)
    rise = 0.15 * total_steps
    if step < rise:
        share = 0.04 + 0.96 * 0.5 * (1 - math.cos(math.pi * step / rise))
    else:
        share = 0.5 * (1 + math.cos(math.pi * (step - rise) / max(total_steps - rise, 1)))
    return setting.learning_rate * share


def acting(setting: Setting, epoch: int) -> dict[str, float]:
    """The terms that act in an epoch (from 1 on), by name, and with which share of their weight."""
    strengths = {term.name: term.strength(epoch, setting.epochs) for term in setting.regularizer}
    return {name: strength for name, strength in strengths.items() if strength > 0}


@functools.lru_cache(maxsize=16)
def phases(setting: Setting) -> tuple[int, ...]:
    """Epochs (from 1 on) in which other terms act than in the one before; the first is 1."""
    epochs = range(1, setting.epochs + 1)
    return (1, *(now for before, now in pairwise(epochs)
                 if acting(setting, before).keys() != acting(setting, now).keys()))  # fmt: skip


def _within_phase(setting: Setting, step: int, total_steps: int) -> tuple[int, int]:
    """A step's number within its phase, and how many steps the phase has."""
    per_epoch = total_steps / setting.epochs
    starts = [round((epoch - 1) * per_epoch) for epoch in phases(setting)]
    first = max(start for start in starts if start <= step)
    return step - first, min([s for s in starts if s > step], default=total_steps) - first


def image_chunks(split: Split, setting: Setting, device: torch.device) -> Iterator[Tensor]:
    """All images of a split in order, (<= 2048, 1, s, s) float32 on the device."""
    for start in range(0, len(split), 2048):
        yield split.images(setting, slice(start, start + 2048)).to(device)


@torch.inference_mode()
def encode(model: Autoencoder, split: Split, setting: Setting) -> Tensor:
    """Latents (n, d) float32 on the CPU of all images of a split, in its order."""
    model.eval()
    device = next(model.parameters()).device
    return torch.cat([model.encode(x).cpu() for x in image_chunks(split, setting, device)])


@torch.inference_mode()
def reconstruction_errors(
    model: Autoencoder, split: Split, setting: Setting, latents: Tensor | None = None
) -> Tensor:
    """Mean squared error per pixel of each image (n,), in squared pixel units.

    Args:
        model: the autoencoder.
        split: the images.
        setting: gives their size and range.
        latents: (n, d) of these images, as `encode` gives them, where they are known already.
    """
    model.eval()
    device = next(model.parameters()).device
    errors, start = [], 0
    for x in image_chunks(split, setting, device):
        z = model.encode(x) if latents is None else latents[start : start + len(x)].to(device)
        errors.append((model.decode(z) - x).square().mean(dim=(1, 2, 3)).cpu())
        start += len(x)
    return torch.cat(errors)


def busiest_epoch(setting: Setting) -> int:
    """An epoch in which as many terms act as ever do: the one to time."""
    return max(range(1, setting.epochs + 1), key=lambda epoch: len(acting(setting, epoch)))


def estimate_seconds(setting: Setting, data: Data, threads: int | None = None) -> float:
    """How long training will take here: a few real steps, timed, times their number."""
    trial = Training(setting, data, threads=threads)
    rows = torch.arange(min(setting.batch_size, len(data.train)))
    images = data.train.images(setting, rows).to(trial.device)
    with _threads(trial.threads):
        trial.begin_trial(busiest_epoch(setting))
        trial.step(images, rows)  # the first allocates
        times: list[float] = []
        while len(times) < 4 or (sum(times) < 0.2 and len(times) < 100):
            start = time.perf_counter()
            trial.step(images, rows)
            times.append(time.perf_counter() - start)
    per_step = statistics.median(times)  # a moment in which the machine was busy counts little
    return per_step * trial.steps_per_epoch * setting.epochs * 1.1  # a tenth for held-out images
