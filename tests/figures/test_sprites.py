"""Sprite sheets: where each tile lies, what is exact and how much the rest may differ."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from core.figures.sprites import COLUMNS, sprite_sheet, sprite_sheets

RNG = np.random.default_rng(0)


def opened(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("L")).astype(int)


def test_tiles_lie_row_by_row() -> None:
    images = np.linspace(0, 1, 205)[:, None, None] * np.ones((1, 2, 2))
    picture = sprite_sheet(images)
    assert picture.shape == (3 * 2, COLUMNS * 2)
    for i in (0, 99, 100, 204):
        left, top = 2 * (i % COLUMNS), 2 * (i // COLUMNS)
        assert np.all(picture[top : top + 2, left : left + 2] == round(255 * i / 204))
    assert np.all(picture[4:, 10:] == 0)  # places left over


def test_small_sheets_are_exact_and_beyond_is_clipped() -> None:
    images = RNG.uniform(-0.5, 1.5, size=(30, 8, 8))
    images[3, 2, 2] = np.nan
    (content,) = sprite_sheets(images, soft=True)
    np.testing.assert_array_equal(opened(content), sprite_sheet(images))


@pytest.mark.parametrize(("soft", "worst", "mean"), [(False, 8, 6), (True, 255, 8)])
def test_large_sheets_differ_little(soft: bool, worst: int, mean: float) -> None:
    x = np.linspace(0, 3, 28)
    images = np.sin(x[:, None] * x[None] + np.arange(900)[:, None, None]) ** 2
    (content,) = sprite_sheets(images, soft=soft)
    difference = np.abs(opened(content) - sprite_sheet(images))
    assert difference.max() <= worst
    assert difference.mean() <= mean
    assert len(content) < images.size


def test_many_images_make_several_pictures() -> None:
    assert len(sprite_sheets(np.zeros((10_001, 4, 4)))) == 2


@pytest.mark.parametrize("shape", [(3, 4, 5), (3, 4), (2, 161, 161)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="images must be"):
        sprite_sheets(np.zeros(shape))
