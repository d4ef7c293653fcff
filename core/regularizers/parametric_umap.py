"""Parametric UMAP: neighbours of a graph come together in latent space, all others keep apart.

    weight * ( mean_i -log q(z_i, z_j(i)) - negatives * mean_{i != l} log(1 - q(z_i, z_j(l))) )
    q(x, y) = 1 / (1 + a |x - y|^(2 b))

with j(i) a neighbour of image i drawn by its membership in UMAP's graph; the neighbours of all others of
the batch are its negatives. Each image has a part in every epoch and draws among its own neighbours,
where UMAP draws edges of the symmetric graph by weight. Sainburg, McInnes, Gentner 2021, Parametric UMAP
Embeddings, Neural Computation, section 2.3, with 15 neighbours, min_dist 0.1 and 5 negatives. The graph
is that of the pixels, as there (of their leading principal components, to be quick), or of the encoder's
own features.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from core.latents.umap.curve import curve
from core.regularizers.support.base import (
    Effect,
    LatentBatch,
    Overview,
    Regularizer,
    Shape,
    seconds,
)
from core.regularizers.support.graph import (
    Graph,
    neighbour_graph,
    principal,
    search_growth,
    searches,
)


def attraction(first: Tensor, second: Tensor, a: float, b: float) -> Tensor:
    """Mean of -log q over rows of (n, d) and (n, d)."""
    squared = (first - second).square().sum(dim=1).clamp_min(1e-6)
    return torch.log1p(a * squared**b).mean()


def repulsion(first: Tensor, second: Tensor, a: float, b: float) -> Tensor:
    """Mean of -log(1 - q) over pairs of rows i of (n, d) and l != i of (n, d)."""
    squared = torch.cdist(first, second, compute_mode="use_mm_for_euclid_dist").square()
    own = torch.eye(len(first), dtype=torch.bool, device=first.device)
    log_odds = torch.log(a * squared.clamp_min(1e-3) ** b)  # of 1 - q against q
    return F.softplus(-log_odds).masked_fill(own, 0).sum() / max(len(first) * (len(first) - 1), 1)


class ParametricUMAP(Regularizer):
    name = "parametric_umap"

    needs_partner = True

    def __init__(self, params: Mapping[str, Any], shape: Shape, generator: torch.Generator) -> None:
        super().__init__(params, shape, generator)
        self._graph: Graph | None = None
        self._age = 0

    def begin_epoch(self, overview: Overview) -> None:
        stale = self._every and self._age % self._every == 0
        if self._graph is None or stale:
            self._graph = neighbour_graph(self._points(overview), self.params["neighbours"])
        self._age += 1

    @property
    def _every(self) -> int:
        """Epochs between two searches; 0: there is only one, as pixels stay as they are."""
        return int(self.params["renew_every"]) if self.params["space"] == "features" else 0

    def _points(self, overview: Overview) -> Tensor:
        """Where neighbours are looked for, (n, c)."""
        if self.params["space"] == "pixels":
            return principal(overview.pixels())
        return overview.features()

    def plan_seconds(self, overview: Overview, images: int, epochs: int) -> float:
        points = self._points(overview)
        describing = seconds(lambda: self._points(overview)) * images / len(points)
        searching = seconds(lambda: neighbour_graph(points, self.params["neighbours"]))
        searching *= search_growth(len(points), images)
        return searches(epochs, self._every) * (describing + searching)

    def partners(self, rows: Tensor, generator: torch.Generator) -> Tensor | None:
        return None if self._graph is None else self._graph.draw(rows, generator)

    def forward(self, batch: LatentBatch) -> Effect:
        a, b = curve(self.params["min_dist"])
        other = batch.latent if batch.partner is None else batch.partner.latent
        penalty = self.params["negatives"] * repulsion(batch.latent, other, a, b)
        if batch.partner is not None:  # held-out images have no neighbours to come near to
            penalty = penalty + attraction(batch.latent, other, a, b)
        return Effect(self.params["weight"] * penalty)
