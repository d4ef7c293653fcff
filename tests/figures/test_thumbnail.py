"""Latent spaces as small pictures."""

from __future__ import annotations

import re

import numpy as np
import pytest

from core.figures.style import class_colour
from core.figures.thumbnail import latent_thumbnail, thumbnail
from core.latents.projection import Projection, project

ROUNDING = 1  # of 255, where a picture is made smaller


def _rgb(label: int) -> list[int]:
    """The colour of a class, as numbers."""
    return [int(value) for value in re.findall(r"\d+", class_colour(label))]


def test_a_thumbnail_shows_classes_where_they_are() -> None:
    points = np.array([[-1.0, 1.0], [1.0, -1.0]], dtype=np.float32)
    picture = thumbnail(points, np.array([0, 1]), 60)
    assert picture.shape == (60, 60, 4)
    upper_left, lower_right = picture[:30, :30], picture[30:, 30:]
    first = upper_left[upper_left[..., 3] > 200]
    second = lower_right[lower_right[..., 3] > 200]
    assert len(first)
    assert len(second)
    np.testing.assert_allclose(first[:, :3], [_rgb(0)] * len(first), atol=ROUNDING)
    np.testing.assert_allclose(second[:, :3], [_rgb(1)] * len(second), atol=ROUNDING)
    assert not picture[:30, 30:, 3].any()  # nothing behind the points
    assert not picture[30:, :30, 3].any()


def test_thumbnails_of_moved_and_resized_points_are_the_same() -> None:
    points = np.random.default_rng(0).normal(size=(200, 3))
    labels = np.arange(200) % 10
    first = thumbnail(points, labels)
    np.testing.assert_array_equal(first, thumbnail(points * 300 + 7, labels))


def test_what_is_nearer_hides_what_is_behind() -> None:
    near, far = np.array([[2.0, 2.0, 2.0]]), np.array([[-2.0, -2.0, -2.0]])
    others = np.array([[1.0, -1, 0], [-1, 1, 0]])
    for points, labels in (
        (np.vstack([near, far, others]), [1, 2, 0, 0]),
        (np.vstack([far, near, others]), [2, 1, 0, 0]),
    ):
        picture = thumbnail(points, np.array(labels), 61)
        np.testing.assert_allclose(picture[30, 30, :3], _rgb(1), atol=ROUNDING)


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_a_thumbnail_of_nothing_or_of_one_point(dims: int) -> None:
    empty = thumbnail(np.full((3, dims), np.nan), None, 40)
    assert empty.shape == (40, 40, 4)
    assert not empty.any()
    assert thumbnail(np.zeros((5, dims)), None, 40)[..., 3].any()


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_latents_of_up_to_three_dimensions_are_drawn_as_they_are(dims: int) -> None:
    X = np.random.default_rng(0).normal(size=(50, dims)).astype(np.float32)
    labels = np.arange(50) % 5
    assert (latent_thumbnail(X, labels) == thumbnail(X, labels)).all()


def test_latents_of_more_dimensions_are_drawn_as_their_pca() -> None:
    X = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
    expected = thumbnail(project(X, Projection("pca", 2)).points, None)
    assert (latent_thumbnail(X, None) == expected).all()


def test_on_a_dark_page_it_has_the_colours_of_dark_pages() -> None:
    points, labels = np.random.default_rng(0).normal(size=(50, 2)), np.zeros(50, dtype=np.int64)
    light, dark = thumbnail(points, labels), thumbnail(points, labels, dark=True)
    assert (light[..., 3] == dark[..., 3]).all()
    assert (light != dark).any()
