"""Which of several starts is taken, when no label may say it.

Each start gives clusters of all training images. A start that took two classes for one, or parted one,
did so in its own way; those that found what is there found the same. So a start that others agree with
is a good one (consensus of clusterings: Strehl and Ghosh 2002, Cluster Ensembles, JMLR 3).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.metrics.agreement import ari

DOUBTFUL = 0.85  # agreement below which the starts found different things


class Starts(NamedTuple):
    """The starts of a training, judged without labels.

    Attributes:
        clusters: (h, n) of each training image, by each start.
        loss: (h,), lower is better.
        agreement: (h,) mean adjusted Rand index with the other starts, -0.5 to 1; of a single one 1.
        smallest: (h,) images of the smallest cluster, as a share of what is even.
        chosen: which one is taken.
    """

    clusters: Tensor
    loss: Tensor
    agreement: Tensor
    smallest: Tensor
    chosen: int

    @property
    def doubtful(self) -> bool:
        """Whether the others do not agree with the one that is taken."""
        return float(self.agreement[self.chosen]) < DOUBTFUL

    def notes(self) -> dict[str, float]:
        """What is worth knowing of the choice, for a record of the training."""
        return {
            "starts": len(self.loss),
            "chosen": self.chosen,
            "agreement": round(float(self.agreement[self.chosen]), 4),
            "best_agreement": round(float(self.agreement.max()), 4),
            "smallest_cluster": round(float(self.smallest[self.chosen]), 4),
        }


def judged(clusters: Tensor, loss: Tensor, k: int, by: str) -> Starts:
    """The starts that found clusters (h, n) of k, and the one that is taken.

    Args:
        clusters: (h, n), 0 to k - 1.
        loss: (h,).
        k: how many clusters each looked for.
        by: "loss": the lowest; "agreement": the one that the others agree with most.
    """
    clusters, loss = clusters.cpu(), loss.cpu()
    agreement = _agreement(clusters)
    sizes = torch.stack([one.bincount(minlength=k) for one in clusters])
    smallest = sizes.amin(dim=1) * k / clusters.shape[1]
    chosen = int(agreement.argmax() if by == "agreement" else loss.argmin())
    return Starts(clusters, loss, agreement, smallest, chosen)


def _agreement(clusters: Tensor) -> Tensor:
    """Mean adjusted Rand index (h,) of each with the others, of clusters (h, n)."""
    h = len(clusters)
    if h == 1:
        return torch.ones(1)
    table, found = torch.zeros(h, h), clusters.numpy()
    for i in range(h):
        for j in range(i):
            if min(np.ptp(found[i]), np.ptp(found[j])) > 0:  # with one cluster alone nothing agrees
                table[i, j] = table[j, i] = ari(found[i], found[j])
    return table.sum(dim=1) / (h - 1)
