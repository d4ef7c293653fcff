"""Random affine and elastic changes of images, one per image, all at once on their device."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from core.setting.setting import Setting

WARP_POINTS = 5  # per side: a warp bends a stroke, and does not break it


def augment(images: Tensor, setting: Setting, generator: torch.Generator) -> Tensor:
    """Turn, slant, stretch, shift and warp each image at random, within the ranges of the Setting.

    Args:
        images: (b, 1, s, s).
        setting: its `rotation` (degrees), `shear`, `zoom`, `shift` and `elastic` (shares).
        generator: of the images' device.

    Returns:
        (b, 1, s, s), bilinear, zeros where nothing was.

    Elastic warps: Simard, Steinkraus, Platt 2003, Best Practices for Convolutional Neural Networks,
    ICDAR, section 2; Gaussian displacements of a few points, with cubic interpolation between them.
    """
    draws = torch.rand(len(images), 6, generator=generator, device=images.device) * 2 - 1
    angle = draws[:, 0] * math.radians(setting.rotation)
    shear = draws[:, 1] * setting.shear
    width, height = (1 + draws[:, 2:4] * setting.zoom).unbind(1)
    right, down = (draws[:, 4:6] * (2 * setting.shift)).unbind(1)  # images reach from -1 to 1
    cos, sin = angle.cos(), angle.sin()
    # rotation @ [[width, shear], [0, height]], and where the middle goes
    rows = (cos * width, cos * shear - sin * height, right,
            sin * width, sin * shear + cos * height, down)  # fmt: skip
    grid = F.affine_grid(
        torch.stack(rows, 1).view(-1, 2, 3), list(images.shape), align_corners=False
    )
    if setting.elastic:
        shape = (len(images), 2, WARP_POINTS, WARP_POINTS)
        warp = torch.randn(shape, generator=generator, device=images.device) * setting.elastic
        grid = grid + _smooth(warp, images.shape[-1])
    return F.grid_sample(images, grid, align_corners=False)


def _smooth(warp: Tensor, side: int) -> Tensor:
    """Displacements (b, 2, w, w) of a few points as those of all pixels, (b, side, side, 2).

    Bicubic, corners to corners, as two small matrix products, which take less time than `F.interpolate`.
    """
    points = torch.eye(warp.shape[-1], device=warp.device)[None, None]
    shape = (side, warp.shape[-1])
    to_pixels = F.interpolate(points, size=shape, mode="bicubic", align_corners=True)[0, 0]
    across = F.linear(warp, to_pixels)  # (b, 2, w, side)
    return F.linear(across.transpose(2, 3), to_pixels).permute(0, 3, 2, 1)
