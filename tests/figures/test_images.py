"""Images as tiles of one page, by hand."""

import numpy as np
import pytest

from core.figures.images import above_reconstructions, montage


def test_montage_by_hand():
    images = np.array([[[0.0, 1.0]], [[0.5, 2.0]], [[np.nan, -1.0]]])
    g = 128
    expected = [
        [g, g, g, g, g, g, g],
        [g, 0, 255, g, 128, 255, g],
        [g, g, g, g, g, g, g],
        [g, 0, 0, g, g, g, g],
        [g, g, g, g, g, g, g],
    ]
    np.testing.assert_array_equal(montage(images, 2), np.array(expected, np.uint8))
    assert montage(images, 3, pad=0).tolist() == [[0, 255, 128, 255, 0, 0]]


def test_originals_are_above_their_reconstructions():
    page = above_reconstructions(np.ones((3, 4, 5)), np.zeros((3, 4, 5)))
    assert page.shape == (2 * 5 + 1, 3 * 6 + 1)
    assert page[1:5, 1:6].min() == 255
    assert page[6:10, 1:6].max() == 0


def test_images_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="needs images"):
        montage(np.zeros((0, 2, 2)), 3)
    with pytest.raises(ValueError, match="must have one shape"):
        above_reconstructions(np.zeros((2, 2, 2)), np.zeros((3, 2, 2)))
