"""What the terms with clusters share: centroids in latent space, and how close latents are to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from core.latents.threads import one_thread
from core.regularizers.support.base import Overview, Regularizer, Shape

STARTS = 10  # of k-means
SEEN = 10_000  # latents that k-means starts from: more change its centres by a hair


class Clustered(Regularizer):
    """A term with k learned centroids, found by k-means in the epoch when the term first acts.

    Attributes:
        centroids: (k, d).
    """

    def __init__(self, params: Mapping[str, Any], shape: Shape, generator: torch.Generator) -> None:
        super().__init__(params, shape, generator)
        self.centroids = nn.Parameter(
            torch.randn(self.clusters, shape.latent_dim, generator=generator)
        )
        self._started = False

    @torch.no_grad()
    def begin_epoch(self, overview: Overview) -> None:
        if not self._started:
            self.start(overview)
            self._started = True

    def start(self, overview: Overview) -> None:
        """Put the centroids where k-means finds centres in the latents of all training images."""
        self.centroids.copy_(k_means(overview.latents(), len(self.centroids), overview.seed))


@one_thread
def k_means(points: Tensor, k: int, seed: int) -> Tensor:
    """Centres (k, d) of points (n, d); with fewer points than k some centres are the same."""
    from sklearn.cluster import KMeans  # takes as long to import as torch

    some = some_of(points, seed)
    found = KMeans(min(k, len(some)), n_init=STARTS, random_state=seed).fit(some.cpu().numpy())
    centres = torch.from_numpy(found.cluster_centers_).to(points)
    return centres[torch.arange(k) % len(centres)]


def some_of(points: Tensor, seed: int) -> Tensor:
    """At most `SEEN` of points (n, d), drawn at random, without gradient."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randperm(len(points), generator=generator)[:SEEN]
    return points.detach()[rows.to(points.device)]


def squared_distances(latent: Tensor, centroids: Tensor) -> Tensor:
    """|z_i - m_k|^2 for latents (b, d) and centroids (k, d): (b, k)."""
    return (latent[:, None] - centroids[None]).square().sum(dim=2)


def student_t(latent: Tensor, centroids: Tensor) -> Tensor:
    """q_ik = (1 + |z_i - m_k|^2)^-1, made to sum to 1 over k: (b, k). DEC, eq. 1 with alpha = 1."""
    likeness = 1 / (1 + squared_distances(latent, centroids))
    return likeness / likeness.sum(dim=1, keepdim=True)


def soft_assignment(latent: Tensor, centroids: Tensor, temperature: float) -> Tensor:
    """log softmax_k( -|z_i - m_k|^2 / (temperature * gap^2) ): (b, k).

    The gap is the mean distance of a centroid from its nearest other one (detached), so that the
    temperature means the same at every scale of the latents.
    """
    unit = nearest_gap(centroids.detach()).square().clamp_min(1e-12)
    scores = -squared_distances(latent, centroids) / (temperature * unit)
    return scores.log_softmax(dim=1)


def nearest_gap(centroids: Tensor) -> Tensor:
    """Mean distance of each of the centroids (k, d) from its nearest other one; 1 for a single one."""
    if len(centroids) == 1:
        return torch.ones((), device=centroids.device)
    apart = squared_distances(centroids, centroids)
    apart = apart + torch.diag(torch.full((len(centroids),), float("inf"), device=apart.device))
    return apart.min(dim=1).values.clamp_min(1e-24).sqrt().mean()


def side_by_side(centroids: Tensor, together: Tensor, starts: int = 20) -> Tensor:
    """The same centroids (k, d) in an order in which clusters that go together lie close.

    Maximises sum_kl together_kl exp(-3 (|m_k - m_l| / gap - 1)), a quadratic assignment: exchanges of
    two as long as one helps, from several random orders (always the same).

    Args:
        centroids: places (k, d) to give away.
        together: (k, k), how often an image is in question between clusters k and l.
        starts: how many orders to begin with.
    """
    k = len(centroids)
    if k < 3:
        return centroids
    apart = squared_distances(centroids, centroids).sqrt()
    near = torch.exp(-3 * (apart / nearest_gap(centroids) - 1)).cpu().double().fill_diagonal_(0)
    wanted = (together + together.T).cpu().double().fill_diagonal_(0)
    generator = torch.Generator().manual_seed(0)
    begun = [torch.arange(k), *(torch.randperm(k, generator=generator) for _ in range(starts - 1))]
    ended = [_exchanged(order, near, wanted) for order in begun]
    order, _ = max(ended, key=lambda end: end[1])
    return centroids[order.to(centroids.device)]


def _exchanged(order: Tensor, near: Tensor, wanted: Tensor) -> tuple[Tensor, float]:
    """The order after exchanges of two, as long as one helps, and its sum of near * wanted."""

    def total(order: Tensor) -> float:
        return float((wanted * near[order][:, order]).sum())

    k, value, improved = len(order), total(order), True
    while improved:
        improved = False
        for i in range(k - 1):
            hopeful = (_gains(order, i, near, wanted) > -1e-9 * value).tolist()
            for j in range(i + 1, k):
                if not hopeful[j]:  # most are not: gains are known for all at once
                    continue
                other = order.clone()
                other[[i, j]] = order[[j, i]]
                if (now := total(other)) > value * (1 + 1e-9):
                    order, value, improved = other, now, True
                    hopeful = (_gains(order, i, near, wanted) > -1e-9 * value).tolist()
    return order, value


def _gains(order: Tensor, i: int, near: Tensor, wanted: Tensor) -> Tensor:
    """What exchanging i with each of k would add to the sum: (k,)."""
    here = near[order][:, order]
    change = (wanted[i] - wanted) * (here - here[i])  # (k, k): row j, of its distance to each other
    return 2 * (change.sum(dim=1) - change[:, i] - change.diagonal())
