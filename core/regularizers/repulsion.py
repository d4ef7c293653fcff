"""Centroid repulsion: latents are pulled to their nearest centroid, and centroids push each other away.

    weight * ( mean_i |z_i - m_s(i)|^2 / s^2 + mean_{k != l} max(0, margin - |m_k - m_l| / s)^2 )

with s(i) the nearest centroid and s the latent scale of the batch (detached). The pull and push of De
Brabandere, Neven, Van Gool 2017, Semantic Instance Segmentation with a Discriminative Loss Function,
eqs. 1 and 2, where found clusters take the place of given classes (no labels), and the pull goes on to
the centre itself (their margin of the variance is 0 here).
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch, relative_scale
from core.regularizers.support.centroids import Clustered, squared_distances


def push(centroids: Tensor, margin: float) -> Tensor:
    """Mean over pairs of max(0, margin - distance)^2; centroids (k, d). 0 for a single one."""
    if len(centroids) < 2:
        return centroids.sum() * 0
    first, second = torch.triu_indices(len(centroids), len(centroids), 1).to(centroids.device)
    apart = (centroids[first] - centroids[second]).square().sum(dim=1).clamp_min(1e-12).sqrt()
    return (margin - apart).clamp_min(0).square().mean()


class Repulsion(Clustered):
    name = "repulsion"

    def forward(self, batch: LatentBatch) -> Effect:
        scale = relative_scale(batch.latent)
        pull = squared_distances(batch.latent, self.centroids).min(dim=1).values.mean() / scale**2
        away = push(self.centroids / scale, self.params["margin"])
        return Effect(self.params["weight"] * (pull + away))
