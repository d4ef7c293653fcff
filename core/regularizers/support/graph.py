"""The neighbour graph of all training images, for terms that keep neighbours together."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from core.data.fitting import resized

BLOCK = 1024
EXACT = 20_000  # up to so many points all pairs are compared
CELL = 256  # points of a cell, beyond
CELL_ROUNDS = 5
PROBES = 32  # cells looked through
SIDE = 28  # of images as they are described: blur and cells are of some pixels of these
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
    """k nearest others of points (n, f) by Euclidean distance, on their device; kept on the CPU.

    Exact up to `EXACT` points; beyond, each looks only at the points of the `PROBES` cells nearest to
    its own, which costs a tenth and misses about one neighbour of a hundred (features and pixels of
    MNIST). In float32 and by |x|^2 - 2xy + |y|^2: which of two nearly equal neighbours comes first is
    not certain, and for training it need not be (`core.latents.neighbours` is exact, for metrics).
    """
    n, k = len(points), min(k, len(points) - 1)
    points = points - points.mean(dim=0)
    norms = points.square().sum(dim=1)
    indices = torch.empty(n, k, dtype=torch.long)
    distances = torch.empty(n, k)
    for rows, among in _searches(points, k):
        squared = torch.addmm(norms[among], points[rows], points[among].T, alpha=-2)
        squared[rows[:, None] == among] = math.inf
        near = squared.topk(k, dim=1, largest=False)
        indices[rows.cpu()] = among[near.indices].cpu()
        exact = near.values + norms[rows, None]
        distances[rows.cpu()] = exact.clamp_min(0).sqrt().cpu()
    return Graph(indices, memberships(distances))


def search_growth(sample: int, n: int) -> float:
    """How many times as long a search among n points takes as one among a sample of them."""
    return _compared(n) / _compared(sample)


def _compared(n: int) -> int:
    """Pairs of points whose distances a search among n points computes."""
    if n <= EXACT:
        return n * n
    cells = n // CELL
    return n * min(PROBES * CELL, n) + (CELL_ROUNDS + 1) * n * cells


def searches(epochs: int, every: int) -> int:
    """How often neighbours are looked for in so many epochs, with `every` epochs between (0: once)."""
    return -(-epochs // every) if every else 1


def _searches(points: Tensor, k: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Which points look for their neighbours among which: numbers (b,) and (c,), c > k."""
    everyone = torch.arange(len(points), device=points.device)
    if len(points) <= EXACT:
        yield from ((rows, everyone) for rows in everyone.split(BLOCK))
        return
    centres, own = _cells(points, len(points) // CELL)
    members = everyone[own.argsort(stable=True)].split(
        own.bincount(minlength=len(centres)).tolist()
    )
    nearest = torch.cdist(centres, centres).topk(min(PROBES, len(centres)), largest=False).indices
    for rows, cells in zip(members, nearest.tolist(), strict=True):
        if len(rows):
            among = torch.cat([members[cell] for cell in cells])
            yield rows, among if len(among) > k else everyone


def _cells(points: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """A few rounds of k-means from random points, always the same ones.

    Returns:
        Centres (count, f), and the cell (n,) of each point.
    """
    generator = torch.Generator().manual_seed(0)
    rows = torch.randperm(len(points), generator=generator)[:count]
    centres = points[rows.to(points.device)]
    for _ in range(CELL_ROUNDS):
        own = _cell_of(points, centres)
        sums = torch.zeros_like(centres).index_add_(0, own, points)
        sizes = own.bincount(minlength=count)[:, None]
        centres = torch.where(sizes > 0, sums / sizes.clamp_min(1), centres)
    return centres, _cell_of(points, centres)


def _cell_of(points: Tensor, centres: Tensor) -> Tensor:
    norms = centres.square().sum(dim=1)
    blocks = points.split(8 * BLOCK)
    return torch.cat([torch.addmm(norms, p, centres.T, alpha=-2).argmin(dim=1) for p in blocks])


@torch.no_grad()
def blurred(pixels: Tensor) -> Tensor:
    """Images (n, p), each pixel the mean of its 3 x 3, as their leading principal components (n, c).

    Blurred, a stroke one pixel further is near and not far.
    """
    soft = F.avg_pool2d(of_usual_size(pixels), 3, stride=1, padding=1).flatten(1)
    return principal(soft)


def of_usual_size(pixels: Tensor) -> Tensor:
    """Images (n, p) of any size as (n, 1, 28, 28): a pixel of 8 x 8 is a whole stroke, and no blur."""
    side = math.isqrt(pixels.shape[1])
    return resized(pixels.view(-1, 1, side, side), SIDE)


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
