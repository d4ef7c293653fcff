"""Wasserstein autoencoder: all latents together take the shape of a prior, by kernels.

    weight * MMD^2(Z, P),   MMD^2 = mean_{i != j} k(z_i, z_j) + mean_{i != j} k(p_i, p_j)
                                    - 2 mean_{ij} k(z_i, p_j)
    k(x, y) = sum_s C_s / (C_s + |x - y|^2),   C_s = s * 2 d,  s in {0.1, 0.2, 0.5, 1, 2, 5, 10}

Tolstikhin, Bousquet, Gelly, Schoelkopf 2018, Wasserstein Auto-Encoders, ICLR, algorithm 2, with the
inverse multiquadratic kernel and the scales of the authors' code, which for MNIST has the weight 10
beside 0.05 times the sum over 784 pixels: 0.26 here.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch, Regularizer
from core.regularizers.support.priors import sample

SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


def _kernel(a: Tensor, b: Tensor) -> Tensor:
    """Inverse multiquadratics between points (m, d) and (n, d): (m, n)."""
    # by products: differences would be (m, n, d) numbers
    squared = torch.addmm(a.square().sum(1)[:, None] + b.square().sum(1), a, b.T, alpha=-2)
    squared = squared.clamp_min(0)
    width = 2.0 * a.shape[1]
    return torch.stack([s * width / (s * width + squared) for s in SCALES]).sum(dim=0)


def mmd(latent: Tensor, prior: Tensor) -> Tensor:
    """Unbiased squared maximum mean discrepancy of latents (b, d) and prior points (b, d)."""
    n = len(latent)
    pairs = max(n * (n - 1), 1)
    own, theirs = _kernel(latent, latent), _kernel(prior, prior)
    within = (own.sum() - own.trace() + theirs.sum() - theirs.trace()) / pairs
    return within - 2 * _kernel(latent, prior).mean()


class WAE(Regularizer):
    name = "wae_mmd"

    def forward(self, batch: LatentBatch) -> Effect:
        n, dims = batch.latent.shape
        prior = sample(self.params["prior"], n, dims, self.clusters, batch.generator)
        return Effect(self.params["weight"] * mmd(batch.latent, prior))
