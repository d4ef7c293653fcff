"""The post's radial drift: pushes every latent away from the origin, the nearest ones most.

    weight * mean_i (sum_j z_ij^2 / s^2)^-0.2

hpcfung, "Autoencoder clustering" (HackMD). There it is multiplied by the same c as the sine product;
here it has its own weight. By default latents are measured in units of the batch's own scale s, so
that the term can't be lowered merely by making all latents larger. With scale = absolute s is 1, as
in the post.
"""

from __future__ import annotations

from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch, Regularizer, relative_scale


def radial_drift(latent: Tensor) -> Tensor:
    """Mean over the batch of squared norm to the power -0.2; latent (b, d) -> scalar.

    The squared norm is kept above 1e-6: at the origin itself the gradient would be infinite.
    """
    return latent.square().sum(dim=1).clamp_min(1e-6).pow(-0.2).mean()


class Drift(Regularizer):
    name = "drift"

    def forward(self, batch: LatentBatch) -> Effect:
        unit = relative_scale(batch.latent) if self.params["scale"] == "relative" else 1.0
        return Effect(self.params["weight"] * radial_drift(batch.latent / unit))
