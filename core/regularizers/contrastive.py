"""Contrastive learning: an image recognises its augmented view among those of the batch.

    weight * 1/2 mean_i [ -log softmax_j( s(u_i, v_j) / tau )_i - log softmax_j( s(v_i, u_j) / tau )_i ]

with u, v unit vectors that a linear head makes of the encoder's features, s their cosine. InfoNCE, van
den Oord, Li, Vinyals 2018, eq. 4, on a projection as in Chen, Kornblith, Norouzi, Hinton 2020 (SimCLR),
ICML, eq. 1, but linear (there one hidden layer); temperature 0.2 as in later practice (MoCo v2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch, Regularizer, Shape, linear

WIDTH = 64


def info_nce(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    """Both directions' mean cross-entropy, in nats; unit vectors (b, w) and (b, w)."""
    likeness = first @ second.T / temperature
    own = torch.arange(len(first), device=first.device)
    return 0.5 * (F.cross_entropy(likeness, own) + F.cross_entropy(likeness.T, own))


class Contrastive(Regularizer):
    name = "contrastive"
    needs_view = True

    def __init__(self, params: Mapping[str, Any], shape: Shape, generator: torch.Generator) -> None:
        super().__init__(params, shape, generator)
        width = shape.feature_dim
        self.projection = linear(width, WIDTH, generator, std=width**-0.5)

    def forward(self, batch: LatentBatch) -> Effect:
        if batch.view is None:
            return Effect()
        first, second = (
            F.normalize(self.projection(x), dim=1) for x in (batch.features, batch.view.features)
        )
        penalty = info_nce(first, second, self.params["temperature"])
        return Effect(self.params["weight"] * penalty)
