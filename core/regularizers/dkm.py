"""Deep k-means: soft k-means while training, latents move to their cluster's centre.

    weight * r^2/p * mean_i sum_k |z_i - m_k|^2 softmax_k( -sharpness * |z_i - m_k|^2 )

r is the pixel range and p the number of pixels: the paper adds to the sum of squared errors over the
pixels of an image, our reconstruction error is their mean. Fard, Thonet, Gaussier 2020, Deep k-Means,
Pattern Recognition Letters, eqs. 3 and 5, sharpness 1000.
"""

from __future__ import annotations

from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch
from core.regularizers.support.centroids import Clustered, squared_distances


def soft_k_means(latent: Tensor, centroids: Tensor, sharpness: float) -> Tensor:
    """mean_i sum_k w_ik |z_i - m_k|^2 with w the softmax over k of -sharpness * |z_i - m_k|^2."""
    squared = squared_distances(latent, centroids)
    return (squared * (-sharpness * squared).softmax(dim=1)).sum(dim=1).mean()


class DKM(Clustered):
    name = "dkm"

    def forward(self, batch: LatentBatch) -> Effect:
        weight = self.params["weight"] * self.shape.per_pixel
        spread = soft_k_means(batch.latent, self.centroids, self.params["sharpness"])
        return Effect(weight * spread)
