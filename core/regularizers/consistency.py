"""Augmentation consistency: an image and its augmented view get the same latent.

    weight * mean_i |z_i - z'_i|^2 / scale^2

The invariance that Sajjadi, Javanmardi, Tasdizen 2016, Regularization With Stochastic Transformations
and Perturbations, NIPS, eq. 1, asks of a network's answers, asked of latents, in units of the batch's
own latent scale. The scale takes part in the gradient: shrinking all latents gains nothing.
"""

from __future__ import annotations

from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch, Regularizer


def relative_distance(latent: Tensor, other: Tensor) -> Tensor:
    """Mean squared distance of rows of (b, d) and (b, d), over the squared latent scale.

    One image alone has no scale: its distance is in latent units.
    """
    scale = (latent - latent.mean(dim=0)).square().mean().clamp_min(1e-24)
    distance = (latent - other).square().sum(dim=1).mean()
    return distance / scale if len(latent) > 1 else distance


class Consistency(Regularizer):
    name = "consistency"
    needs_view = True

    def forward(self, batch: LatentBatch) -> Effect:
        if batch.view is None:
            return Effect()
        distance = relative_distance(batch.latent, batch.view.latent)
        return Effect(self.params["weight"] * distance)
