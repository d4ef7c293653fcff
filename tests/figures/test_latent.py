"""A latent space as a figure of its own: every image once, in its class's colour."""

import numpy as np
import plotly.graph_objects as go
import pytest

from core.figures.latent import RANDOM_HEIGHT, latent_space, on_random_heights
from core.figures.style import NOISE_COLOUR, class_colour
from core.latents.shown import HELD_OUT, TRAINING, ShownImages, ShownSplit
from tests.figures.reading import sentences

NAMES = tuple("0123456789")
LABELS = np.repeat([0, 2, 4, 6, 8], 20)
CLUSTERS = np.concatenate([np.tile([3, 0, 1], 30), np.full(10, -1)])


def points(m: int, n: int = 100) -> np.ndarray:
    return np.random.default_rng(m).normal(size=(n, m)).astype(np.float32)


def images(n: int = 100, labels: bool = True, split: str = HELD_OUT) -> ShownImages:
    errors = np.linspace(0, 1, n)
    part = ShownSplit(split, points(3, n), LABELS[:n] if labels else None, CLUSTERS[:n], errors, n)
    return ShownImages("heldout" if split == HELD_OUT else "training", (part,))


def draw(m: int = 3, *, at=None, names=NAMES, equal: bool = True, **which) -> go.Figure:
    where = points(m) if at is None else at
    shown = images(len(where), **which)
    return latent_space(shown, where, ("z1", "z2", "z3")[:m], names, equal_units=equal)


def numbers(figure: go.Figure) -> list[int]:
    """Numbers of the images that are drawn: the last of what is known of each."""
    return sorted(int(c[-1]) for trace in figure.data for c in trace.customdata)


@pytest.mark.parametrize("m", [1, 2, 3])
def test_every_image_is_drawn_exactly_once_where_it_is(m):
    figure = draw(m)
    assert numbers(figure) == list(range(100))
    assert {t.type for t in figure.data} == {"scatter3d" if m == 3 else "scattergl"}
    for trace in figure.data:
        rows = [int(c[-1]) for c in trace.customdata]
        for axis, column in zip("xyz"[:m], points(m).T, strict=True):
            assert trace[axis].dtype == np.float32
            np.testing.assert_array_equal(trace[axis], column[rows])


@pytest.mark.parametrize("m", [2, 3])
def test_a_digit_has_one_colour_and_one_entry_in_the_legend(m):
    traces = draw(m).data
    assert [(t.name, t.marker.color) for t in traces] == [
        (n, class_colour(int(n))) for n in "02468"
    ]
    assert all(t.showlegend for t in traces)


def test_without_labels_clusters_have_colours_and_noise_is_grey_and_last():
    figure = draw(labels=False)
    assert [t.name for t in figure.data] == ["0", "1", "3", "noise"]
    assert figure.data[1].marker.color == class_colour(1)
    assert figure.data[-1].marker.color == NOISE_COLOUR
    assert figure.layout.legend.title.text == "cluster"


def test_pointing_at_an_image_says_what_is_known_of_it():
    named = draw(names=["coat", "-", "bag", *"3456789"]).data[1]
    assert named.name == "bag"
    assert list(named.customdata[0]) == ["bag", "1", f"{20 / 99:.6g}", 20]
    for fact in ("digit", "cluster", "squared error", "image"):
        assert f"{fact}=%{{customdata" in named.hovertemplate
    assert "split=%{customdata" in draw(split=TRAINING).data[0].hovertemplate


def test_points_that_are_not_finite_are_counted():
    at = points(3)
    at[5, 0], at[9, 2] = np.nan, np.inf
    figure = draw(at=at)
    assert numbers(figure) == [i for i in range(100) if i not in (5, 9)]
    assert sentences(figure) == ["2 points not drawn: not finite"]


@pytest.mark.parametrize("m", [1, 2, 3])
def test_no_points_give_a_sentence(m):
    figure = draw(m, at=np.zeros((0, m), np.float32))
    assert not any(len(t.x) for t in figure.data if t.x is not None)
    assert sentences(figure) == ["There are no points to draw."]


def test_distances_are_as_long_on_every_axis_where_asked():
    assert draw(3).layout.scene.aspectmode == "data"
    assert draw(3, equal=False).layout.scene.aspectmode == "cube"
    assert draw(2).layout.yaxis.scaleanchor == "x"
    assert draw(2, equal=False).layout.yaxis.scaleanchor is None
    assert draw(2).layout.xaxis.title.text == "z1"


def test_one_dimension_stands_on_the_same_random_heights_each_time():
    one, other = on_random_heights(points(1)), on_random_heights(points(1))
    np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(one[:, 0], points(1)[:, 0])
    assert np.abs(one[:, 1]).max() <= 1
    assert draw(1).layout.yaxis.title.text == RANDOM_HEIGHT
    np.testing.assert_array_equal(on_random_heights(points(2)), points(2))
