"""Exact neighbours: by hand, against scikit-learn, and what must not change them."""

from __future__ import annotations

import threading
import tracemalloc

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from core.latents import neighbours
from core.latents.arrays import Undefined
from core.latents.neighbours import nearest_neighbours, neighbour_graph

LINE = np.array([[0.0], [1.0], [10.0], [12.0]])


@pytest.fixture(autouse=True)
def nothing_remembered():
    neighbours._graphs.clear()


def gaussian(n: int = 300, d: int = 4, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


def test_by_hand() -> None:
    indices, distances = nearest_neighbours(LINE, LINE, 2, exclude_self=True)
    np.testing.assert_array_equal(indices, [[1, 2], [0, 2], [3, 1], [2, 1]])
    np.testing.assert_allclose(distances, [[1, 10], [1, 9], [2, 9], [2, 11]])
    indices, _ = nearest_neighbours(np.array([[11.5]]), LINE, 1)
    assert indices.tolist() == [[3]]


@pytest.mark.parametrize("d", [1, 3, 8, 9, 40])
def test_agrees_with_brute_force(d: int) -> None:
    X, Q = gaussian(d=d), gaussian(50, d, seed=1)
    for queries, own in ((Q, False), (X, True)):
        indices, distances = nearest_neighbours(queries, X, 7, exclude_self=own)
        index = NearestNeighbors(n_neighbors=7, algorithm="brute").fit(X.astype(np.float64))
        theirs = index.kneighbors(None if own else queries.astype(np.float64))
        np.testing.assert_array_equal(indices, theirs[1])
        np.testing.assert_allclose(distances, theirs[0], rtol=1e-6)


@pytest.mark.parametrize("d", [2, 9])
def test_of_equal_distances_the_lower_index_comes_first(d: int) -> None:
    # The corners of a cube of side 2 around the last point, which is as far from each of them.
    corners = np.array(np.meshgrid(*[[-1.0, 1.0]] * 3)).reshape(3, -1).T
    X = np.zeros((9, d))
    X[:8, :2] = corners[:, :2]
    if d == 9:
        X[:8, 2] = corners[:, 2]
    indices, distances = nearest_neighbours(X, X, 3, exclude_self=True)
    if d == 9:
        assert indices[8].tolist() == [0, 1, 2]
        np.testing.assert_allclose(distances[8], np.sqrt(3))
    shuffled = np.random.default_rng(0).permutation(9)
    for i, row in enumerate(nearest_neighbours(X[shuffled], X, 3)[0]):
        exact = np.linalg.norm(X - X[shuffled[i]], axis=1).round(9)
        np.testing.assert_array_equal(row, np.argsort(exact, kind="stable")[:3])


@pytest.mark.parametrize("d", [3, 12])
def test_duplicates_are_neighbours_at_distance_zero_and_oneself_is_not(d: int) -> None:
    X = np.repeat(gaussian(4, d) * 100, 5, axis=0)
    indices, distances = nearest_neighbours(X, X, 4, exclude_self=True)
    expected = [[j for j in range(5 * (i // 5), 5 * (i // 5) + 5) if j != i] for i in range(20)]
    np.testing.assert_array_equal(indices, expected)
    assert not distances.any()


def test_rotation_shift_and_scale_change_no_neighbour() -> None:
    X = gaussian(d=10).astype(np.float64)
    rotation = np.linalg.qr(np.random.default_rng(1).normal(size=(10, 10)))[0]
    before = nearest_neighbours(X, X, 5, exclude_self=True)
    Z = 3 * X @ rotation + 100
    after = nearest_neighbours(Z, Z, 5, exclude_self=True)
    np.testing.assert_array_equal(before[0], after[0])
    np.testing.assert_allclose(3 * before[1], after[1], rtol=1e-6)


def test_small_blocks_give_the_same(monkeypatch) -> None:
    X = gaussian(d=9)
    whole = nearest_neighbours(X, X, 5, exclude_self=True)
    monkeypatch.setattr("core.latents.arrays._BLOCK", 200)
    np.testing.assert_array_equal(whole, nearest_neighbours(X, X, 5, exclude_self=True))


def test_a_table_is_searched_once_for_all_who_ask(monkeypatch) -> None:
    asked = []

    def search(*args, **kwargs):
        asked.append(args[2])
        return nearest_neighbours(*args, **kwargs)

    monkeypatch.setattr(neighbours, "nearest_neighbours", search)
    X = gaussian()
    threads = [threading.Thread(target=neighbour_graph, args=(X, 5)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    few = neighbour_graph(X.astype(np.float64).copy(), 5)
    neighbour_graph(X, 15)
    assert asked == [neighbours.SHARED]
    many = neighbour_graph(X, 40)
    assert asked == [neighbours.SHARED, 40]
    np.testing.assert_array_equal(many.indices[:, :5], few.indices)
    for seed in range(1, 2 + neighbours.KEPT):
        neighbour_graph(gaussian(seed=seed), 5)
    assert len(neighbours._graphs) == neighbours.KEPT
    with pytest.raises(ValueError, match="read-only"):
        many.indices[0, 0] = 1


@pytest.mark.parametrize(
    ("values", "k", "error", "said"),
    [
        pytest.param(LINE, 4, Undefined, "fewer than 4 neighbours", id="too few others"),
        pytest.param(LINE[:0], 1, Undefined, "no points", id="no points"),
        pytest.param(LINE * np.nan, 1, Undefined, "not finite", id="not finite"),
        pytest.param(LINE, 0, ValueError, "k must be at least 1; got 0", id="k = 0"),
    ],
)
def test_what_has_no_neighbours(values, k, error, said) -> None:
    with pytest.raises(error, match=said):
        neighbour_graph(values, k)
    with pytest.raises(error, match=said):
        nearest_neighbours(values, values, k, exclude_self=True)


def test_many_images_are_not_held_in_float64() -> None:
    references = np.random.default_rng(0).random((60_000, 32), dtype=np.float32)
    queries = references[:50] + 0.001
    tracemalloc.start()
    found, _ = nearest_neighbours(queries, references, 3)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found[:, 0].tolist() == list(range(50))
    assert peak < references.nbytes  # half of what they take in float64


def test_bytes_have_the_neighbours_that_floats_have_and_stay_bytes() -> None:
    rng = np.random.default_rng(0)
    references = rng.integers(0, 256, (60_000, 32), dtype=np.uint8)
    queries = rng.integers(0, 256, (50, 32), dtype=np.uint8)
    tracemalloc.start()
    indices, distances = nearest_neighbours(queries, references, 3)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * references.nbytes  # half of what they take in float64
    as_floats = nearest_neighbours(queries.astype(float), references.astype(float), 3)
    np.testing.assert_array_equal(indices, as_floats[0])
    np.testing.assert_array_equal(distances, as_floats[1])


def test_parts_of_the_references_give_what_all_at_once_give(monkeypatch) -> None:
    points = np.vstack([gaussian(d=12), np.zeros((40, 12))])  # many are the same
    whole = nearest_neighbours(points, points, 5, exclude_self=True)
    monkeypatch.setattr(neighbours, "_REFERENCES", 7)
    parts = nearest_neighbours(points, points, 5, exclude_self=True)
    np.testing.assert_array_equal(parts[0], whole[0])
    np.testing.assert_array_equal(parts[1], whole[1])
