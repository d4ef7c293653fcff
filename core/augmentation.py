"""Random affine changes of images, one per image, all at once on their device."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from core.config import Setting


def augment(images: Tensor, setting: Setting, generator: torch.Generator) -> Tensor:
    """Turn, slant, stretch and shift each image by chance, within the ranges of the Setting.

    Args:
        images: (b, 1, s, s).
        setting: its `rotation` (degrees), `shear`, `zoom` and `shift` (shares).
        generator: of the images' device.

    Returns:
        (b, 1, s, s), bilinear, zeros where nothing was.
    """
    lots = torch.rand(len(images), 6, generator=generator, device=images.device) * 2 - 1
    angle = lots[:, 0] * math.radians(setting.rotation)
    shear = lots[:, 1] * setting.shear
    width, height = (1 + lots[:, 2:4] * setting.zoom).unbind(1)
    right, down = (lots[:, 4:6] * (2 * setting.shift)).unbind(1)  # images reach from -1 to 1
    cos, sin = angle.cos(), angle.sin()
    # rotation @ [[width, shear], [0, height]], and where the middle goes
    rows = (cos * width, cos * shear - sin * height, right,
            sin * width, sin * shear + cos * height, down)  # fmt: skip
    grid = F.affine_grid(
        torch.stack(rows, 1).view(-1, 2, 3), list(images.shape), align_corners=False
    )
    return F.grid_sample(images, grid, align_corners=False)
