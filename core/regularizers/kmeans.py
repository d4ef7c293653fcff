"""k-means while training, hard (DCN) and soft (DKM): latents move to their cluster's centre.

    DCN:  weight * r^2/p * 1/2 mean_i |z_i - m_s(i)|^2,   s(i) = argmin_k |z_i - m_k|
    DKM:  weight * r^2/p * mean_i sum_k |z_i - m_k|^2 softmax_k( -sharpness * |z_i - m_k|^2 )

r is the pixel range and p the number of pixels: both papers add to the sum of squared errors over the
pixels of an image, our reconstruction error is their mean. DCN: Yang, Fu, Sidiropoulos, Hong 2017,
Towards K-means-friendly Spaces, ICML, eq. 5, centres updated by eq. 8 and not by gradients. DKM: Fard,
Thonet, Gaussier 2020, Deep k-Means, Pattern Recognition Letters, eqs. 3 and 5, sharpness 1000.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch, Shape
from core.regularizers.support.centroids import CLUSTERS, PRETRAINED, Clustered, squared_distances
from core.setting.setting import Parameter, RegularizerInfo


def soft_k_means(latent: Tensor, centroids: Tensor, sharpness: float) -> Tensor:
    """mean_i sum_k w_ik |z_i - m_k|^2 with w the softmax over k of -sharpness * |z_i - m_k|^2."""
    squared = squared_distances(latent, centroids)
    return (squared * (-sharpness * squared).softmax(dim=1)).sum(dim=1).mean()


class DCN(Clustered):
    info = RegularizerInfo(
        name="dcn",
        label="DCN (hard k-means)",
        meaning="Pulls each image to the centre of its cluster, and each centre to its images.",
        formula=r"\lambda\,\frac{r^2}{p}\,\frac{1}{2n}\sum_i\min_k\|z_i-m_k\|^2",
        paper="Yang, Fu, Sidiropoulos, Hong 2017, Towards K-means-friendly Spaces (DCN)",
        parameters={
            "weight": Parameter(1.0, "λ: how much being near a centre counts.", maximum=1e6),
            "clusters": CLUSTERS,
        },
        schedule=PRETRAINED,
    )

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


class DKM(Clustered):
    info = RegularizerInfo(
        name="dkm",
        label="DKM (soft k-means)",
        meaning="Pulls each image to its centre like k-means, but smoothly, so that centres are "
        "learned with the network.",
        formula=r"\lambda\,\frac{r^2}{p}\,\frac1n\sum_i\sum_k\|z_i-m_k\|^2\,"
        r"\mathrm{softmax}_k\!\left(-\alpha\|z_i-m_k\|^2\right)",
        paper="Fard, Thonet, Gaussier 2020, Deep k-Means",
        parameters={
            "weight": Parameter(1.0, "λ: how much being near a centre counts.", maximum=1e6),
            "sharpness": Parameter(
                1000.0, "α: large values belong to one centre only, as in k-means.", 1e-6, 1e6
            ),
            "clusters": CLUSTERS,
        },
        schedule=PRETRAINED,
    )

    def forward(self, batch: LatentBatch) -> Effect:
        weight = self.params["weight"] * self.shape.per_pixel
        spread = soft_k_means(batch.latent, self.centroids, self.params["sharpness"])
        return Effect(weight * spread)
