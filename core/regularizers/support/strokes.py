"""Images described so that their neighbours in pixels are neighbours in meaning more often.

Two classic steps of reading handwriting, neither of which sees a label: each image is moved,
straightened and sized by the moments of its ink (LeCun, Bottou, Bengio, Haffner 1998, Gradient-Based
Learning Applied to Document Recognition, section III.A, deslanting), then described by which way its
edges face, cell by cell (histograms of oriented gradients; Dalal and Triggs 2005, CVPR). Images of
other sizes are brought to 28 x 28 first: of scikit-learn's 8 x 8 digits 96 % of 15 neighbours are then
of the same class, and 84 % otherwise (`python -m benchmarks.everywhere --alike`).
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from core.regularizers.support.graph import of_usual_size, principal

DIRECTIONS = 8
CELLS = 7  # of a side
# Ink's standard deviation to the side and downwards, as a share of half the side, after sizing.
WIDTH, HEIGHT = 0.3, 0.42
CHUNK = 4096


@torch.no_grad()
def strokes(pixels: Tensor) -> Tensor:
    """Images (n, p) as (n, c): leading principal components of their edges' directions."""
    chunks = pixels.split(CHUNK)
    return principal(torch.cat([edges(upright(of_usual_size(images))) for images in chunks]))


def upright(images: Tensor) -> Tensor:
    """Images (b, 1, s, s), ink >= 0, each with its ink in the middle, without slant, of one size.

    Slants up to 45 degrees are undone, and sizes from two thirds to twice of what is asked.
    """
    x, y, _, slant, tall = _moments(images)
    lean = (slant / tall).clamp(-1, 1)
    straight = _resample(images, torch.ones_like(x), lean, x, torch.ones_like(x), y)
    x, y, wide, _, tall = _moments(straight)
    width, height = (
        (ink.sqrt() / size).clamp(0.5, 1.6) for ink, size in ((wide, WIDTH), (tall, HEIGHT))
    )
    return _resample(straight, width, torch.zeros_like(x), x, height, y)


def edges(images: Tensor) -> Tensor:
    """Images (b, 1, s, s) as (b, f): how strong edges facing each direction are in each cell.

    Square roots, so that one dark stroke does not outweigh the others; neither brightness nor contrast
    of an image matters.
    """
    soft = F.avg_pool2d(images / images.amax(dim=(1, 2, 3), keepdim=True).clamp_min(1e-12), 3, 1, 1)
    right = F.pad(soft[..., 2:] - soft[..., :-2], (1, 1))
    down = F.pad(soft[..., 2:, :] - soft[..., :-2, :], (0, 0, 1, 1))
    angles = torch.arange(DIRECTIONS, device=images.device) * (2 * math.pi / DIRECTIONS)
    facing = (
        right * angles.cos()[:, None, None] + down * angles.sin()[:, None, None]
    )  # (b, 8, s, s)
    strength = (right.square() + down.square()).sqrt() + 1e-3
    facing = facing.clamp_min(0).square() / strength
    cell = max(images.shape[-1] // CELLS, 1)
    pooled = F.avg_pool2d(facing, cell + 2, stride=cell, padding=1)
    return pooled.flatten(1).sqrt()


def _moments(images: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Of each image's ink, (b,) each: middle x and y, variances of x, of x with y, and of y; the image
    reaches from -1 to 1.
    """  # noqa: D205
    ink = images[:, 0]
    side = ink.shape[-1]
    at = (torch.arange(side, device=ink.device) + 0.5) * (2 / side) - 1
    ink = ink / ink.sum(dim=(1, 2), keepdim=True).clamp_min(1e-12)
    x = (ink.sum(dim=1) * at).sum(dim=1)
    y = (ink.sum(dim=2) * at).sum(dim=1)
    dx, dy = at - x[:, None, None], at[:, None] - y[:, None, None]
    wide, slant, tall = ((ink * product).sum(dim=(1, 2)) for product in (dx * dx, dx * dy, dy * dy))
    return x, y, wide, slant, tall.clamp_min(1e-6)


def _resample(
    images: Tensor, width: Tensor, lean: Tensor, x: Tensor, height: Tensor, y: Tensor
) -> Tensor:
    """What stands at (u, v) afterwards stood at (width u + lean v + x, height v + y); all (b,)."""
    rows = (width, lean, x, torch.zeros_like(x), height, y)
    grid = F.affine_grid(
        torch.stack(rows, dim=1).view(-1, 2, 3), list(images.shape), align_corners=False
    )
    return F.grid_sample(images, grid, align_corners=False)
