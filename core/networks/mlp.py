"""Fully connected, SiLU: smooth, so that near images get near latents."""

from __future__ import annotations

from core.networks.layers import dense
from core.networks.network import Network, Parts

WIDTHS = (256, 128, 64)


def build(side: int, latent_dim: int) -> Parts:
    """s*s-256-128-64-d and its mirror."""
    from torch import nn

    widths = (side * side, *WIDTHS)
    silu = nn.SiLU()
    trunk = nn.Sequential(nn.Flatten(), *dense(widths, silu), silu)
    decoder = nn.Sequential(*dense((latent_dim, *widths[::-1]), silu))
    return Parts(trunk, nn.Linear(widths[-1], latent_dim), decoder, widths[-1])


NETWORK = Network("mlp", "fully connected.", build)
