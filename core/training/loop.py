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

import math
import time
from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from core.data.augmentation import augment
from core.data.splits import Data
from core.models.autoencoder import Autoencoder
from core.networks.support.optimizer import Adam
from core.regularizers import LatentBatch, Overview, Regularizer, View
from core.setting.setting import Setting
from core.training.batches import batch_count, images_per_epoch
from core.training.by_hand import ByHand, dense_parts
from core.training.devices import best_device, computing
from core.training.heldout import heldout_losses
from core.training.overview import overview
from core.training.records import RECONSTRUCTION, EpochRecord, TrainingDiverged
from core.training.replay import SNAPSHOTS, Snapshot
from core.training.restart import Place, RestartPoint
from core.training.schedule import acting, learning_rate
from core.training.shuffled import shuffled_batches
from core.training.snapshots import SnapshotRecorder
from core.training.threads import claimed_threads, training_threads

See = Callable[[Tensor], View]  # how images (b, 1, s, s) go through the encoder


class Training:
    """One training of one Setting.

    The seed decides everything: on one machine's CPU two trainings with the same number of threads are
    the same bit for bit. On CUDA they are where torch has deterministic kernels (see
    `core.training.devices.repeatable`); on MPS nothing is promised.

    Args:
        setting: what to train.
        data: its images, from `core.data.splits.load`. Labels are never read here.
        device: default: the best there is.
        threads: on the CPU; default: half of the cores that no other training holds.
        n_snapshots: how many `snapshots` of the latent space to keep; 0: none.

    Attributes:
        cpu_generator: of weights and the order of images.
        dense: the network's layers where it goes without autograd (`core.training.by_hand`).
        threads: of the CPU; another number gives other weights by rounding. Settled when `epochs`
            begins.
        records: of the epochs done.
        place: in the epoch under way.
        seconds: that it has trained, until its last step.
        interruptions: after which it went on.
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
        self.cpu_generator = torch.Generator().manual_seed(setting.seed)
        self.model = Autoencoder(setting, self.cpu_generator).to(self.device)
        self.dense = dense_parts(self.model)
        self._generator = torch.Generator(self.device).manual_seed(setting.seed)
        # one kernel for all weights: at batch 32 a third of a step otherwise goes here
        fused = self.device.type in ("cpu", "cuda")
        self.optimizer = Adam(self.model.parameters(), setting.learning_rate, fused=fused)
        self.records: list[EpochRecord] = []
        self.n_snapshots = n_snapshots
        self._recorder = SnapshotRecorder(n_snapshots)
        self.snapshots: list[Snapshot] = self._recorder.snapshots
        self._asked_threads = threads
        self.threads = threads or training_threads()
        self.place = Place()
        self.seconds = 0.0
        self.interruptions = 0
        self._acting: dict[str, tuple[Regularizer, float]] = {}
        self._trial = False

    # ------------------------------------------------------------------------------ the loop
    def epochs(self, restart: RestartPoint | None = None) -> Iterator[EpochRecord]:
        """Train, yielding after every epoch; stop iterating to stop training.

        Args:
            restart: the state is kept there every few seconds; with what is there already the training
                goes on, and the epochs done are yielded at once.

        Raises:
            TrainingDiverged: with all finite records so far.
        """
        if restart is not None and restart.resume(self):
            yield from list(self.records)
        start = time.perf_counter() - self.seconds
        total = self.steps_per_epoch * self.setting.epochs
        self._recorder.begin(self.data.test, self.setting, self.device, total)
        with claimed_threads(self._asked_threads) as self.threads:
            for epoch in range(len(self.records) + 1, self.setting.epochs + 1):
                with computing(self.device, self.threads):
                    self._begin_epoch(epoch)
                    for step in self._epoch(epoch, total):
                        self.seconds = time.perf_counter() - start
                        if restart is not None and step:
                            restart.keep(self)
                    train, heldout = self._means(), self._heldout()
                self._check(epoch, [*train.items(), *heldout.items()])
                seconds = time.perf_counter() - start
                record = EpochRecord(epoch, train, heldout, seconds, self._noted())
                self.records.append(record)
                self.place = Place()
                yield record

    def resume_with(self, threads: int) -> None:
        """Compute with as many threads as until the interruption: others would round otherwise."""
        self._asked_threads = self.threads = threads

    def _noted(self) -> dict[str, dict[str, float]]:
        """What the acting terms decided at the start of this epoch; each says it once."""
        noted = {name: term.notes for name, (term, _) in self._acting.items() if term.notes}
        for term, _ in self._acting.values():
            term.notes = {}
        return noted

    def _check(self, epoch: int, values: list[tuple[str, float]]) -> None:
        for name, value in values:
            if not math.isfinite(value):
                raise TrainingDiverged(
                    f"Training stopped in epoch {epoch}: {name} became {value}. A smaller learning "
                    "rate or a smaller weight of the regularizer may help.",
                    self.records,
                )

    def _epoch(self, epoch: int, total_steps: int) -> Iterator[int]:
        """All training images once, from `place` on; the steps done are yielded after each."""
        self.model.train()
        place = self.place
        for rows, images in shuffled_batches(self):
            step = (epoch - 1) * self.steps_per_epoch + place.steps_done
            self._recorder.record(step, self.model)
            self.optimizer.rate = learning_rate(self.setting, step, total_steps)
            for name, part in self.step(images, rows).items():
                sum_ = part * len(images)  # stays on the device: no wait per step
                place.sums[name] = place.sums[name] + sum_ if name in place.sums else sum_
            place.steps_done += 1
            yield place.steps_done
        if epoch == self.setting.epochs:
            self._recorder.record(total_steps, self.model)

    def _means(self) -> dict[str, float]:
        """The mean of each part of the loss in the epoch that has ended."""
        count = images_per_epoch(len(self.data.train), self.setting.batch_size)
        return {name: float(sum_) / count for name, sum_ in self.place.sums.items()}

    def step(self, images: Tensor, rows: Tensor | None = None) -> dict[str, Tensor]:
        """One optimizer step on training images (b, 1, s, s), numbers `rows` (b,).

        Returns:
            The named parts of the loss, each a detached scalar.
        """
        if self.dense is None:
            parts = self.losses(images, rows)
            torch.stack(list(parts.values())).sum().backward()
        else:
            by_hand = ByHand(self.dense)
            batch, target = self._training_batch(images, rows, by_hand.view)
            code, penalties = self.apply_terms(batch)
            error = by_hand.backward(code, target, list(penalties.values()))
            parts = {RECONSTRUCTION: error, **penalties}
        self.optimizer.step()
        return {name: value.detach() for name, value in parts.items()}

    def losses(self, images: Tensor, rows: Tensor | None = None) -> dict[str, Tensor]:
        """Of a training batch: reconstruction error and each acting term's penalty, all scalars."""
        batch, target = self._training_batch(images, rows, self.view)
        code, penalties = self.apply_terms(batch)  # (b, d)
        return {RECONSTRUCTION: F.mse_loss(self.model.decode(code), target), **penalties}

    def _training_batch(
        self, images: Tensor, rows: Tensor | None, view: See
    ) -> tuple[LatentBatch, Tensor]:
        """What the terms see of a batch, and what the decoder is to answer with: (b, 1, s, s)."""
        inputs = images  # (b, 1, s, s)
        if self.setting.augmentation != "views":
            inputs = augment(images, self.setting, self._generator)
        target = inputs if self.setting.augmentation == "images" else images
        for term, _ in self._acting.values():
            inputs = term.corrupt(inputs, self._generator)
        batch = self.encoded(images, inputs, view)._replace(rows=rows)
        if rows is not None and (others := self._partners(rows)) is not None:
            partners = self.data.train.images(self.setting, others).to(self.device)
            batch = batch._replace(partner=view(partners))
        return batch, target

    def apply_terms(self, batch: LatentBatch) -> tuple[Tensor, dict[str, Tensor]]:
        """What the decoder reads (b, d), and every acting term's penalty, its weight included."""
        code, penalties = batch.latent, {}
        for name, (term, strength) in self._acting.items():
            effect = term(batch)
            if effect.penalty is not None:
                penalties[name] = effect.penalty * strength if strength < 1 else effect.penalty
            if effect.decoded is not None:
                code = effect.decoded
        return code, penalties

    # ----------------------------------------------------------------------------- the terms
    def _begin_epoch(self, epoch: int) -> None:
        """Which terms act in an epoch, and with which share of their weight; each may plan it."""
        strengths = acting(self.setting, epoch)
        self._acting = {
            name: (term, strengths[name])
            for name, term in self.model.terms.items()
            if name in strengths and isinstance(term, Regularizer)
        }
        if not self._trial and self.place.order is None:  # else it is planned already
            overview = self.overview(epoch)
            for term, _ in self._acting.values():
                term.begin_epoch(overview)

    def begin_trial(self, epoch: int) -> None:
        """Have the terms of an epoch act in steps that are made to see what they take.

        Nothing is planned (a neighbour graph of 60,000 images takes a minute): partners are any images.
        """
        self._trial = True
        self._begin_epoch(epoch)

    def overview(self, epoch: int, *, cached: bool = True) -> Overview:
        """All training images as the model sees them now, encoded when first asked for.

        Args:
            epoch: from 1 on.
            cached: whether they are encoded once for all who ask.
        """
        return overview(self, epoch, cached)

    def _partners(self, rows: Tensor) -> Tensor | None:
        """Numbers (b,) of the images that the first term that needs partners wants beside `rows`."""
        for term, _ in self._acting.values():
            if term.needs_partner:
                if self._trial:
                    return torch.randint(len(self.data.train), rows.shape)
                return term.partners(rows, self.cpu_generator)
        return None

    # ---------------------------------------------------------------------- what terms are shown
    def encoded(self, images: Tensor, inputs: Tensor, view: See) -> LatentBatch:
        """Images (b, 1, s, s) as `view` sees them, and a second view where a term needs one."""
        features, latent = view(inputs)  # (b, f), (b, d)
        other = None
        if any(term.needs_view for term, _ in self._acting.values()):
            other = view(augment(images, self.setting, self._generator))
        return LatentBatch(
            images, inputs, features, latent, self._encode_each, self._generator, other
        )

    def view(self, images: Tensor) -> View:
        """Images (b, 1, s, s) as the encoder sees them."""
        features = self.model.features(images)
        return View(features, self.model.head(features))

    def _encode_each(self, images: Tensor) -> Tensor:
        """Images (b, 1, s, s) to latents (b, d), each by itself.

        Batch normalisation takes its running statistics: what else is in the batch changes nothing.
        """
        was_training = self.model.training
        self.model.eval()
        try:
            return self.model.encode(images)
        finally:
            self.model.train(was_training)

    @property
    def differentiates(self) -> bool:
        """Whether a term that acts differentiates by itself, also on held-out images."""
        return any(term.needs_gradient for term, _ in self._acting.values())

    # ------------------------------------------------------------------------ training images
    @property
    def steps_per_epoch(self) -> int:
        """Batches of an epoch; the last may be smaller."""
        return batch_count(len(self.data.train), self.setting.batch_size)

    def _heldout(self) -> dict[str, float]:
        """The parts of the loss on all held-out images."""
        # noise of the terms is the same after every epoch, and takes nothing from training's
        kept, self._generator = self._generator, torch.Generator(self.device).manual_seed(0)
        try:
            return heldout_losses(self)
        finally:
            self._generator = kept
