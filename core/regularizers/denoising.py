"""Denoising autoencoder: encode a corrupted image, reconstruct the clean one.

Vincent et al. 2008, Extracting and Composing Robust Features with Denoising Autoencoders, ICML:
masking noise sets a random share of the pixels to zero; Gaussian noise is the variant of their 2010
JMLR paper (section 3.3). No penalty is added: the task itself is what regularizes.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch, Regularizer


def mask_pixels(images: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Set a random `share` (0 to 1) of the pixels of images (b, 1, s, s) to zero."""
    kept = torch.rand(images.shape, generator=generator, device=images.device) >= share
    return images * kept


def add_noise(images: Tensor, deviation: float, generator: torch.Generator) -> Tensor:
    """Add Gaussian noise of that standard deviation (in pixel units) to images (b, 1, s, s)."""
    noise = torch.randn(images.shape, generator=generator, device=images.device)
    return images + deviation * noise


class Denoising(Regularizer):
    name = "denoising"

    def corrupt(self, images: Tensor, generator: torch.Generator) -> Tensor:
        level = self.params["level"]
        if self.params["kind"] == "masking":
            return mask_pixels(images, level, generator)
        return add_noise(images, level * self.shape.pixel_range, generator)

    def forward(self, batch: LatentBatch) -> Effect:
        return Effect()
