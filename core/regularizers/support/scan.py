"""Clusters that neighbours agree on, found on features as they are (SCAN), and spread over a graph.

Van Gansbeke, Vandenhende, Georgoulis, Proesmans, Van Gool 2020, SCAN: Learning to Classify Images
without Labels, ECCV, eq. 2; Zhou, Bousquet, Lal, Weston, Schoelkopf 2004, Learning with Local and
Global Consistency, NIPS (there with given labels, here with none).
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from core.networks.support.optimizer import Adam

HEAD_STEPS = 800
HEAD_BATCH = 1024
HEAD_RATE = 0.003
SPREAD = 2  # times that memberships are spread over the graph


def agreement_loss(first: Tensor, second: Tensor, balance: float = 1.0) -> Tensor:
    """SCAN's loss of neighbours' memberships (h, b, k) and (h, b, k), for each of h heads: (h,).

    mean_i -log(p_i . p_j(i)) minus `balance` times the entropy of the mean membership, in nats.
    """
    agree = (first * second).sum(dim=2).clamp_min(1e-8).log().mean(dim=1)
    mean = ((first.mean(dim=1) + second.mean(dim=1)) / 2).clamp_min(1e-8)
    return balance * (mean * mean.log()).sum(dim=1) - agree


def spread(share: Tensor, neighbours: Tensor, times: int = SPREAD) -> Tensor:
    """Memberships (n, k) after each became half its neighbours' (n, m) mean, so many times."""
    for _ in range(times):
        share = 0.5 * share + 0.5 * share[neighbours].mean(dim=1)
    return share


class HeadSearch(NamedTuple):
    """How the linear heads of `find_heads` are looked for.

    Attributes:
        k: how many clusters.
        heads: how many, from random starts.
        seed: of everything random.
        rate: their learning rate; it falls to a twentieth.
        balance: weight of the entropy at first; it comes to 1 at half time, before heads are
            judged. More of it keeps heads from ending with two classes in one cluster.
        steps: of the heads' training; None: `HEAD_STEPS`.
    """

    k: int
    heads: int
    seed: int
    rate: float = HEAD_RATE
    balance: float = 1.0
    steps: int | None = None


class Heads(NamedTuple):
    """Linear heads of features (n, f), each from its own start.

    Attributes:
        weight: (h, k, f), as `torch.nn.Linear` has each.
        bias: (h, k).
        loss: (h,) mean of the later half of their steps.
    """

    weight: Tensor
    bias: Tensor
    loss: Tensor

    def with_others(self, others: Heads) -> Heads:
        """These, then others of the same features."""
        return Heads(*(torch.cat(pair) for pair in zip(self, others, strict=True)))


def find_heads(features: Tensor, neighbours: Tensor, search: HeadSearch) -> Heads:
    """Linear heads of features (n, f) by which neighbours (n, m) agree.

    Args:
        features: (n, f).
        neighbours: (n, m) numbers of each one's neighbours.
        search: how many clusters and heads, and how they learn.
    """
    device, (n, width), steps = features.device, features.shape, search.steps or HEAD_STEPS
    generator = torch.Generator().manual_seed(search.seed)
    mean, scale = features.mean(dim=0), features.std(dim=0).clamp_min(1e-6)
    features = (features - mean) / scale
    weight = torch.randn(search.heads, width, search.k, generator=generator)
    weight = weight.mul(2 * width**-0.5).to(device)
    bias = torch.zeros(search.heads, 1, search.k, device=device)
    optimizer = Adam([weight.requires_grad_(), bias.requires_grad_()], search.rate, fused=False)
    losses = torch.zeros(search.heads, device=device)
    for step in range(steps):
        rows = torch.randint(n, (min(HEAD_BATCH, n),), generator=generator)
        which = torch.randint(neighbours.shape[1], (len(rows),), generator=generator)
        pairs = torch.cat([rows, neighbours[rows, which]]).to(device)
        shares = (features[pairs] @ weight + bias).softmax(dim=2)  # (h, 2b, k)
        first = max(0.0, 1 - 2 * step / steps)  # 1 at the start, 0 from half time on
        one, other = shares.chunk(2, dim=1)
        loss = agreement_loss(one, other, 1 + first * (search.balance - 1))  # (h,)
        optimizer.rate = search.rate * (1 - 0.95 * step / steps)
        loss.sum().backward()
        optimizer.step()
        if step >= steps // 2:  # judged by its later half
            losses += loss.detach()
    raw = (weight.detach() / scale[:, None]).transpose(1, 2)  # (h, k, f)
    shifted = torch.stack([b - w @ mean for w, b in zip(raw, bias.detach()[:, 0], strict=True)])
    return Heads(raw, shifted, losses / (steps - steps // 2))
