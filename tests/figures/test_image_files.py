"""Images as files: read back, they are what was written."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from core.figures.image_files import MAX_SIDE, animation, film_strip, grid_png, npz, png
from core.figures.images import grey_levels

RNG = np.random.default_rng(4)
FRAMES = RNG.random((5, 7, 7)).astype(np.float32)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_a_grid_has_its_tiles_row_by_row() -> None:
    page = np.asarray(opened(grid_png(FRAMES[:4], 2, scale=3)))
    assert page.shape == (42, 42)
    np.testing.assert_array_equal(page[1::3, 1::3][:7, 7:], grey_levels(FRAMES[1]))
    np.testing.assert_array_equal(page[1::3, 1::3][7:, :7], grey_levels(FRAMES[2]))


def test_lines_and_strips_have_grey_between_the_tiles() -> None:
    assert np.asarray(opened(grid_png(FRAMES[:4], 2, scale=1, lines=True))).shape == (17, 17)
    strip = np.asarray(opened(film_strip(FRAMES, scale=1)))
    assert strip.shape == (9, 41)
    np.testing.assert_array_equal(strip[1:8, 9:16], grey_levels(FRAMES[1]))
    assert (strip[:, 8] == 128).all()


@pytest.mark.parametrize("kind", ["webp", "gif"])
@pytest.mark.parametrize("back", [True, False])
def test_an_animation_shows_every_frame_there_and_back(kind, back: bool) -> None:
    image = opened(animation(FRAMES, kind, seconds=1, scale=2, back=back))
    order = [0, 1, 2, 3, 4, 3, 2, 1] if back else [0, 1, 2, 3, 4]
    assert image.format == kind.upper()
    assert image.n_frames == len(order)
    assert image.info["loop"] == 0
    for place, number in enumerate(order):
        image.seek(place)
        image.load()
        assert image.info["duration"] == 200
        np.testing.assert_array_equal(
            np.asarray(image.convert("L"))[::2, ::2], grey_levels(FRAMES[number])
        )


@pytest.mark.parametrize("kind", ["webp", "gif"])
@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_frames_are_an_animation_too(kind, count: int) -> None:
    assert opened(animation(FRAMES[:count], kind)).size == (28, 28)


def test_arrays_come_back_and_nothing_is_pickled() -> None:
    content = npz(images=FRAMES, rows=np.arange(5), names=np.array(["a", "b"]))
    with np.load(io.BytesIO(content)) as found:  # does not unpickle
        np.testing.assert_array_equal(found["images"], FRAMES)
        assert found["names"].tolist() == ["a", "b"]
    with pytest.raises(ValueError, match="allow_pickle"):
        npz(images=np.array([object()]))


@pytest.mark.parametrize(
    "call",
    [
        lambda: png(np.zeros((4, 4), np.uint8), 0),
        lambda: png(np.zeros((4, 4), np.uint8), MAX_SIDE),
        lambda: grid_png(FRAMES[:0], 2),
        lambda: film_strip(FRAMES[:0]),
        lambda: animation(FRAMES[:0]),
        lambda: animation(FRAMES, seconds=0),
        lambda: animation(FRAMES, "mp4"),
    ],
)
def test_what_is_no_picture_is_refused(call) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        call()
