"""Memory that a training and its scoring take, found without making a step.

A step of a large batch can take more than a small machine has.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from core.data.splits import Data
from core.regularizers import CLASSES
from core.setting.setting import Setting
from core.training.devices import best_device
from core.training.loop import Training
from core.training.schedule import busiest_epoch
from core.training.shuffled import CHUNK

# What kNN on pixels adds per pixel of all images (peak of 0.75 GB for all of MNIST at 28 x 28, of which
# libraries are half).
_BYTES_PER_PIXEL = 7
# A training step took at its peak 1.06 to 1.22 times what it keeps for its gradients (conv-bn of 28 and
# 64 pixels, with and without contrastive terms, mlp; batches of 1024 to 4096).
_STEP_PEAK = 1.5
_PROBES = (32, 64, 128)  # images
_SMALL_STEP = 512 * 28 * 28  # pixels of a batch whose step is not worth probing: some 100 MB


def training_bytes(setting: Setting, data: Data) -> int:
    """Memory that training and scoring take at their peak, beside the libraries."""
    return max(step_bytes(setting, data), other_bytes(setting, data))


def other_bytes(setting: Setting, data: Data) -> int:
    """Of what is not a step: planning an epoch, or scoring."""
    return max(planning_bytes(setting, data), scoring_bytes(setting, data))


def planning_bytes(setting: Setting, data: Data) -> int:
    """Of the term whose plan takes most."""
    each = max((CLASSES[term.name].planned_bytes for term in setting.regularizer), default=0)
    return each * len(data.train) * max(setting.image_size, 28) ** 2


def scoring_bytes(setting: Setting, data: Data) -> int:
    """Of kNN on pixels; without labels there is none, and only held-out images are looked at."""
    labelled = data.train.labels is not None
    count = len(data.test) + (len(data.train) if labelled else 0)
    return _BYTES_PER_PIXEL * count * setting.image_size**2


def batch_pixels(setting: Setting, data: Data) -> int:
    """Pixels of a training batch."""
    return min(setting.batch_size, len(data.train)) * setting.image_size**2


def step_bytes(setting: Setting, data: Data) -> int:
    """Memory that a training step on the CPU takes at its peak; 0 where it is not worth asking.

    Three small batches are looked at, no gradient is computed. What their steps keep is a parabola of
    the number of images: layers grow with it, comparisons of every image with every other as its square.
    """
    device = torch.device("cpu")
    if best_device() != device or batch_pixels(setting, data) <= _SMALL_STEP:
        return 0
    batch = min(setting.batch_size, len(data.train))
    trial = Training(setting, data, device, threads=1)
    trial.begin_trial(busiest_epoch(setting))
    sizes = _PROBES if batch > _PROBES[-1] else (batch,)
    kept = [_kept_bytes(trial, size) for size in sizes]
    found = max(_extrapolated(sizes, kept, batch), kept[-1] * batch / sizes[-1])
    gathered = 2 * 4 * min(CHUNK, len(data.train)) * setting.image_size**2
    return int(_STEP_PEAK * found) + gathered


def _extrapolated(sizes: tuple[int, ...], values: list[int], size: int) -> float:
    """The value at `size` of the polynomial through all points."""
    through = np.polynomial.Polynomial.fit(sizes, values, len(sizes) - 1)
    return float(through(size))


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
        trial.losses(trial.data.train.images(trial.setting, rows), rows)
    return sum(sizes.values())
