"""A batch small enough to follow by hand, an encoder for it, and terms built for both."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from core.regularizers import CLASSES, LatentBatch, Overview, Regularizer, Shape, View
from core.setting.setting import REGULARIZERS

SHAPE = Shape(latent_dim=3, feature_dim=4, pixels=4, pixel_range=1.0)
CENTROIDS = [name for name, cls in CLASSES.items() if hasattr(cls, "start")]
WITH_PENALTY = [name for name in CLASSES if REGULARIZERS[name].has_penalty]


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=rng(seed))


def rotation(dims: int = 3) -> Tensor:
    """An orthogonal matrix that is no permutation."""
    return torch.linalg.qr(normal(dims, dims, seed=9))[0]


def build(name: str, shape: Shape = SHAPE, seed: int = 0, **params: Any) -> Regularizer:
    """The term of that name, everything else at its default."""
    known = {key: p.default for key, p in REGULARIZERS[name].parameters.items()}
    assert set(params) <= set(known)
    return CLASSES[name]({**known, **params}, shape, rng(seed))


class Encoder(nn.Module):
    """Images (b, 1, s, s) -> features -> latents, as a model has them; its weights are from a seed."""

    def __init__(self, shape: Shape = SHAPE) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Flatten(), nn.Linear(shape.pixels, shape.feature_dim), nn.Tanh()
        )
        self.head = nn.Linear(shape.feature_dim, shape.latent_dim)
        with torch.no_grad():
            for seed, weights in enumerate(self.parameters()):
                weights.normal_(std=0.5, generator=rng(seed))

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.trunk(images))

    def view(self, images: Tensor) -> View:
        features = self.trunk(images)
        return View(features, self.head(features))


def images(count: int, shape: Shape = SHAPE) -> Tensor:
    side = round(shape.pixels**0.5)
    return torch.rand(count, 1, side, side, generator=rng(1)) * shape.pixel_range


def batch_of(encoder: Encoder, pictures: Tensor, **more: Any) -> LatentBatch:
    """Those images as the encoder sees them, beside augmented views that are a little noisy."""
    noisy = pictures + 0.1 * normal(*pictures.shape, seed=2)
    seen = encoder.view(pictures)
    view = encoder.view(noisy)
    return LatentBatch(
        pictures, pictures, seen.features, seen.latent, encoder, rng(3), view
    )._replace(**more)


def of_latents(latent: Tensor, **more: Any) -> LatentBatch:
    """A batch of which only the latents (b, d) matter; features are zeros, and there is no view."""
    blank = torch.zeros(len(latent), 1, 2, 2)
    features = torch.zeros(len(latent), SHAPE.feature_dim)
    return LatentBatch(blank, blank, features, latent, nn.Identity(), rng(3))._replace(**more)


def overview(encoder: Encoder, pictures: Tensor, epoch: int = 1) -> Overview:
    """All of those images, as an epoch begins."""
    with torch.no_grad():
        seen = encoder.view(pictures)
    return Overview(
        epoch, 0, lambda: seen.latent, lambda: seen.features, lambda: pictures.flatten(1)
    )


def penalty(term: Regularizer, batch: LatentBatch) -> Tensor:
    value = term(batch).penalty
    assert value is not None
    return value
