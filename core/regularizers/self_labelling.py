"""Self-labelling: clusters that neighbours agree on become the labels that latents are trained for.

    weight * mean over confident i of 1/2 sum over z_i and its twin
                            [ -log p_i(y_i) - log c_i(y_i) + pull * |z_i - m_y(i)|^2 / g^2 ]

with p_i the membership of a latent (softmax of negative squared distances to fixed, evenly spread
centroids), c_i that of a linear head on the encoder's features, and y_i the image's own found label: no
given label is ever read; g is the gap between centroids. Labels are found anew in every epoch:

1. In the term's first epoch several linear heads on the encoder's features, as they are, learn to give
   neighbours the same cluster and to use all clusters alike, SCAN's loss (eq. 2); the head with the
   lowest loss becomes c. Later c is taken as it is.
2. Memberships are spread over the neighbour graph (half one's own, half the neighbours' mean, twice):
   Zhou et al. 2004, Learning with Local and Global Consistency, NIPS, without given labels.
3. Only images whose largest membership then exceeds `confidence` take part in the epoch.

Neighbours are those in the encoder's features, looked for again now and then, and those in slightly
blurred pixels: the two err at different images. Van Gansbeke, Vandenhende, Georgoulis, Proesmans, Van
Gool 2020, SCAN: Learning to Classify Images without Labels, ECCV (mining neighbours, eq. 2,
self-labelling of section 2.3). The pull is the centre loss of Wen, Zhang, Li, Qiao 2016, ECCV, eq. 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from core.config import Parameter, RegularizerInfo
from core.regularizers.base import Effect, LatentBatch, Overview, Regularizer, Shape, View, linear
from core.regularizers.centroids import CLUSTERS, PRETRAINED, nearest_gap, soft_assignment
from core.regularizers.graph import blurred, neighbour_graph
from core.regularizers.priors import mixture_centres

HEAD_STEPS = 800
HEAD_BATCH = 1024
HEAD_RATE = 3e-3
SPREAD = 2  # times that memberships are spread over the graph


def agreement_loss(first: Tensor, second: Tensor) -> Tensor:
    """SCAN's loss of neighbours' memberships (h, b, k) and (h, b, k), for each of h heads: (h,).

    mean_i -log(p_i . p_j(i)) minus the entropy of the mean membership, in nats.
    """
    agree = (first * second).sum(dim=2).clamp_min(1e-8).log().mean(dim=1)
    mean = ((first.mean(dim=1) + second.mean(dim=1)) / 2).clamp_min(1e-8)
    return (mean * mean.log()).sum(dim=1) - agree


def spread(share: Tensor, neighbours: Tensor, times: int = SPREAD) -> Tensor:
    """Memberships (n, k) after each became half its neighbours' (n, m) mean, so many times."""
    for _ in range(times):
        share = 0.5 * share + 0.5 * share[neighbours].mean(dim=1)
    return share


def find_clusters(
    features: Tensor, neighbours: Tensor, k: int, heads: int, seed: int
) -> tuple[Tensor, Tensor]:
    """The linear head of features (n, f) that does best by its own loss, of several begun by lot.

    Returns:
        Weight (k, f) and bias (k,), as `torch.nn.Linear` has them.
    """
    device, n = features.device, len(features)
    lots = torch.Generator().manual_seed(seed)
    mean, scale = features.mean(dim=0), features.std(dim=0).clamp_min(1e-6)
    features = (features - mean) / scale
    width = features.shape[1]
    weight = torch.randn(heads, width, k, generator=lots).mul(2 * width**-0.5).to(device)
    bias = torch.zeros(heads, 1, k, device=device)
    optimizer = torch.optim.Adam([weight.requires_grad_(), bias.requires_grad_()], lr=HEAD_RATE)
    losses = torch.zeros(heads, device=device)
    for step in range(HEAD_STEPS):
        rows = torch.randint(n, (min(HEAD_BATCH, n),), generator=lots)
        which = torch.randint(neighbours.shape[1], (len(rows),), generator=lots)
        pairs = torch.cat([rows, neighbours[rows, which]]).to(device)
        shares = (features[pairs] @ weight + bias).softmax(dim=2)  # (h, 2b, k)
        loss = agreement_loss(*shares.chunk(2, dim=1))
        optimizer.param_groups[0]["lr"] = HEAD_RATE * (1 - 0.95 * step / HEAD_STEPS)
        optimizer.zero_grad()
        loss.sum().backward()
        optimizer.step()
        if step >= HEAD_STEPS // 2:  # judged by its later half
            losses += loss.detach()
    best = int(losses.argmin())
    raw = (weight[best] / scale[:, None]).T.detach()
    return raw, bias[best, 0].detach() - raw @ mean


