"""Autoencoder: encode images to latents, decode latents to images.

Four architectures, named in `Setting.architecture`. Each is three parts: `trunk` (images to
features), `head` (features to the latent) and `decoder`; regularizers may add heads of their own to
the features (see `core/regularizers/support/base.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from core import regularizers
from core.setting.setting import Setting

MLP_WIDTHS = (256, 128, 64)
POST_WIDTHS = (150, 100)


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
        build = {"mlp": _mlp, "conv": _conv, "conv-bn": _conv_bn, "post": _post}[
            setting.architecture
        ]
        self.trunk, self.decoder, feature_dim = build(self.side, setting.latent_dim)
        self.head = _head(setting.architecture, feature_dim, setting.latent_dim)
        source = generator or torch.Generator().manual_seed(0)
        _initialise(self, source)
        self.terms = regularizers.build(
            setting.regularizer,
            regularizers.Shape(
                setting.latent_dim,
                feature_dim,
                self.side**2,
                float(setting.pixel_range),
                len(setting.digits),
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


def _head(architecture: str, feature_dim: int, latent_dim: int) -> nn.Module:
    """Features to the latent: linear, but where terms shape the features to their own ends."""
    if architecture != "conv-bn":
        return nn.Linear(feature_dim, latent_dim)
    return nn.Sequential(
        nn.Linear(feature_dim, feature_dim), nn.SiLU(), nn.Linear(feature_dim, latent_dim)
    )


def _dense(widths: Sequence[int], activation: nn.Module) -> list[nn.Module]:
    """Linear layers with the activation between them, none after the last."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [nn.Linear(inputs, outputs), activation]
    return layers[:-1]


def _mlp(side: int, latent_dim: int) -> tuple[nn.Module, nn.Module, int]:
    """Fully connected, SiLU: smooth, so that near images get near latents."""
    widths = (side * side, *MLP_WIDTHS)
    silu = nn.SiLU()
    trunk = nn.Sequential(nn.Flatten(), *_dense(widths, silu), silu)
    decoder = nn.Sequential(*_dense((latent_dim, *widths[::-1]), silu))
    return trunk, decoder, widths[-1]


def _post(side: int, latent_dim: int) -> tuple[nn.Module, nn.Module, int]:
    """The post's 196-150-100-d-100-150-196: LeakyReLU 0.01, also on the code, linear ends."""
    widths = (side * side, *POST_WIDTHS)
    leaky = nn.LeakyReLU(0.01)
    trunk = nn.Sequential(nn.Flatten(), *_dense(widths, leaky), leaky)
    decoder = nn.Sequential(leaky, *_dense((latent_dim, *widths[::-1]), leaky))
    return trunk, decoder, widths[-1]


def _conv(side: int, latent_dim: int) -> tuple[nn.Module, nn.Module, int]:
    """Two strided convolutions and a dense layer, mirrored."""
    quarter = side // 4
    flat = 32 * quarter * quarter
    trunk = nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2, padding=1),
        nn.SiLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1),
        nn.SiLU(),
        nn.Flatten(),
        nn.Linear(flat, 64),
        nn.SiLU(),
    )
    return trunk, _conv_decoder(side, latent_dim, 64), 64


def _conv_bn(side: int, latent_dim: int) -> tuple[nn.Module, nn.Module, int]:
    """Filters of 5 x 5 and batch normalisation, which contrastive terms need to do well; the decoder
    of `_conv`.
    """  # noqa: D205
    trunk = nn.Sequential(
        nn.Conv2d(1, 16, 5, stride=2, padding=2),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 32, 5, stride=2, padding=2),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(32 * (side // 4) ** 2, 128),
        nn.BatchNorm1d(128),
        nn.ReLU(),
    )
    return trunk, _conv_decoder(side, latent_dim, 128), 128


def _conv_decoder(side: int, latent_dim: int, width: int) -> nn.Module:
    quarter = side // 4
    return nn.Sequential(
        nn.Linear(latent_dim, width),
        nn.SiLU(),
        nn.Linear(width, 32 * quarter * quarter),
        nn.SiLU(),
        nn.Unflatten(1, (32, quarter, quarter)),
        nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1),
        nn.SiLU(),
        nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1),
    )


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
