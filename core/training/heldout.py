"""The parts of the loss on held-out images, after an epoch."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from core.training.batches import grouped, heldout_batches
from core.training.records import RECONSTRUCTION

if TYPE_CHECKING:
    from core.training.loop import Training

CHUNK = 2048  # images encoded at a time


def heldout_losses(training: Training) -> dict[str, float]:
    """Means over all held-out images, in batches as large as in training."""
    training.model.eval()
    n, size = len(training.data.test), training.setting.batch_size
    sums: Counter[str] = Counter()
    for rows, sizes in grouped(heldout_batches(n, size), CHUNK):
        images = training.data.test.images(training.setting, rows).to(training.device)
        sums.update(_sums(training, images, sizes))
    return {name: value / n for name, value in sums.items()}


def _sums(training: Training, images: Tensor, sizes: list[int]) -> dict[str, float]:
    """Sums over images (c, 1, s, s) of the parts of the loss.

    They are encoded and decoded at once, which is faster; terms see batches of the given sizes, since
    the penalties of many depend on how many images are compared.
    """
    with torch.set_grad_enabled(training.differentiates):
        whole = training.encoded(images, images, training.view)
        error = F.mse_loss(training.model.decode(whole.latent), images)
        sums = {RECONSTRUCTION: error.detach() * len(images)}
        for batch in whole.split(sizes):
            for name, penalty in training.apply_terms(batch)[1].items():
                total = penalty.detach() * len(batch.images)
                sums[name] = sums[name] + total if name in sums else total
    return {name: float(value) for name, value in sums.items()}
