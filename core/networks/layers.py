"""Layers that several networks share."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn


def dense(widths: Sequence[int], activation: nn.Module) -> list[nn.Module]:
    """Linear layers with the activation between them, none after the last."""
    from torch import nn

    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [nn.Linear(inputs, outputs), activation]
    return layers[:-1]


def conv_decoder(side: int, latent_dim: int, width: int) -> nn.Module:
    """Two dense layers and two transposed convolutions: latents (b, d) to images (b, 1, s, s)."""
    from torch import nn

    from core.networks.support.convolution import ToPixels, Unflatten

    quarter = side // 4
    return nn.Sequential(
        nn.Linear(latent_dim, width),
        nn.SiLU(),
        nn.Linear(width, 32 * quarter * quarter),
        nn.SiLU(),
        Unflatten(1, (32, quarter, quarter)),
        nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1),
        nn.SiLU(),
        ToPixels(16, 1, 4, stride=2, padding=1),
    )
