"""Affine augmentation: by hand, by invariance, by seed."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from core.data.augmentation import _smooth, augment
from core.setting.setting import Setting

STILL = Setting(rotation=0, zoom=0, shear=0, shift=0)


def _rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_without_any_range_nothing_changes() -> None:
    images = torch.rand(5, 1, 28, 28, generator=_rng())
    torch.testing.assert_close(augment(images, STILL, _rng()), images)


PLACES = torch.arange(28.0) - 13.5  # of pixels, from the middle


def _bar(height: int, width: int) -> Tensor:
    """200 times the same upright bar in the middle, (200, 1, 28, 28)."""
    ink = (PLACES.abs() < height / 2)[:, None] & (PLACES.abs() < width / 2)
    return ink.float().expand(200, 1, 28, 28)


def _middles(images: Tensor) -> tuple[Tensor, Tensor]:
    """Centres of mass, rows and columns (b,), in pixels from the middle."""
    ink = images[:, 0]
    total = ink.sum((1, 2))
    return (ink.sum(2) * PLACES).sum(1) / total, (ink.sum(1) * PLACES).sum(1) / total


def _moments(images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Variances down and across, and their covariance, (b,) each, of ink that is in the middle."""
    ink = images[:, 0] / images[:, 0].sum((1, 2), keepdim=True)
    down, across = PLACES[:, None], PLACES[None]
    return tuple((ink * product).sum((1, 2)) for product in (down**2, across**2, down * across))


def test_a_shift_moves_the_middle_by_at_most_its_share_in_both_directions() -> None:
    down, right = _middles(augment(_bar(2, 2), STILL.replace(shift=0.1), _rng()))
    for moved in (down, right):
        assert moved.abs().max().item() <= 2.8 + 1e-3
        assert moved.max().item() > 2.4
        assert moved.min().item() < -2.4
    assert (down - right).abs().max().item() > 3  # each in its own way


def test_a_rotation_turns_to_both_sides_by_at_most_its_degrees() -> None:
    bar = _bar(20, 4)
    turned = augment(bar, STILL.replace(rotation=30), _rng())
    tall, wide, slant = _moments(turned)
    degrees = torch.rad2deg(0.5 * torch.atan2(2 * slant, tall - wide))  # of the long axis
    assert degrees.abs().max().item() <= 30.5
    assert degrees.max().item() > 27
    assert degrees.min().item() < -27
    # nothing is stretched, and the middle stays
    before = sum(_moments(bar)[:2])
    assert ((tall + wide) / before - 1).abs().max().item() < 0.03
    assert all(middle.abs().max().item() < 0.05 for middle in _middles(turned))


def test_a_zoom_changes_width_and_height_each_by_its_own_share() -> None:
    square = _bar(12, 12)
    tall, wide, slant = _moments(augment(square, STILL.replace(zoom=0.2), _rng()))
    before = _moments(square)[0]
    # a stretch by 1/(1 + share): the share is of the place that a pixel is read from
    shares = [(before / moment).sqrt() - 1 for moment in (tall, wide)]
    for share in shares:
        assert share.abs().max().item() <= 0.21
        assert share.max().item() > 0.18
        assert share.min().item() < -0.18
    assert (shares[0] - shares[1]).abs().max().item() > 0.25
    assert slant.abs().max().item() < 0.05


def test_a_shear_slants_upright_strokes_and_leaves_rows_where_they_are() -> None:
    bar = _bar(16, 4)
    slanted = augment(bar, STILL.replace(shear=0.3), _rng())
    tall, _, slant = _moments(slanted)
    sideways = slant / tall  # pixels per pixel down
    assert sideways.abs().max().item() <= 0.31
    assert sideways.max().item() > 0.27
    assert sideways.min().item() < -0.27
    torch.testing.assert_close(slanted.sum(3), bar.sum(3), atol=1e-3, rtol=0)


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
