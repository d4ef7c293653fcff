"""Paths between latents: ends, lengths, rows and gaps, by hand and by other implementations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation, Slerp

from core.latents.arrays import LatentError, Undefined
from core.latents.paths import along_neighbours, spherical, straight, usual_distance

RNG = np.random.default_rng(3)
LINE = np.arange(10.0)[:, None]  # neighbours 1 apart


def two_blobs(apart: float, n: int = 60) -> np.ndarray:
    return np.vstack([RNG.normal(size=(n, 2)), np.add(RNG.normal(size=(n, 2)), [apart, 0])])


def ring(n: int = 100) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.column_stack([np.cos(angle), np.sin(angle)])


def test_usual_distances_by_hand() -> None:
    assert usual_distance(np.array([[0.0], [1.0], [3.0]])) == pytest.approx((1, 1.98))


def test_straight_by_hand() -> None:
    path = straight(LINE, np.array([0.0]), np.array([3.0]), 4)
    assert path.latents[:, 0].tolist() == [0, 1, 2, 3]
    assert path.gaps.tolist() == [0, 0, 0, 0]
    half = straight(LINE, np.array([0.0]), np.array([1.0]), 3)
    assert half.gaps.tolist() == [0, 0.5, 0]
    assert half.rows is None
    assert not half.crosses_gap
    assert "crosses no gap" in half.sentence
    assert "0.5 times" in half.sentence


def test_a_path_between_far_blobs_crosses_a_gap_and_one_within_does_not() -> None:
    data = two_blobs(40)
    across = straight(data, data[0], data[60], 15)
    assert across.crosses_gap
    assert "crosses a gap" in across.sentence
    assert not straight(data, data[0], data[0], 2).crosses_gap


@pytest.mark.parametrize("d", [3])
def test_spherical_is_slerp_about_the_mean(d: int) -> None:
    data = RNG.normal(size=(50, d)) + 5
    mean, a, b = data.mean(axis=0), data[0], data[1]
    u, v = (x / np.linalg.norm(x) for x in (a - mean, b - mean))
    turn, _ = Rotation.align_vectors([v], [u])  # the least rotation of u to v
    slerp = Slerp([0, 1], Rotation.concatenate([Rotation.identity(), turn]))
    t = np.linspace(0, 1, 9)
    radii = np.linalg.norm(a - mean) * (1 - t) + np.linalg.norm(b - mean) * t
    expected = mean + radii[:, None] * slerp(t).apply(u)
    np.testing.assert_allclose(spherical(data, a, b, 9).latents, expected, atol=1e-7)


def test_spherical_keeps_the_radius_on_a_ring() -> None:
    data = ring()
    path = spherical(data, data[0], data[25], 20)
    np.testing.assert_allclose(np.linalg.norm(path.latents, axis=1), 1, atol=1e-12)
    assert straight(data, data[0], data[25], 20).gaps.max() > path.gaps.max()


@pytest.mark.parametrize(
    ("data", "start", "end"),
    [
        pytest.param(ring() * [3, 1], [3.0, 0], [-3.0, 0], id="opposite ends: beside them"),
        pytest.param(LINE - 4.5, [-2.0], [2.0], id="one dimension: straight"),
        pytest.param(ring(), [0.0, 0], [1.0, 0], id="an end at the mean: straight"),
        pytest.param(ring(), [0.5, 0], [1.0, 0], id="the same direction"),
        pytest.param(
            np.outer(np.linspace(-1, 1, 9), [1.0, 1, 0]), [-1.0, -1, 0], [1.0, 1, 0],
            id="opposite ends of data on a line",
        ),
    ],
)  # fmt: skip
def test_spherical_has_an_answer(data: np.ndarray, start: list[float], end: list[float]) -> None:
    path = spherical(data, np.array(start), np.array(end), 7)
    assert np.isfinite(path.latents).all()
    assert path.latents[0].tolist() == start
    assert path.latents[-1].tolist() == end
    mean, t = data.mean(axis=0), np.linspace(0, 1, 7)
    radii = np.linalg.norm(path.latents - mean, axis=1)
    if len(start) > 1:
        np.testing.assert_allclose(radii, radii[0] * (1 - t) + radii[-1] * t, atol=1e-9)


def test_opposite_ends_turn_to_where_the_data_is_spread() -> None:
    data = RNG.normal(size=(400, 3)) * [5, 0.1, 2]
    mean, step = data.mean(axis=0), np.array([1, 0, 0])
    path = spherical(data, mean + step, mean - step, 3)
    assert abs((path.latents[1] - mean)[2]) > 0.99


def test_along_neighbours_walks_the_ring_by_its_shorter_side() -> None:
    path = along_neighbours(ring(), 0, 10)
    assert path.rows is not None
    assert path.rows[0] == 0
    assert path.rows[-1] == 10
    assert set(path.rows) <= set(range(11))
    assert not path.gaps.any()
    assert "is an image of the data" in path.sentence


def test_along_neighbours_is_the_shortest_way_in_the_graph() -> None:
    """By Floyd-Warshall on the same graph, from scikit-learn."""
    from scipy.sparse.csgraph import floyd_warshall
    from sklearn.neighbors import kneighbors_graph

    data = RNG.normal(size=(60, 2))
    graph = kneighbors_graph(data, 15, mode="distance").toarray()
    lengths = floyd_warshall(np.maximum(graph, graph.T))
    for end in (1, 20, 59):
        path = along_neighbours(data, 0, end)
        length = np.linalg.norm(np.diff(path.latents, axis=0), axis=1).sum()
        assert length == pytest.approx(lengths[0, end], rel=1e-12)


def test_frames_are_chosen_among_the_images_of_the_way() -> None:
    data = np.concatenate([ring(300)[:150]])
    whole = along_neighbours(data, 0, 149)
    assert whole.rows is not None
    for frames in (2, 5, 3 * len(whole)):
        path = along_neighbours(data, 0, 149, frames)
        assert path.rows is not None
        assert len(path) == frames
        assert set(path.rows) <= set(whole.rows)
        assert (path.rows[0], path.rows[-1]) == (0, 149)
        assert (np.diff(path.rows) >= 0).all()
        np.testing.assert_array_equal(path.latents, data[path.rows])


def test_duplicates_and_one_image_are_ways_too() -> None:
    data = np.repeat(LINE, 2, axis=0)
    path = along_neighbours(data, 0, 1)
    assert path.rows is not None
    assert (path.rows[0], path.rows[-1]) == (0, 1)
    assert len(along_neighbours(data, 4, 4)) == 1
    same = along_neighbours(np.zeros((40, 2)), 3, 39)
    assert same.rows is not None
    assert same.rows[-1] == 39
    assert same.sentence


def test_more_neighbours_are_asked_until_the_ends_are_connected() -> None:
    data = two_blobs(40, n=40)  # 15 neighbours stay within a blob of 40
    path = along_neighbours(data, 0, 79)
    assert path.crosses_gap
    assert path.longest_step > 20


def test_ends_that_nothing_connects_are_a_sentence() -> None:
    data = two_blobs(1000, n=150)
    with pytest.raises(LatentError, match="even with 120 neighbours"):
        along_neighbours(data, 0, 299)


@pytest.mark.parametrize("make", [straight, spherical])
@pytest.mark.parametrize(
    ("end", "frames", "message"),
    [
        pytest.param([1.0, 2, 3], 5, "2 finite numbers", id="another length"),
        pytest.param([1.0, np.nan], 5, "2 finite numbers", id="NaN"),
        pytest.param([1.0, 2], 1, "frames must be from 2", id="too few frames"),
        pytest.param([1.0, 2], 10**6, "frames must be from 2", id="too many frames"),
    ],
)
def test_wrong_ends_are_a_sentence(make, end: list[float], frames: int, message: str) -> None:
    with pytest.raises(LatentError, match=message):
        make(ring(), np.zeros(2), np.array(end), frames)


def test_rows_that_there_are_not_are_a_sentence() -> None:
    with pytest.raises(LatentError, match="from 0 to 9; got 10"):
        along_neighbours(LINE, 0, 10)
    with pytest.raises(Undefined):
        straight(np.zeros((1, 2)), np.zeros(2), np.zeros(2), 3)
