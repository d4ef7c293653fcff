"""VaDE: a variational autoencoder whose prior is a mixture of k Gaussians, learned with it.

    beta * r^2/p * mean_i [ sum_k g_ik 1/2 sum_j ( log v_kj + (s_ij^2 + (m_ij - c_kj)^2) / v_kj )
                            + sum_k g_ik log(g_ik / pi_k) - 1/2 sum_j (1 + log s_ij^2) ]

with N(m_i, s_i^2) an image's posterior, (pi_k, c_k, v_k) the mixture and g_ik the share of component k
in a sampled latent; r the pixel range and p the number of pixels. Jiang, Zheng, Tan, Tang, Zhou 2017,
Variational Deep Embedding, IJCAI, eqs. 12 and 16. As there, a mixture with diagonal covariances is
fitted to the latents of a plainly trained autoencoder first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from core.latents.threads import one_thread
from core.regularizers.support.base import Effect, LatentBatch, Overview, Shape
from core.regularizers.support.centroids import Clustered, k_means, some_of
from core.regularizers.vae import draw, posterior

LOG_VARIANCE = (-12.0, 8.0)  # of components: a component of one point must not become infinite


def log_densities(z: Tensor, centres: Tensor, log_variance: Tensor, log_share: Tensor) -> Tensor:
    """log( pi_k N(z_i; c_k, v_k) ) up to a constant: (b, k); centres, log_variance (k, d)."""
    squared = (z[:, None] - centres).square() / log_variance.exp()
    return log_share - 0.5 * (squared + log_variance).sum(dim=2)


def mixture_kl(
    mean: Tensor,
    log_var: Tensor,
    centres: Tensor,
    log_variance: Tensor,
    log_share: Tensor,
    g: Tensor,
) -> Tensor:
    """Mean over the batch of the distance of N(mean, exp(log_var)) (b, d) from the mixture, in nats,
    for shares g (b, k) of its components: the bracket above.
    """  # noqa: D205
    spread = log_var.exp()[:, None] + (mean[:, None] - centres).square()
    cross = 0.5 * (log_variance + spread / log_variance.exp()).sum(dim=2)
    shares = g * (cross + g.clamp_min(1e-12).log() - log_share)
    return (shares.sum(dim=1) - 0.5 * (1 + log_var).sum(dim=1)).mean()


class VaDE(Clustered):
    name = "vade"

    def __init__(self, params: Mapping[str, Any], shape: Shape, generator: torch.Generator) -> None:
        super().__init__(params, shape, generator)
        self.log_variance = nn.Parameter(torch.zeros_like(self.centroids))
        self.share_logits = nn.Parameter(torch.zeros(len(self.centroids)))
        self.posterior = posterior(shape, generator)

    def start(self, overview: Overview) -> None:
        """Fit the mixture to the latents of all training images."""
        from sklearn.mixture import GaussianMixture  # takes as long to import as torch

        latents, k = overview.latents(), len(self.centroids)
        centres = k_means(latents, k, overview.seed)
        some = some_of(latents, overview.seed).cpu().double().numpy()
        if len(some) < k:
            self.centroids.copy_(centres)
            return
        mixture = GaussianMixture(
            k, covariance_type="diag", means_init=centres.cpu().double().numpy(),
            random_state=overview.seed, reg_covar=1e-4, tol=1e-3,
        )  # fmt: skip
        one_thread(mixture.fit)(some)
        for own, found in [
            (self.centroids, mixture.means_),
            (self.log_variance, mixture.covariances_),
            (self.share_logits, mixture.weights_),
        ]:
            values = torch.from_numpy(found).to(own)
            own.copy_(values if own is self.centroids else values.clamp_min(1e-6).log())

    def forward(self, batch: LatentBatch) -> Effect:
        own, sampled = draw(batch, self.posterior)
        log_variance = self.log_variance.clamp(*LOG_VARIANCE)
        log_share = self.share_logits.log_softmax(dim=0)
        share = log_densities(sampled, self.centroids, log_variance, log_share).softmax(dim=1)
        distance = mixture_kl(batch.latent, own, self.centroids, log_variance, log_share, share)
        weight = self.params["beta"] * self.shape.per_pixel
        return Effect(weight * distance, decoded=sampled)
