"""Deep clustering network: hard k-means while training, latents move to their cluster's centre.

    weight * r^2/p * 1/2 mean_i |z_i - m_s(i)|^2,   s(i) = argmin_k |z_i - m_k|

r is the pixel range and p the number of pixels: the paper adds to the sum of squared errors over the
pixels of an image, our reconstruction error is their mean. Yang, Fu, Sidiropoulos, Hong 2017, Towards
K-means-friendly Spaces, ICML, eq. 5; centres are updated by eq. 8 and not by gradients.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch, Shape
from core.regularizers.support.centroids import Clustered, squared_distances


class DCN(Clustered):
    name = "dcn"

    def __init__(self, params: Mapping[str, Any], shape: Shape, generator: torch.Generator) -> None:
        super().__init__(params, shape, generator)
        self.centroids.requires_grad_(False)
        self.counts: Tensor
        self.register_buffer("counts", torch.full((len(self.centroids),), 100.0))

    def forward(self, batch: LatentBatch) -> Effect:
        squared = squared_distances(batch.latent, self.centroids)
        nearest, which = squared.min(dim=1)
        if self.training:
            self._follow(batch.latent.detach(), which)
        weight = self.params["weight"] * self.shape.per_pixel
        return Effect(weight * 0.5 * nearest.mean())

    @torch.no_grad()
    def _follow(self, latent: Tensor, which: Tensor) -> None:
        """Each centre becomes the running mean of all latents that ever were its own (eq. 8)."""
        new = torch.zeros_like(self.counts).index_add_(0, which, torch.ones_like(latent[:, 0]))
        sums = torch.zeros_like(self.centroids).index_add_(0, which, latent)
        self.counts += new
        # not in place: this batch's gradient still needs the centres as they were
        moved = self.centroids + (sums - new[:, None] * self.centroids) / self.counts[:, None]
        self.centroids.data = moved
