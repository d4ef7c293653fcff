"""Shapes that all latents together can be asked to take, for the Wasserstein autoencoders."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def sample(kind: str, count: int, dims: int, groups: int, generator: torch.Generator) -> Tensor:
    """Points (count, dims) of a prior of about unit scale, on the generator's device."""
    device = generator.device
    points = torch.randn(count, dims, generator=generator, device=device)
    if kind == "gaussian":
        return points
    if kind == "ring":
        outward = points / points.norm(dim=1, keepdim=True).clamp_min(1e-12)
        radius = 1 + 0.1 * torch.randn(count, 1, generator=generator, device=device)
        return math.sqrt(dims) * radius * outward
    centres = mixture_centres(groups, dims).to(device)
    which = torch.randint(groups, (count,), generator=generator, device=device)
    return centres[which] + 0.2 * points


def mixture_centres(groups: int, dims: int) -> Tensor:
    """Centres (groups, dims) of unit scale, evenly spread on a line, a circle or a sphere (Fibonacci).

    In more dimensions they are random directions, always the same.
    """
    if groups == 1:
        return torch.zeros(1, dims)
    if dims == 1:
        return torch.linspace(-1.5, 1.5, groups)[:, None]
    turn = torch.arange(groups) + 0.5
    if dims == 2:
        angle = turn * (2 * math.pi / groups)
        return math.sqrt(2) * torch.stack([angle.cos(), angle.sin()], 1)
    if dims == 3:
        height = 1 - 2 * turn / groups
        angle = turn * math.pi * (1 + math.sqrt(5))
        around = (1 - height.square()).sqrt()
        return math.sqrt(3) * torch.stack([around * angle.cos(), around * angle.sin(), height], 1)
    points = torch.randn(groups, dims, generator=torch.Generator().manual_seed(0))
    return math.sqrt(dims) * points / points.norm(dim=1, keepdim=True)
