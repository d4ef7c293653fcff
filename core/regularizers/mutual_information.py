"""Mutual information: memberships that are certain, balanced, and the same for an augmented view.

    weight * ( mean_i KL(p_i || p'_i) + share * [ mean_i H(p_i) - balance * H(mean_i p_i) ] )

with p_i the membership of latent z_i (softmax of negative squared distances to learned centroids, in
units of their own gap), p'_i of its augmented view, the first of both detached. Hu, Miyato, Tokui,
Matsumoto, Sugiyama 2017, Learning Discrete Representations via Information Maximizing Self-Augmented
Training (IMSAT), ICML, eqs. 1, 7 and 8, with the random affine views of its RPT; share 0.1 and balance
4 as there.
"""

from __future__ import annotations

from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch
from core.regularizers.support.centroids import Clustered, soft_assignment


def entropy(log_share: Tensor) -> Tensor:
    """Of rows of log-memberships (..., k), in nats: (...)."""
    return -(log_share.exp() * log_share).sum(dim=-1)


def information(log_share: Tensor, balance: float) -> Tensor:
    """balance * H(mean of the memberships) - mean H(membership), in nats; (b, k)."""
    mean = log_share.exp().mean(dim=0).clamp_min(1e-12).log()
    return balance * entropy(mean) - entropy(log_share).mean()


class MutualInformation(Clustered):
    name = "mutual_information"
    needs_view = True

    def forward(self, batch: LatentBatch) -> Effect:
        temperature = self.params["temperature"]
        own = soft_assignment(batch.latent, self.centroids, temperature)
        penalty = -self.params["share"] * information(own, self.params["balance"])
        if batch.view is not None:
            other = soft_assignment(batch.view.latent, self.centroids, temperature)
            fixed = own.detach()
            penalty = penalty + (fixed.exp() * (fixed - other)).sum(dim=1).mean()
        return Effect(self.params["weight"] * penalty)
