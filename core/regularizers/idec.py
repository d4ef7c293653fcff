"""Improved deep embedded clustering: soft clusters sharpen themselves beside the reconstruction error.

    weight * mean_i KL(P_i || Q_i),   q_ik ~ (1 + |z_i - m_k|^2)^-1,   p_ik ~ q_ik^2 / f_k,
    f_k = mean of q_ik over all training images; P is renewed every epoch and stands still between: a
    target that follows the clusters at once runs away with them

Guo, Gao, Liu, Yin 2017, Improved Deep Embedded Clustering with Local Structure Preservation, IJCAI,
eq. 6, with gamma = 0.1; the clusters are those of Xie et al. 2016 (`dec.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from core.regularizers.support.base import Effect, LatentBatch, Overview, Shape
from core.regularizers.support.centroids import Clustered, student_t


def target(q: Tensor, frequency: Tensor) -> Tensor:
    """p_ik = q_ik^2 / f_k, made to sum to 1 over k; q (b, k), f (k,)."""
    sharp = q.square() / frequency
    return sharp / sharp.sum(dim=1, keepdim=True)


def divergence(p: Tensor, q: Tensor) -> Tensor:
    """Mean over rows of KL(p || q) in nats; both (b, k), q above 0."""
    return (p * (p.clamp_min(1e-12).log() - q.clamp_min(1e-12).log())).sum(dim=1).mean()


class IDEC(Clustered):
    name = "idec"

    def __init__(self, params: Mapping[str, Any], shape: Shape, generator: torch.Generator) -> None:
        super().__init__(params, shape, generator)
        k = len(self.centroids)
        self.register_buffer("frequency", torch.full((k,), 1 / k))
        self._targets: Tensor | None = None  # (n, k) of all training images

    @torch.no_grad()
    def begin_epoch(self, overview: Overview) -> None:
        super().begin_epoch(overview)
        q = student_t(overview.latents(), self.centroids)
        self.frequency = q.mean(dim=0)
        self._targets = target(q, self.frequency)

    def forward(self, batch: LatentBatch) -> Effect:
        q = student_t(batch.latent, self.centroids)
        if self._targets is None or batch.rows is None:  # held-out images
            p = target(q.detach(), self.frequency)
        else:
            p = self._targets[batch.rows]
        return Effect(self.params["weight"] * divergence(p, q))
