"""The neighbour graph of all training images, for terms that keep neighbours together."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

BLOCK = 1024
COMPONENTS = 64  # of pixels: nine tenths of the work of a search saved, and hardly a neighbour lost


class Graph(NamedTuple):
    """Nearest others of n points.

    Attributes:
        indices: (n, k) int64, nearest first.
        weights: (n, k) UMAP's memberships, in 0..1.
    """

    indices: Tensor
    weights: Tensor

    def draw(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        """A neighbour (b,) of each row (b,), more often a close one; generator of the CPU."""
        which = torch.multinomial(self.weights[rows], 1, generator=generator)
        return self.indices[rows].gather(1, which)[:, 0]


@torch.no_grad()
def neighbour_graph(points: Tensor, k: int) -> Graph:
    """Exact k nearest others of points (n, f) by Euclidean distance, on their device; kept on the CPU.

    In float32 and by |x|^2 - 2xy + |y|^2: which of two nearly equal neighbours comes first is not
    certain, and for training it need not be (`core.neighbours` is exact, for metrics).
    """
    k = min(k, len(points) - 1)
    points = points - points.mean(dim=0)
    norms = points.square().sum(dim=1)
    indices, distances = [], []
    for start in range(0, len(points), BLOCK):
        block = points[start : start + BLOCK]
        squared = torch.addmm(norms, block, points.T, alpha=-2)  # |y|^2 - 2xy: order as distance
        own = torch.arange(len(block), device=points.device)
        squared[own, own + start] = math.inf
        near = squared.topk(k, dim=1, largest=False)
        indices.append(near.indices.cpu())
        exact = near.values + norms[start : start + BLOCK, None]
        distances.append(exact.clamp_min(0).sqrt().cpu())
    return Graph(torch.cat(indices), memberships(torch.cat(distances)))


@torch.no_grad()
def blurred(pixels: Tensor) -> Tensor:
    """Images (n, p), each pixel the mean of its 3 x 3, as their leading principal components (n, c).

    Blurred, a stroke one pixel further is near and not far.
    """
    side = math.isqrt(pixels.shape[1])
    soft = F.avg_pool2d(pixels.view(-1, 1, side, side), 3, stride=1, padding=1).flatten(1)
    return principal(soft)


@torch.no_grad()
def principal(points: Tensor) -> Tensor:
    """Points (n, p) as their leading principal components (n, at most `COMPONENTS`)."""
    points = points - points.mean(dim=0)
    _, axes = torch.linalg.eigh(points.T @ points)  # ascending
    return points @ axes[:, -COMPONENTS:]


def memberships(distances: Tensor) -> Tensor:
    """exp(-(d_ij - d_i1) / s_i), with s_i such that each row sums to log2(k); distances (n, k).

    McInnes, Healy, Melville 2018, UMAP, algorithm 3; s_i by bisection.
    """
    beyond = distances - distances[:, :1]
    low = torch.zeros(len(distances), 1)
    high = beyond.mean(dim=1, keepdim=True).clamp_min(1e-12) * 64
    goal = math.log2(max(distances.shape[1], 2))
    for _ in range(40):
        middle = (low + high) / 2
        total = torch.exp(-beyond / middle.clamp_min(1e-12)).sum(dim=1, keepdim=True)
        low, high = torch.where(total < goal, middle, low), torch.where(total < goal, high, middle)
    return torch.exp(-beyond / high.clamp_min(1e-12)).clamp_min(1e-6)
