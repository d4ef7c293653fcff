"""Autoencoder: encode images to latents, decode latents to images.

Its layers are those of a network in `core/networks/`, in three parts: `trunk` (images to features),
`head` (features to the latent) and `decoder`. Regularizers may add heads of their own to the features
(see `core/regularizers/support/base.py`).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core import regularizers
from core.networks import NETWORKS
from core.setting.setting import Setting


class Autoencoder(nn.Module):
    """Encoder, decoder and whatever the Setting's regularizers learn.

    Args:
        setting: architecture, image size, latent dimension and regularizers.
        generator: source of the initial weights; the global random state plays no part, because
            other threads of an app use it. None: any weights, for a model that is
            about to be loaded.
    """

    def __init__(self, setting: Setting, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.side = setting.image_size
        parts = NETWORKS[setting.architecture].build(self.side, setting.latent_dim)
        # initial weights are drawn in the order of these three lines
        self.trunk = parts.trunk
        self.decoder = parts.decoder
        self.head = parts.head
        source = generator or torch.Generator().manual_seed(0)
        _initialise(self, source)
        self.terms = regularizers.build(
            setting.regularizer,
            regularizers.Shape(
                setting.latent_dim,
                parts.feature_dim,
                self.side**2,
                float(setting.pixel_range),
                setting.n_clusters,
            ),
            source,
        )
        # convolutions on the CPU are faster so (`python -m benchmarks.layouts`)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def features(self, images: Tensor) -> Tensor:
        """Images (b, 1, s, s) -> the encoder's last hidden layer (b, f)."""
        return self.trunk(images)

    def encode(self, images: Tensor) -> Tensor:
        """Images (b, 1, s, s) in 0..pixel_range -> latents (b, d)."""
        return self.head(self.trunk(images))

    def decode(self, latents: Tensor) -> Tensor:
        """Latents (b, d) -> images (b, 1, s, s), not clipped to the pixel range."""
        return self.decoder(latents).view(-1, 1, self.side, self.side)


@torch.no_grad()
def _initialise(module: nn.Module, generator: torch.Generator) -> None:
    """PyTorch's own initialisation (uniform within 1/sqrt(fan-in)), from the given generator."""
    for layer in module.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            fan_in, _ = nn.init._calculate_fan_in_and_fan_out(layer.weight)
            bound = fan_in**-0.5
            nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
            if layer.bias is not None:
                nn.init.uniform_(layer.bias, -bound, bound, generator=generator)
