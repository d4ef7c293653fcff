"""Takes snapshots of the latent space while a model trains."""

from __future__ import annotations

import torch

from core.data.splits import Split
from core.models.autoencoder import Autoencoder
from core.setting.setting import Setting
from core.training.replay import Snapshot, sample, snapshot_steps


class SnapshotRecorder:
    """Encodes a sample of the held-out images at certain steps.

    Attributes:
        snapshots: so far; only ever appended to.
    """

    def __init__(self, count: int) -> None:
        self.snapshots: list[Snapshot] = []
        self._count = count
        self._steps: frozenset[int] = frozenset()

    def begin(self, split: Split, setting: Setting, device: torch.device, total_steps: int) -> None:
        """Choose the images and the steps of a training of so many steps."""
        self._steps = frozenset(snapshot_steps(total_steps, self._count))
        if self._steps:
            rows = torch.from_numpy(sample(len(split)))
            self._images = split.images(setting, rows).to(device)  # (m, 1, s, s)

    @torch.no_grad()
    def record(self, step: int, model: Autoencoder) -> None:
        """Take a snapshot if this step has one; training goes on as if nothing had happened."""
        if step in self._steps:
            training = model.training
            model.eval()
            self.snapshots.append(Snapshot(step, model.encode(self._images).cpu().numpy()))
            model.train(training)
