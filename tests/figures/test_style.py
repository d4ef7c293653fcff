"""Looks that all figures share: colours that can be told apart, one for a class, marker sizes."""

import re

import numpy as np
import pytest

from core.figures.style import (
    CLASS_COLOURS,
    NOISE_COLOUR,
    class_colour,
    class_name,
    classes_in,
    marker_size,
)


def _lab(linear: np.ndarray) -> np.ndarray:
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x = linear @ np.array(to_xyz).T / [0.9505, 1, 1.089]
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    parts = [116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])]
    return np.stack(parts, axis=1)


def _linear_rgb() -> np.ndarray:
    texts = [*CLASS_COLOURS, NOISE_COLOUR]
    rgb = np.array([[int(v) for v in re.findall(r"\d+", t)] for t in texts]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize(
    "seen_as",
    [
        pytest.param(np.eye(3), id="full colour vision"),
        pytest.param(
            [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
             [-0.003882, -0.048116, 1.051998]],
            id="without red cones",
        ),
        pytest.param(
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
             [-0.011820, 0.042940, 0.968881]],
            id="without green cones",
        ),
    ],
)  # fmt: skip
def test_colours_can_be_told_apart(seen_as):
    lab = _lab(np.clip(_linear_rgb() @ np.array(seen_as).T, 0, 1))
    apart = np.linalg.norm(lab[:, None] - lab[None], axis=2)
    assert apart[~np.eye(11, dtype=bool)].min() >= 25


def test_colours_stand_out_from_light_and_dark_pages():
    luminance = _linear_rgb()[:10] @ [0.2126, 0.7152, 0.0722]
    assert (1.05 / (luminance + 0.05)).min() >= 2  # white
    assert ((luminance + 0.05) / (0.0056 + 0.05)).min() >= 2.1  # rgb(14,17,23)


def test_colours_cycle_beyond_ten_and_noise_is_grey():
    assert class_colour(13) == class_colour(3) == CLASS_COLOURS[3]
    assert class_colour(-1) == NOISE_COLOUR


def test_classes_are_named_in_order_and_noise_comes_last():
    classes = classes_in(np.array([4, -1, 0, 4, 11]))
    assert [class_name(c, ["coat", "-", "-", "-", "bag"]) for c in classes] == [
        "coat", "bag", "11", "noise"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("points", "dimensions", "size"),
    [
        pytest.param(1, 2, 8.0, id="few"),
        pytest.param(300, 1, 8.0, id="the most of a step"),
        pytest.param(301, 2, 6.0, id="the next step"),
        pytest.param(10_000, 3, 4.5 * 0.62, id="smaller in space"),
        pytest.param(70_000, 2, 3.0, id="never too small to be seen"),
    ],
)
def test_markers_shrink_with_the_number_of_points(points, dimensions, size):
    assert marker_size(points, dimensions) == pytest.approx(size)
