"""Planes of latent space and directions of sliders: by hand, there and back, and against PCA."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from core.latents.arrays import LatentError, Undefined
from core.latents.directions import MOST, directions
from core.latents.planes import (
    MAX_SIDE,
    axes_plane,
    coordinates,
    grid,
    plane_through,
    principal_plane,
)

RNG = np.random.default_rng(5)


def spread(d: int, n: int = 200) -> np.ndarray:
    return RNG.normal(size=(n, d)) * np.arange(d, 0, -1) + 3


def test_an_even_plane_of_two_dimensions_by_hand() -> None:
    data = np.column_stack([np.arange(101.0), np.arange(101.0) * 2, np.full(101, 7.0)])
    plane = axes_plane(data, 0, 1, 3, spacing="even")
    assert plane.names == ("z1", "z2")
    np.testing.assert_allclose(plane.xs, [1, 50, 99])
    np.testing.assert_allclose(plane.ys, [198, 100, 2])  # from the top down
    expected = [[x, y, 7] for y in (198, 100, 2) for x in (1, 50, 99)]
    np.testing.assert_allclose(grid(plane), expected)


def test_columns_at_quantiles_hold_equally_many_latents() -> None:
    data = np.column_stack([RNG.exponential(size=5000), RNG.normal(size=5000)])
    plane = axes_plane(data, 0, 1, 11)
    counts, _ = np.histogram(data[:, 0], plane.xs)
    assert counts.sum() == pytest.approx(4900, abs=2)  # 1 % is left out at either end
    assert counts.max() - counts.min() <= 2
    np.testing.assert_allclose(
        plane.ys, np.quantile(data[:, 1], np.linspace(0.99, 0.01, 11)), rtol=1e-12
    )


def test_other_dimensions_are_held_where_a_latent_has_them() -> None:
    data, held = spread(5), np.arange(5.0)
    latents = grid(axes_plane(data, 3, 1, 4, held))
    assert latents.shape == (16, 5)
    np.testing.assert_allclose(latents[:, [0, 2, 4]], np.tile([0, 2, 4], (16, 1)))
    at_mean = grid(axes_plane(data, 3, 1, 4))
    np.testing.assert_allclose(at_mean[:, [0, 2, 4]], np.tile(data.mean(0)[[0, 2, 4]], (16, 1)))
    assert held.tolist() == [0, 1, 2, 3, 4]  # not written into


@pytest.mark.parametrize("d", [1, 2, 3, 12, 13, 64])
def test_a_grid_and_its_coordinates_are_there_and_back(d: int) -> None:
    data = spread(d)
    second = 1 if d > 1 else None
    for plane in (
        axes_plane(data, 0, second, 5),
        principal_plane(data, 0, second, 5),
        principal_plane(data, 0, second, 5, held=data[3], spacing="even"),
    ):
        found = coordinates(plane, grid(plane))
        h, w = len(plane.ys), len(plane.xs)
        assert (h, w) == ((1, 5) if d == 1 else (5, 5))
        assert plane.is_line == (d == 1)
        np.testing.assert_allclose(found.points[:, 0], np.tile(plane.xs, h), atol=1e-9)
        np.testing.assert_allclose(found.points[:, 1], np.repeat(plane.ys, w), atol=1e-9)
        np.testing.assert_allclose(found.distances, 0, atol=1e-9)


def test_distances_from_a_plane_by_hand() -> None:
    data = spread(3)
    plane = axes_plane(data, 0, 1, 3, held=np.array([0.0, 0, 5]))
    found = coordinates(plane, np.array([[1.0, 2, 9], [3, 4, 5]]))
    np.testing.assert_allclose(found.points, [[1, 2], [3, 4]])
    np.testing.assert_allclose(found.distances, [4, 0])


def test_principal_coordinates_are_those_of_scikit_learn() -> None:
    data = spread(6)
    expected = PCA(3).fit_transform(data)
    for held in (None, data[8]):
        points = coordinates(principal_plane(data, 0, 2, 5, held), data).points
        np.testing.assert_allclose(np.abs(points), np.abs(expected[:, [0, 2]]), atol=1e-8)
    plane = principal_plane(data, 0, 1, 5, data[8])
    assert coordinates(plane, data[8:9]).distances[0] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("d", [2, 3, 64])
def test_a_plane_through_three_latents_holds_them(d: int) -> None:
    three = RNG.normal(size=(3, d))
    plane = plane_through(three, 7)
    found = coordinates(plane, three)
    np.testing.assert_allclose(found.distances, 0, atol=1e-9)
    np.testing.assert_allclose(found.points[0], [0, 0], atol=1e-12)
    np.testing.assert_allclose(found.points[1], [np.linalg.norm(three[1] - three[0]), 0], atol=1e-9)
    assert found.points[2, 1] > 0
    assert plane.xs.min() < found.points[:, 0].min() < found.points[:, 0].max() < plane.xs.max()
    assert plane.ys.min() < found.points[:, 1].min() < found.points[:, 1].max() < plane.ys.max()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(
            lambda X: axes_plane(X, 0, 3, 5), "from 0 to 2; got 3", id="no such dimension"
        ),
        pytest.param(lambda X: axes_plane(X, 1, 1, 5), "must differ", id="one dimension twice"),
        pytest.param(lambda X: axes_plane(X, 0, 1, 1), "from 2 to 64; got 1", id="too small"),
        pytest.param(lambda X: axes_plane(X, 0, 1, MAX_SIDE + 1), "from 2 to 64", id="too large"),
        pytest.param(lambda X: axes_plane(X, 0, 1, 5, np.zeros(2)), "3 finite", id="held: length"),
        pytest.param(
            lambda X: axes_plane(X, 0, 1, 5, None, "odd"), "spacing must be", id="spacing"
        ),
        pytest.param(
            lambda X: principal_plane(X, 0, 3, 5), "0 to 2; got 3", id="no such direction"
        ),
        pytest.param(lambda X: plane_through(X[:2], 5), "three finite latents", id="two latents"),
        pytest.param(
            lambda X: plane_through(X[[0, 0, 1]], 5), "on one line", id="two are the same"
        ),
        pytest.param(
            lambda X: plane_through([X[0], X[1], (X[0] + X[1]) / 2], 5), "on one line", id="a line"
        ),
        pytest.param(lambda X: plane_through(X[:3, :1], 5), "on one line", id="one dimension"),
    ],
)
def test_a_plane_that_cannot_be_is_a_sentence(make, message: str) -> None:
    with pytest.raises(LatentError, match=message):
        make(spread(3))


def test_latents_that_are_not_finite_have_no_plane() -> None:
    with pytest.raises(Undefined):
        axes_plane(np.full((5, 2), np.nan), 0, 1, 5)


def test_latents_that_are_all_the_same_have_a_grid_of_one_place() -> None:
    latents = grid(principal_plane(np.ones((5, 3)), 0, 1, 3))
    np.testing.assert_allclose(latents, np.ones((9, 3)), atol=1e-12)


# -------------------------------------------------------------------------------- directions
@pytest.mark.parametrize("d", [1, 3, 12, 13, 64])
def test_values_lead_to_the_latent_and_back(d: int) -> None:
    data = spread(d)
    found = directions(data)
    assert len(found) == min(d, MOST)
    values = found.values(data[7])
    np.testing.assert_allclose(found.latent(values, data[7]), data[7], atol=1e-9)
    values[0] += 1.5
    moved = found.latent(values, data[7])
    np.testing.assert_allclose(found.values(moved), values, atol=1e-9)
    np.testing.assert_allclose(moved, data[7] + 1.5 * found.each[0].vector, atol=1e-9)
    if d <= MOST:  # nothing is left over
        np.testing.assert_allclose(found.latent(values), moved, atol=1e-9)


def test_directions_of_few_dimensions_are_the_dimensions() -> None:
    found = directions(np.arange(10.0).reshape(5, 2))
    first = found.each[0]
    assert [direction.name for direction in found.each] == ["z1", "z2"]
    assert (first.low, first.quartiles.tolist(), first.high) == (0, [2, 4, 6], 8)


def test_directions_of_many_dimensions_are_the_principal_ones() -> None:
    data = spread(20)
    found = directions(data)
    assert found.each[11].name == "PCA 12"
    np.testing.assert_allclose(
        np.abs(found.values(data)), np.abs(PCA(12).fit_transform(data)), atol=1e-8
    )
    few = directions(data[:4])  # four latents have no more than four directions
    assert len(few) == 4
    np.testing.assert_allclose(few.latent(few.values(data[1]), data[1]), data[1], atol=1e-9)


@pytest.mark.parametrize("values", [[1.0], [1.0, np.nan, 2], np.zeros((1, 3))])
def test_wrong_values_are_a_sentence(values) -> None:
    with pytest.raises(LatentError, match="3 finite numbers"):
        directions(spread(3)).latent(np.array(values))
