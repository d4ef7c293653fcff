"""Regularized autoencoder: keep latents near the origin, deterministically.

    weight * 1/2 mean_i |z_i|^2

Ghosh, Sajjadi, Vergari, Black, Scholkopf 2020, From Variational to Deterministic Autoencoders, ICLR,
eq. 11: the mean's part of the VAE's KL, without its noise. Their RAE-L2 also has weight decay of the
decoder, which keeps it from undoing small latents with large weights; that part is absent here. The
authors' code for MNIST weights the mean of z_ij^2 with 1e-4 beside the mean over pixels: 2e-4 / d here,
for d = 3 about the default.
"""

from __future__ import annotations

from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch, Regularizer


def half_squared_norm(latent: Tensor) -> Tensor:
    """Half the mean squared length of latents (b, d), a scalar."""
    return 0.5 * latent.square().sum(dim=1).mean()


class RAE(Regularizer):
    name = "rae"

    def forward(self, batch: LatentBatch) -> Effect:
        return Effect(self.params["weight"] * half_squared_norm(batch.latent))
