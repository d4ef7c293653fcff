"""L1 sparsity: most latent coordinates of an image should be near zero.

    weight * mean_i sum_j |z_ij|

A Laplace prior on the code, as in sparse coding (Olshausen and Field 1996, Nature 381, eq. 2 with
S(x) = |x|).
"""

from __future__ import annotations

from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch, Regularizer


def l1_norm(latent: Tensor) -> Tensor:
    """Mean over the batch of the sum of absolute coordinates; latent (b, d) -> scalar."""
    return latent.abs().sum(dim=1).mean()


class L1(Regularizer):
    name = "l1"

    def forward(self, batch: LatentBatch) -> Effect:
        return Effect(self.params["weight"] * l1_norm(batch.latent))
