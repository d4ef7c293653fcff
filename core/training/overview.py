"""All training images as the model sees them, for the terms that plan an epoch."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from core.regularizers import Overview, View
from core.training.encoding import image_chunks
from core.training.schedule import epoch_seed

if TYPE_CHECKING:
    from core.training.loop import Training


def overview(training: Training, epoch: int, cached: bool) -> Overview:
    """See `Training.overview`."""

    def encoded() -> View:
        return _encoded(training)

    whole = functools.cache(encoded) if cached else encoded
    return Overview(
        epoch,
        epoch_seed(training.setting, epoch),
        lambda: whole().latent,
        lambda: whole().features,
        functools.partial(_pixels, training),
    )


@torch.no_grad()
def _encoded(training: Training) -> View:
    """Features (n, f) and latents (n, d) of all training images, as the model is now."""
    training.model.eval()
    chunks = image_chunks(training.data.train, training.setting, training.device)
    features = torch.cat([training.model.features(images) for images in chunks])
    return View(features, training.model.head(features))


def _pixels(training: Training) -> Tensor:
    """All training images (n, p), on the device."""
    chunks = image_chunks(training.data.train, training.setting, training.device)
    return torch.cat([images.flatten(1) for images in chunks])
