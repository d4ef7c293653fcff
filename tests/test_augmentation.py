"""Affine augmentation: by hand, by invariance, by seed."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from core.augmentation import _smooth, augment
from core.config import Setting

STILL = Setting(rotation=0, zoom=0, shear=0, shift=0)


def _rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_without_any_range_nothing_changes() -> None:
    images = torch.rand(5, 1, 28, 28, generator=_rng())
    torch.testing.assert_close(augment(images, STILL, _rng()), images)


def test_a_shift_moves_the_middle_by_at_most_its_share() -> None:
    images = torch.zeros(200, 1, 28, 28)
    images[:, :, 13:15, 13:15] = 1.0
    moved = augment(images, STILL.replace(shift=0.1), _rng())[:, 0]
    places = torch.arange(28.0) + 0.5
    middles = (moved.sum(2) * places).sum(1) / moved.sum((1, 2))  # rows' centre of mass, in pixels
    assert (middles - 14).abs().max().item() <= 2.8 + 1e-3
    assert (middles - 14).abs().max().item() > 2.4


def test_every_image_changes_in_its_own_way_and_a_seed_repeats_it() -> None:
    images = torch.rand(1, 1, 28, 28, generator=_rng()).repeat(3, 1, 1, 1)
    once, again = (augment(images, Setting(), _rng(1)) for _ in range(2))
    assert torch.equal(once, again)
    assert not torch.allclose(once[0], once[1])
    assert not torch.equal(once, augment(images, Setting(), _rng(2)))


def test_a_warp_bends_lines_and_keeps_most_of_the_ink() -> None:
    images = torch.zeros(50, 1, 28, 28)
    images[:, :, 6:22, 13:15] = 1.0
    warped = augment(images, STILL.replace(elastic=0.1), _rng())
    assert not torch.allclose(warped, images, atol=0.1)
    assert warped.sum().item() == pytest.approx(images.sum().item(), rel=0.15)


def test_a_warp_between_its_points_is_bicubic() -> None:
    warp = torch.randn(3, 2, 5, 5, generator=_rng())
    expected = F.interpolate(warp, size=(28, 28), mode="bicubic", align_corners=True)
    torch.testing.assert_close(_smooth(warp, 28), expected.permute(0, 2, 3, 1))
