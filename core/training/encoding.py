"""A trained model over a whole split: its latents and its errors."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from core.data.splits import Split
from core.models.autoencoder import Autoencoder
from core.setting.setting import Setting

CHUNK = 2048  # images encoded at a time


def image_chunks(split: Split, setting: Setting, device: torch.device) -> Iterator[Tensor]:
    """All images of a split in order, (<= CHUNK, 1, s, s) float32 on the device."""
    for start in range(0, len(split), CHUNK):
        yield split.images(setting, slice(start, start + CHUNK)).to(device)


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
