"""Drawings prepared as a data set's images: MNIST's own come back, others land where they should."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.data.drawing import _LAYOUTS, has_light_ground, prepared
from core.data.pictures import PictureError
from core.data.splits import Split, load
from core.setting.datasets import DATASETS
from core.setting.setting import Setting

MNIST = Setting(dataset="mnist", digits=tuple(range(10)), image_size=28)


def bar(height: int, width: int, thick: int = 8) -> np.ndarray:
    """White paper with a black upright bar, off the middle."""
    paper = np.full((height, width), 255, np.uint8)
    paper[height // 8 : height // 2, width // 8 : width // 8 + thick] = 0
    return paper


def box(image: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return rows[0], rows[-1] + 1, columns[0], columns[-1] + 1


@pytest.mark.parametrize("size", [28, 14, 16])
def test_images_of_mnist_come_back_as_they_are(size: int) -> None:
    """All but those few whose ink is not 20 pixels long, of the first 2,000 held-out images."""
    setting = MNIST.replace(image_size=size)
    split = load(setting).test.between(0, 2000)
    expected = split.images(setting)[:, 0].numpy() / setting.pixel_range
    raw = split.pixels[split.index].numpy()
    found = np.stack([prepared(image, setting) for image in raw])
    off = np.abs(found - expected).max(axis=(1, 2))
    assert (off <= 1e-6).mean() >= 0.999
    assert np.abs(found - expected).mean() < 1e-4


def test_a_light_ground_is_turned_dark() -> None:
    image = load(MNIST).test.pixels[0].numpy()
    np.testing.assert_allclose(prepared(255 - image, MNIST), prepared(image, MNIST), atol=1e-6)
    np.testing.assert_allclose(prepared(image / 255.0, MNIST), prepared(image, MNIST), atol=1e-6)


@pytest.mark.parametrize("scale", [2, 5, 10])
def test_an_image_of_mnist_drawn_larger_and_elsewhere_comes_back_nearly(scale: int) -> None:
    """Pixels as squares: the ink's box scales back to the very pixels."""
    images = load(MNIST).test.pixels[load(MNIST).test.index[:100]].numpy()
    off = []
    for image in images:
        canvas = np.zeros((40 * scale, 50 * scale), np.uint8)
        canvas[3 : 3 + 28 * scale, 7 : 7 + 28 * scale] = np.kron(
            image, np.ones((scale, scale), np.uint8)
        )
        off.append(np.abs(prepared(canvas, MNIST) - image / 255).mean())
    assert np.mean(off) < 0.002
    assert max(off) < 0.06


def test_a_bar_is_twenty_pixels_long_and_in_the_middle() -> None:
    image = prepared(bar(280, 280), MNIST)
    top, bottom, left, right = box(image)
    assert bottom - top == 20
    assert right - left == 2  # 105 x 8 scaled by 20 / 105: 1.5 pixels, rounded
    assert (top, left) == (4, 13)
    mass = image.sum()
    centre = (image.sum(axis=1) * (np.arange(28) + 0.5)).sum() / mass
    assert 14 <= centre < 15


@pytest.mark.parametrize("shape", [(28, 28), (280, 280), (300, 900), (64, 33)])
@pytest.mark.parametrize("dataset", sorted(DATASETS))
def test_every_data_set_takes_any_picture(dataset: str, shape: tuple[int, int]) -> None:
    setting = Setting(dataset=dataset)
    image = prepared(bar(*shape), setting)
    assert image.shape == (setting.image_size, setting.image_size)
    assert image.dtype == np.float32
    assert image.min() >= 0
    assert 0.5 < image.max() <= 1
    layout = _LAYOUTS[dataset]
    top, bottom, _, _ = box(image)
    assert bottom - top == round(layout.ink * setting.image_size / layout.side)


def test_8x8_digits_fill_the_height_as_scikit_learn_has_them() -> None:
    setting = Setting(dataset="digits", digits=tuple(range(10)))
    split = load(setting).test
    raw = split.pixels[split.index].numpy()
    ink = (raw > 0).any(axis=2)
    assert ink[:, [0, -1]].all()  # what the layout says
    found = np.stack([prepared(image, setting) for image in raw])
    assert np.abs(found - raw / 255).mean() < 0.06  # moved to the middle by a pixel at most


def test_own_images_are_fitted_in_whole() -> None:
    setting = Setting(dataset="npz-0123456789ab", image_size=20)
    image = prepared(bar(100, 200), setting)
    assert box(image) == (5 + 1, 5 + 5, 2, 4)  # 100 x 200 becomes 10 x 20, five rows above
    dark = prepared(bar(100, 200), setting, light_ground=True)
    np.testing.assert_allclose(dark, 1 - image)


def test_which_ground_images_have() -> None:
    pixels = torch.zeros(5, 6, 6, dtype=torch.uint8)
    pixels[:, 2:4, 2:4] = 200
    rows = torch.arange(5)
    assert not has_light_ground(Split(pixels, rows, None))
    assert has_light_ground(Split(255 - pixels, rows, None))


def test_noise_and_grey_of_paper_are_taken_away() -> None:
    rng = np.random.default_rng(0)
    drawn = bar(200, 200)
    drawn[85:100, 25:60] = 0  # an L
    clean = drawn.astype(float)
    photo = np.clip(clean * 0.5 + 90 + rng.normal(scale=3, size=clean.shape), 0, 255)
    found, expected = prepared(photo.astype(np.uint8), MNIST), prepared(drawn, MNIST)
    assert np.abs(found - expected).mean() < 0.02
    assert box(found > 0.2) == box(expected > 0.2)


def test_ink_at_the_edge_and_a_dot_stay_inside() -> None:
    corner = np.zeros((50, 50), np.uint8)
    corner[:30, 0], corner[0, :30] = 255, 255
    assert prepared(corner, MNIST).sum() > 10
    dot = np.zeros((50, 50), np.uint8)
    dot[7, 9] = 255
    assert box(prepared(dot, MNIST))[1] - box(prepared(dot, MNIST))[0] == 20


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        pytest.param(np.zeros((28, 28), np.uint8), "must have ink", id="black"),
        pytest.param(np.full((28, 28), 255, np.uint8), "must have ink", id="white"),
        pytest.param(np.full((28, 28), 0.3), "must have ink", id="grey"),
        pytest.param(np.zeros((28, 28, 3)), "table of grey levels", id="colours"),
        pytest.param(np.zeros((1, 28)), "table of grey levels", id="one row"),
        pytest.param(np.full((28, 28), np.nan), "from 0", id="NaN"),
        pytest.param(np.full((28, 28), 255.0), "from 0", id="0 to 255 as float"),
    ],
)
def test_nothing_drawn_is_a_sentence(picture: np.ndarray, message: str) -> None:
    with pytest.raises(PictureError, match=message):
        prepared(picture, MNIST)
