"""Looks that all figures share: colours that can be told apart, one for a class, marker sizes."""

import json
import re
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import pytest

from core.figures.style import (
    CLASS_COLOURS,
    DARK_CLASS_COLOURS,
    DARK_NOISE_COLOUR,
    NOISE_COLOUR,
    class_colour,
    class_name,
    classes_in,
    for_dark_page,
    marker_size,
)


def _lab(linear: np.ndarray) -> np.ndarray:
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x = linear @ np.array(to_xyz).T / [0.9505, 1, 1.089]
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    parts = [116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])]
    return np.stack(parts, axis=1)


def _linear_rgb(texts: Sequence[str]) -> np.ndarray:
    rgb = np.array([[int(v) for v in re.findall(r"\d+", t)] for t in texts]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


PALETTES = [
    pytest.param((*CLASS_COLOURS, NOISE_COLOUR), id="light"),
    pytest.param((*DARK_CLASS_COLOURS, DARK_NOISE_COLOUR), id="dark"),
]


@pytest.mark.parametrize("palette", PALETTES)
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
def test_colours_can_be_told_apart(palette, seen_as):
    lab = _lab(np.clip(_linear_rgb(palette) @ np.array(seen_as).T, 0, 1))
    apart = np.linalg.norm(lab[:, None] - lab[None], axis=2)
    assert apart[~np.eye(11, dtype=bool)].min() >= 20


@pytest.mark.parametrize(
    ("palette", "page"),
    [
        pytest.param(CLASS_COLOURS, "rgb(255,255,255)", id="light"),
        pytest.param(DARK_CLASS_COLOURS, "rgb(14,17,23)", id="dark"),
        pytest.param(DARK_CLASS_COLOURS, "rgb(23,22,20)", id="dark, warm"),
    ],
)
def test_colours_stand_out_from_their_page(palette, page):
    luminance = _linear_rgb([*palette, page]) @ [0.2126, 0.7152, 0.0722] + 0.05
    contrast = luminance[:10] / luminance[10]
    assert np.maximum(contrast, 1 / contrast).min() >= 3


def _hues(palette: Sequence[str]) -> np.ndarray:
    lab = _lab(_linear_rgb(palette))
    return np.degrees(np.arctan2(lab[:, 2], lab[:, 1]))


def _turn(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.abs((a - b + 180) % 360 - 180)


def test_a_class_has_one_hue_on_light_and_dark_pages():
    assert _turn(_hues(CLASS_COLOURS), _hues(DARK_CLASS_COLOURS)).max() < 20


@pytest.mark.parametrize("palette", [CLASS_COLOURS, DARK_CLASS_COLOURS], ids=["light", "dark"])
def test_4_7_and_9_have_hues_of_their_own(palette):
    four, seven, nine = _hues(palette)[[4, 7, 9]]
    assert min(_turn(four, seven), _turn(four, nine), _turn(seven, nine)) > 60


def test_figures_have_the_shades_of_dark_pages_there():
    figure = go.Figure(
        go.Scatter(
            x=np.arange(3.0), marker={"color": class_colour(4)}, fillcolor="rgba(17,65,217,0.16)",
            line={"color": "rgb(1,2,3)"},
        )
    )  # fmt: skip
    dark = for_dark_page(figure).data[0]
    assert dark.marker.color == DARK_CLASS_COLOURS[4]
    assert dark.fillcolor == DARK_CLASS_COLOURS[4].replace("rgb(", "rgba(").replace(")", ",0.16)")
    assert dark.line.color == "rgb(1,2,3)"
    written = [json.loads(f.to_json())["data"][0]["x"] for f in (figure, for_dark_page(figure))]
    assert written[0] == written[1]
    assert figure.data[0].marker.color == CLASS_COLOURS[4]


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
