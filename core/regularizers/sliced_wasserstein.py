"""Sliced Wasserstein autoencoder: all latents together take the shape of a prior, line by line.

    weight * mean_l mean_i ( sort(Z theta_l)_i - sort(P theta_l)_i )^2,   |theta_l| = 1

Kolouri, Pope, Martin, Rohde 2019, Sliced Wasserstein Auto-Encoders, ICLR, eq. 10 and algorithm 1; 50
random lines as in the authors' code.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch, Regularizer
from core.regularizers.support.priors import sample

LINES = 50


def sliced_distance(latent: Tensor, prior: Tensor, lines: Tensor) -> Tensor:
    """Squared 2-Wasserstein distance of latents and prior (b, d) on unit lines (d, l), averaged."""
    there, here = (prior @ lines).sort(dim=0).values, (latent @ lines).sort(dim=0).values
    return (here - there).square().mean()


class SlicedWasserstein(Regularizer):
    name = "sliced_wasserstein"

    def forward(self, batch: LatentBatch) -> Effect:
        n, dims = batch.latent.shape
        generator = batch.generator
        prior = sample(self.params["prior"], n, dims, self.clusters, generator)
        lines = torch.randn(dims, LINES, generator=generator, device=batch.latent.device)
        lines = lines / lines.norm(dim=0, keepdim=True)
        return Effect(self.params["weight"] * sliced_distance(batch.latent, prior, lines))
