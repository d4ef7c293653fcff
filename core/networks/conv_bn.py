"""Filters of 5 x 5 and batch normalisation, which contrastive terms need to do well.

Between features and latent lies a hidden layer, because terms shape the features to their own ends.
"""

from __future__ import annotations

from core.networks.layers import conv_decoder
from core.networks.network import Network, Parts

FEATURES = 128


def build(side: int, latent_dim: int) -> Parts:
    """16 and 32 filters, each layer halving the image; ReLU; the decoder of `conv`, but wider."""
    from torch import nn

    from core.networks.support.convolution import Flatten

    trunk = nn.Sequential(
        nn.Conv2d(1, 16, 5, stride=2, padding=2),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 32, 5, stride=2, padding=2),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        Flatten(),
        nn.Linear(32 * (side // 4) ** 2, FEATURES),
        nn.BatchNorm1d(FEATURES),
        nn.ReLU(),
    )
    head = nn.Sequential(nn.Linear(FEATURES, FEATURES), nn.SiLU(), nn.Linear(FEATURES, latent_dim))
    return Parts(trunk, head, conv_decoder(side, latent_dim, FEATURES), FEATURES)


NETWORK = Network(
    "conv-bn",
    "convolutional with larger filters and batch normalisation.",
    build,
    multiple_of=4,
    why="it halves the image twice",
)
