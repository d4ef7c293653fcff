"""The blog post's network: LeakyReLU 0.01 between layers, also on the code; linear ends."""

from __future__ import annotations

from core.networks.layers import dense
from core.networks.network import Network, Parts

WIDTHS = (150, 100)


def build(side: int, latent_dim: int) -> Parts:
    """196-150-100-d and its mirror."""
    from torch import nn

    widths = (side * side, *WIDTHS)
    leaky = nn.LeakyReLU(0.01)
    trunk = nn.Sequential(nn.Flatten(), *dense(widths, leaky), leaky)
    decoder = nn.Sequential(leaky, *dense((latent_dim, *widths[::-1]), leaky))
    return Parts(trunk, nn.Linear(widths[-1], latent_dim), decoder, widths[-1])


NETWORK = Network(
    "post",
    "the blog post's 196-150-100-d network.",
    build,
    image_size=14,
    why="its first layer has 14 x 14 inputs",
)
