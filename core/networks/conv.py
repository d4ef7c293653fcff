"""Two strided convolutions and a dense layer, mirrored."""

from __future__ import annotations

from core.networks.layers import conv_decoder
from core.networks.network import Network, Parts

FEATURES = 64


def build(side: int, latent_dim: int) -> Parts:
    """Filters of 3 x 3, 16 and 32 of them, each halving the image; SiLU."""
    from torch import nn

    from core.networks.support.convolution import Flatten

    trunk = nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2, padding=1),
        nn.SiLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1),
        nn.SiLU(),
        Flatten(),
        nn.Linear(32 * (side // 4) ** 2, FEATURES),
        nn.SiLU(),
    )
    decoder = conv_decoder(side, latent_dim, FEATURES)
    return Parts(trunk, nn.Linear(FEATURES, latent_dim), decoder, FEATURES)


NETWORK = Network("conv", "convolutional.", build, multiple_of=4, why="it halves the image twice")