class SelfLabelling(Regularizer):
    info = RegularizerInfo(
        name="self_labelling",
        label="Self-labelling (SCAN)",
        meaning="Images that are neighbours agree on clusters; those that are sure of theirs teach "
        "the encoder to keep them apart, however an image is turned.",
        formula=r"\lambda\operatorname{mean}_{i\,\text{confident}}\left[-\log p_i(y_i)-\log "
        r"c_i(y_i)+\eta\tfrac{\|z_i-m_{y_i}\|^2}{g^2}\right],\quad "
        r"p_i\propto e^{-\|z_i-m_k\|^2/(T g^2)}",
        paper="Van Gansbeke et al. 2020, SCAN: Learning to Classify Images without Labels",
        parameters={
            "weight": Parameter(1.0, "λ: how much the found labels count.", maximum=1e6),
            "confidence": Parameter(0.8, "Only images surer than this take part.", 0.0, 1.0),
            "temperature": Parameter(
                0.2,
                "T: small values let clusters touch, large ones press them together.",
                1e-3,
                10.0,
            ),
            "pull": Parameter(
                1.0, "How much nearness to the centre of the own cluster counts.", maximum=1e3
            ),
            "neighbours": Parameter(
                15, "How many neighbours, in features and in pixels each.", 1, 200
            ),
            "renew_every": Parameter(
                3,
                "Epochs after which neighbours in features are looked for again; 0: never.",
                0,
                500,
            ),
            "heads": Parameter(
                10, "Starts, of which the one with the lowest loss is kept.", 1, 100
            ),
            "clusters": CLUSTERS,
        },
        schedule=PRETRAINED,
    )
    needs_view = True

    def __init__(self, params: Mapping[str, Any], shape: Shape, generator: torch.Generator) -> None:
        super().__init__(params, shape, generator)
        k = params["clusters"] or shape.classes
        self.centroids: Tensor
        self.register_buffer("centroids", mixture_centres(k, shape.latent_dim))
        width = shape.feature_dim
        self.classifier = linear(width, k, generator, std=width**-0.5)
        self._age = 0  # epochs planned
        self._in_pixels = self._neighbours = torch.zeros(0, 0, dtype=torch.long)
        self._labels = torch.zeros(0, dtype=torch.long)
        self._confident = torch.zeros(0)

    @torch.no_grad()
    def begin_epoch(self, overview: Overview) -> None:
        features, count = overview.features(), self.params["neighbours"]
        every = self.params["renew_every"]
        if not self._age:
            self._in_pixels = neighbour_graph(blurred(overview.pixels()), count).indices
        if not self._age or (every and self._age % every == 0):
            in_features = neighbour_graph(features, count).indices
            self._neighbours = torch.cat([in_features, self._in_pixels], dim=1)
        if not self._age:
            with torch.enable_grad():
                weight, bias = find_clusters(
                    features, self._neighbours, len(self.centroids), self.params["heads"],
                    overview.seed,
                )  # fmt: skip
            self.classifier.weight.copy_(weight)
            self.classifier.bias.copy_(bias)
        self._age += 1
        share = self.classifier(features).softmax(dim=1)
        sure, self._labels = spread(share, self._neighbours.to(share.device)).max(dim=1)
        self._confident = (sure > self.params["confidence"]).to(share)

    def forward(self, batch: LatentBatch) -> Effect:
        views = [View(batch.features, batch.latent), *([batch.view] if batch.view else [])]
        log_shares = [
            log_share
            for view in views
            for log_share in (
                soft_assignment(view.latent, self.centroids, self.params["temperature"]),
                self.classifier(view.features).log_softmax(dim=1),
            )
        ]
        if batch.rows is None or not len(self._labels):  # held-out images: their nearest centroid
            labels, counts = (
                log_shares[0].detach().argmax(dim=1),
                torch.ones_like(batch.latent[:, 0]),
            )
        else:
            rows = batch.rows.to(self._labels.device)
            labels, counts = self._labels[rows], self._confident[rows]
        errors = sum(F.nll_loss(each, labels, reduction="none") for each in log_shares)
        gap = nearest_gap(self.centroids)
        for view in views:
            away = (view.latent - self.centroids[labels]).square().sum(dim=1) / gap**2
            errors = errors + self.params["pull"] * away
        return Effect(self.params["weight"] * (errors * counts).mean() / len(views))
