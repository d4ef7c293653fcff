"""Soft silhouette: clusters that are compact and far apart, for memberships that are shares.

    weight * ( 1 - mean_i sum_k p_ik s_ik ) + entropy_weight * mean_i H(p_i)
    s_ik = (b_ik - a_ik) / max(a_ik, b_ik),   b_ik = min_{l != k} a_il
    a_ik = sum_{j != i} p_jk |z_i - z_j| / sum_{j != i} p_jk

with p_ik the softmax of negative squared distances to learned centroids, in units of their own gap.
Where all of a cluster's weight is on i itself a_ik is undefined: s_ik is 0 there, as the silhouette of
a cluster of one is, and the cluster is no other's b_il.
Vardakas, Papakostas, Likas 2024, Deep Clustering Using the Soft Silhouette Score, eqs. 5 to 9.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch
from core.regularizers.support.centroids import Clustered, soft_assignment

ALONE = 1e-6  # weight of all others together, beside the largest, below which there are none
TEMPERATURE = 0.1  # of the gap squared: halfway between two centroids p is 1/2, at a quarter 0.99


def soft_silhouette(latent: Tensor, log_share: Tensor) -> Tensor:
    """Mean over latents (b, d) with log memberships (b, k), each row of a sum of 1: -1 to 1; k >= 2."""
    # by differences: torch.cdist has no finite gradient at equal points
    squared = (latent[:, None] - latent[None]).square().sum(dim=2)
    distance = squared.clamp_min(1e-12).sqrt()  # its own diagonal: 1e-6, as good as left out
    # beside the largest of the column: a cluster far from all of the batch has a place all the same
    weight = (log_share - log_share.amax(dim=0)).exp()
    others = weight.sum(dim=0) - weight  # (b, k): without i itself
    known = others > ALONE
    mean = distance @ weight / others.clamp_min(ALONE)  # a_ik
    best = mean.masked_fill(~known, math.inf).topk(2, dim=1, largest=False)
    nearest_other = torch.where(
        torch.arange(log_share.shape[1], device=latent.device) == best.indices[:, :1],
        best.values[:, 1:],
        best.values[:, :1],
    )
    known = known & nearest_other.isfinite()
    nearest_other = nearest_other.masked_fill(~known, 0)
    silhouette = (nearest_other - mean) / torch.maximum(mean, nearest_other).clamp_min(1e-12)
    return (log_share.exp() * silhouette * known).sum(dim=1).mean()


class SoftSilhouette(Clustered):
    name = "soft_silhouette"

    def forward(self, batch: LatentBatch) -> Effect:
        log_share = soft_assignment(batch.latent, self.centroids, TEMPERATURE)
        undecided = -(log_share.exp() * log_share).sum(dim=1).mean()
        penalty = self.params["entropy_weight"] * undecided
        if log_share.shape[1] > 1:
            shape = 1 - soft_silhouette(batch.latent, log_share)
            penalty = penalty + self.params["weight"] * shape
        return Effect(penalty)
