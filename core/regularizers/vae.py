"""Variational autoencoder: every image becomes a small Gaussian, all together a standard one.

    weight * (range^2 / p) * mean_i KL( N(mu_i, diag sigma_i^2) || N(0, I) ),  z_i = mu_i + sigma_i * eps
    KL = 1/2 sum_j ( mu_j^2 + sigma_j^2 - 1 - log sigma_j^2 )

Kingma and Welling 2014, Auto-Encoding Variational Bayes, ICLR, eq. 10 and appendix B; weighted as the
beta-VAE of Higgins et al. 2017, ICLR, eq. 4. The loop's reconstruction error is a mean over the p
pixels, hence the division: beta = 1 is the evidence lower bound of a Gaussian decoder whose variance
is half the squared pixel range.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from core.regularizers.support.base import Effect, LatentBatch, Regularizer, Shape, linear


def gaussian_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Mean over the batch of KL(N(mean, exp(log_variance)) || N(0, I)) in nats; both (b, d)."""
    per_dim = mean.square() + log_variance.exp() - 1 - log_variance
    return 0.5 * per_dim.sum(dim=1).mean()


def posterior(shape: Shape, generator: torch.Generator) -> nn.Linear:
    """A head that gives each image's log-variance (b, d) from its features (b, f).

    It starts near sigma = 0.05: the first epochs learn to reconstruct, not to ignore the code.
    """
    return linear(shape.feature_dim, shape.latent_dim, generator, std=1e-3, bias=-6.0)


def draw(batch: LatentBatch, posterior: nn.Module) -> tuple[Tensor, Tensor]:
    """Log-variances (b, d), and a latent (b, d) drawn from each image's Gaussian."""
    log_variance = posterior(batch.features).clamp(-20, 10)
    noise = torch.randn(batch.latent.shape, generator=batch.generator, device=batch.latent.device)
    return log_variance, batch.latent + (0.5 * log_variance).exp() * noise


class VAE(Regularizer):
    name = "vae"

    def __init__(self, params: Mapping[str, Any], shape: Shape, generator: torch.Generator) -> None:
        super().__init__(params, shape, generator)
        self.log_variance = posterior(shape, generator)

    def forward(self, batch: LatentBatch) -> Effect:
        log_variance, sampled = draw(batch, self.log_variance)
        weight = self.params["beta"] * self.shape.per_pixel
        return Effect(weight * gaussian_kl(batch.latent, log_variance), decoded=sampled)
