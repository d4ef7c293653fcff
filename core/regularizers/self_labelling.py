"""Self-labelling: clusters that neighbours agree on become the labels that latents are trained for.

    weight * mean_i 1/2 sum over z_i and its augmented view
               [ - confident_i log c_i(y_i)
                 + latent_weight * ( - log p_i(y_i) + pull * max(0, |z_i - m_y(i)| / g - radius)^2 ) ]

with p_i the membership of a latent (softmax of negative squared distances to fixed, evenly spread
centroids), c_i that of a linear head on the encoder's features, and y_i the image's own found label:
no given label is ever read; g is the gap between centroids, `spacing`. Labels are found anew at
the start of every epoch, or of every few (`relabel_every`):

1. In the term's first epoch several linear heads on the encoder's features, as they are, learn to give
   neighbours the same cluster and to use all clusters alike (`core/regularizers/support/scan.py`); the
   one that `choice` says becomes c: that of the lowest loss, or the one whose clusters the other heads
   agree with most (`core/regularizers/support/starts.py`). Where the others do not agree with it, as
   many are made again, `restarts` times at most. Later c is taken as it is. Clusters that are
   often taken for each other then get centroids side by side: an image between the two lies near
   neither of the others.
2. Memberships are spread over the neighbour graph (half one's own, half the neighbours' mean, twice).
3. Only images whose largest membership then exceeds `confidence` are confident: they alone teach c and
   with it the features. Every latent goes where its image's label says.

Neighbours are those in the encoder's features, looked for again now and then, and those in the strokes
of the straightened images (`core/regularizers/support/strokes.py`): the two err at different images.
The heads also ask those in slightly blurred pixels, which join ways of writing that the other two keep
apart (sevens with and without a bar): the more of them, the more starts find both ways to be one
cluster. Within `radius` of its centroid nothing pulls at a latent, so that there is room for what
differs between images of a cluster. Augmented views near the border of two clusters pull latents to
between them: with `placed` = image z_i counts alone in the second line of the loss, and follows c more
closely.

Van Gansbeke, Vandenhende, Georgoulis, Proesmans, Van Gool 2020, SCAN: Learning to Classify Images
without Labels, ECCV (mining neighbours, self-labelling of section 2.3). The pull is the centre loss of
Wen, Zhang, Li, Qiao 2016, ECCV, eq. 2, with a margin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from core.regularizers.support.base import (
    Effect,
    LatentBatch,
    Overview,
    Regularizer,
    Shape,
    View,
    linear,
    seconds,
)
from core.regularizers.support.centroids import (
    nearest_gap,
    side_by_side,
    soft_assignment,
)
from core.regularizers.support.graph import (
    blurred,
    neighbour_graph,
    search_growth,
    searches,
)
from core.regularizers.support.priors import mixture_centres
from core.regularizers.support.scan import (
    HEAD_STEPS,
    Heads,
    HeadSearch,
    find_heads,
    spread,
)
from core.regularizers.support.starts import Starts, judged
from core.regularizers.support.strokes import strokes

AGAIN = 500  # between the seeds of one search and the next: an epoch's are one apart
TIMED = 1000  # images whose strokes are timed: more take too long for an estimate


class SelfLabelling(Regularizer):
    name = "self_labelling"
    needs_view = True
    planned_bytes = (
        22  # a peak of 1.48 GB for all of MNIST: strokes and neighbours of 60,000 images
    )
    constant = Regularizer.constant | {"starts"}  # to be looked at; nothing rests on them

    def __init__(self, params: Mapping[str, Any], shape: Shape, generator: torch.Generator) -> None:
        super().__init__(params, shape, generator)
        k = self.clusters
        self.centroids: Tensor
        centres = mixture_centres(k, shape.latent_dim)
        self.register_buffer("centroids", centres * (params["spacing"] / nearest_gap(centres)))
        width = shape.feature_dim
        self.classifier = linear(width, k, generator, std=width**-0.5)
        self._age = 0  # epochs planned
        self._in_strokes = self._neighbours = torch.zeros(0, 0, dtype=torch.long)
        self._labels = torch.zeros(0, dtype=torch.long)
        self._confident = torch.zeros(0)
        self.starts: Starts | None = None  # of the term's first epoch

    @torch.no_grad()
    def begin_epoch(self, overview: Overview) -> None:
        age, self._age = self._age, self._age + 1
        first, every = age == 0, self.params["renew_every"]
        if first:
            self._in_strokes = self._graph(strokes(overview.pixels()))
        if first or (every and age % every == 0):
            near = self._graph(overview.features())
            self._neighbours = torch.cat([near, self._in_strokes], dim=1)
        if first:
            self._begin(overview)
        if age % self.params["relabel_every"] == 0:
            share = self._shares(overview.features(), self._neighbours)
            largest, self._labels = share.max(dim=1)
            self._confident = (largest > self.params["confidence"]).to(share)

    def _begin(self, overview: Overview) -> None:
        """Take one of the heads, and give clusters that are in question together near centroids."""
        features, in_pixels = overview.features(), self._graph(blurred(overview.pixels()))
        asked = torch.cat([self._neighbours, *[in_pixels] * self.params["pixel_weight"]], dim=1)
        heads = self._found(features, asked, overview.seed)
        self.starts = self._judged(heads, features)
        for again in range(1, self.params["restarts"] + 1):
            if not self.starts.doubtful:
                break
            heads = heads.with_others(self._found(features, asked, overview.seed + AGAIN * again))
            self.starts = self._judged(heads, features)
        self.notes = self.starts.notes()
        self.classifier.weight.copy_(heads.weight[self.starts.chosen])
        self.classifier.bias.copy_(heads.bias[self.starts.chosen])
        share = self._shares(features, self._neighbours)
        together = share.T @ share  # (k, k): how often two clusters are in question at once
        self.centroids.copy_(side_by_side(self.centroids, together))

    def _graph(self, points: Tensor) -> Tensor:
        """Numbers (n, m) of the neighbours of points (n, c)."""
        return neighbour_graph(points, self.params["neighbours"]).indices

    def _found(
        self, features: Tensor, neighbours: Tensor, seed: int, steps: int | None = None
    ) -> Heads:
        """Heads for features (n, f) by which neighbours (n, m) agree."""
        search = HeadSearch(
            len(self.centroids), self.params["heads"], seed, self.params["head_rate"],
            self.params["balance"], steps,
        )  # fmt: skip
        with torch.enable_grad():
            return find_heads(features, neighbours, search)

    def _judged(self, heads: Heads, features: Tensor) -> Starts:
        """The clusters that heads find by features (n, f), and which of them is taken."""
        near = self._neighbours.to(features.device)
        clusters = [
            spread((features @ w.T + b).softmax(dim=1), near).argmax(1)
            for w, b in zip(heads.weight, heads.bias, strict=True)
        ]
        return judged(torch.stack(clusters), heads.loss, len(self.centroids), self.params["choice"])

    def _shares(self, features: Tensor, neighbours: Tensor) -> Tensor:
        """Memberships (n, k) by the head, spread over neighbours (n, m)."""
        share = self.classifier(features).softmax(dim=1)
        return spread(share, neighbours.to(share.device))

    @torch.no_grad()
    def plan_seconds(self, overview: Overview, images: int, epochs: int) -> float:
        features, pixels, steps = overview.features(), overview.pixels()[:TIMED], 10
        n = len(features)
        neighbours = torch.randint(n, (n, 2 * self.params["neighbours"]))  # any will do
        each = seconds(lambda: self._shares(overview.features(), neighbours)) / n
        describing = seconds(lambda: (strokes(pixels), blurred(pixels))) / len(pixels)
        searching = seconds(lambda: self._graph(features)) * search_growth(n, images)
        heads = seconds(lambda: self._found(features, neighbours, overview.seed, steps)) / steps
        renewed = searches(epochs, self.params["renew_every"])
        labelled = searches(epochs, self.params["relabel_every"])
        return (
            (labelled * each + describing) * images
            + (renewed + 2) * searching  # in features, and once each in strokes and in pixels
            + heads * HEAD_STEPS
        )

    def forward(self, batch: LatentBatch) -> Effect:
        if batch.rows is None or not len(self._labels):  # held-out images: their nearest centroid
            labels = soft_assignment(batch.latent, self.centroids, 1.0).argmax(dim=1)
            confident = torch.ones_like(batch.latent[:, 0])
        else:
            rows = batch.rows.to(self._labels.device)
            labels, confident = self._labels[rows], self._confident[rows]
        views = [View(batch.features, batch.latent), *([batch.view] if batch.view else [])]
        placed = views if self.params["placed"] == "views" else views[:1]
        head = torch.stack([self._by_head(view.features, labels, confident) for view in views])
        place = torch.stack([self._by_latent(view.latent, labels) for view in placed])
        penalty = head.mean() + self.params["latent_weight"] * place.mean()
        return Effect(self.params["weight"] * penalty)

    def _by_head(self, features: Tensor, labels: Tensor, confident: Tensor) -> Tensor:
        """What features (b, f) cost with labels (b,); only those count whose `confident` (b,) is 1."""
        errors = F.cross_entropy(self.classifier(features), labels, reduction="none")
        return (confident * errors).mean()

    def _by_latent(self, latent: Tensor, labels: Tensor) -> Tensor:
        """What latents (b, d) cost with labels (b,): a scalar."""
        shares = soft_assignment(latent, self.centroids, self.params["temperature"])
        away = (latent - self.centroids[labels]).square().sum(dim=1).clamp_min(1e-12).sqrt()
        too_far = (away / nearest_gap(self.centroids) - self.params["radius"]).clamp_min(0)
        return F.nll_loss(shares, labels) + self.params["pull"] * too_far.square().mean()
