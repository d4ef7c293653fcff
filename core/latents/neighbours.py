"""Exact nearest neighbours by Euclidean distance, nearest first; of equal distances the lower index.

`neighbour_graph` finds those of a table of latents once: UMAP, trustworthiness, leave-one-out kNN and
neighbour lists share it. As ties are settled, the graph for fewer neighbours is the front of a larger
one, and a second machine finds the same.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from typing import NamedTuple

import numpy as np

from core.latents.arrays import FloatArray, IntArray, Undefined, blocks, checked_points

SHARED = 15  # found at least, so that scores (5) and UMAP (14) share one graph
KEPT = 4  # tables of latents whose graph is remembered
# 10,000 points, k = 15, two cores, float64. A tree: 0.04 s in 3 dimensions, 0.15 in 8, 0.30 in 16;
# scipy's takes half the time of scikit-learn's. Brute force (scikit-learn's, blocked): 0.12 to 0.18 s
# up to 16 dimensions, 1.8 s in 784. The same in torch, blocks of a matrix product and topk: 0.24 to
# 0.34 s and 1.9 s, hence not used.
_TREE_DIMENSIONS = 8
_REFERENCES = 2048  # compared at a time: 13 MB in float64 for images of 28 x 28

_graphs: OrderedDict[bytes, Neighbours] = OrderedDict()
_lock = threading.Lock()


class Neighbours(NamedTuple):
    """Nearest neighbours of n points.

    Attributes:
        indices: (n, k) int64, nearest first, never the point itself.
        distances: (n, k) float64, Euclidean.
    """

    indices: IntArray
    distances: FloatArray


def nearest_neighbours(
    queries: FloatArray, references: FloatArray, k: int, *, exclude_self: bool = False
) -> tuple[IntArray, FloatArray]:
    """The k nearest references of each query by Euclidean distance, nearest first.

    Args:
        queries: (n, d).
        references: (m, d); with exclude_self the same points as the queries.
        k: at least 1.
        exclude_self: leave each query itself out (but not a duplicate of it).

    Returns:
        Indices (n, k) into the references, and distances (n, k). Of references at the same distance
        the lower index comes first.

    Raises:
        Undefined: for fewer than k references (k others with exclude_self), or values not finite.
        ValueError: for k < 1.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1; got {k}")
    Q, R = _checked(queries), _checked(references)
    others = len(R) - exclude_self
    if others < k:
        raise Undefined(f"undefined because there are fewer than {k} neighbours to ask")
    asked = min(k + 1, others)  # one more shows whether the last place is shared
    if R.shape[1] <= _TREE_DIMENSIONS:
        near, exact, rounding = _by_tree(Q, R, asked, exclude_self)
    else:
        near, exact, rounding = _by_all_pairs(Q, R, asked, exclude_self)
    unsorted = np.flatnonzero((exact[:, 1:] <= exact[:, :-1]).any(axis=1))
    order = np.lexsort((near[unsorted], exact[unsorted]))
    near[unsorted] = np.take_along_axis(near[unsorted], order, 1)
    exact[unsorted] = np.take_along_axis(exact[unsorted], order, 1)
    if asked == k:
        return near, exact
    indices, distances = np.ascontiguousarray(near[:, :k]), np.ascontiguousarray(exact[:, :k])
    # Rounding in the search may also have cut between equals: hence not == but nearly.
    for i in np.flatnonzero(np.isclose(exact[:, k], exact[:, k - 1], rtol=1e-9, atol=rounding)):
        _settle(Q, R, int(i), exclude_self, indices, distances)
    return indices, distances


class _Found(NamedTuple):
    """What a search gives: rows (n, k), distances (n, k), and how far they may be off by rounding."""

    indices: IntArray
    distances: FloatArray
    rounding: float


def _checked(points: FloatArray) -> FloatArray:
    """Finite points; many small numbers stay as they are, and parts of them become float64 in turn."""
    is_wide = points.ndim == 2 and points.shape[1] > _TREE_DIMENSIONS
    stays = is_wide and points.dtype in (np.float32, np.uint8)
    return checked_points(points, points.dtype if stays else np.float64)


# Libraries are imported here: metrics' texts are read without them.
def _by_tree(Q: FloatArray, R: FloatArray, k: int, exclude_self: bool) -> _Found:
    """In few dimensions; distances are sums of squared differences, so nothing cancels."""
    from scipy.spatial import cKDTree

    wanted = np.arange(1, k + exclude_self + 1)
    distances, found = cKDTree(R).query(Q, k=wanted, workers=-1)
    if exclude_self:
        own = found == np.arange(len(Q))[:, None]
        own[~own.any(axis=1), -1] = True  # hidden behind its duplicates: one of them goes instead
        found, distances = (x[~own].reshape(len(Q), k) for x in (found, distances))
    return _Found(np.asarray(found, dtype=np.int64), distances, 0.0)


def _by_all_pairs(Q: FloatArray, R: FloatArray, k: int, exclude_self: bool) -> _Found:
    """In many dimensions; what is summed up as |x|^2 + |y|^2 - 2 xy is measured again by differences."""
    centre = R.mean(axis=0, dtype=np.float64)  # centred: less cancellation
    queries, size = Q - centre, 0.0
    near: IntArray = np.empty((len(Q), 0), dtype=np.int64)
    distances: FloatArray = np.empty((len(Q), 0))
    for start in range(0, len(R), _REFERENCES):
        part = R[start : start + _REFERENCES] - centre
        size = max(size, float(np.linalg.norm(part, axis=1).max()))
        found, apart = _nearest_of(part, queries, k + exclude_self)
        found += start
        if exclude_self:
            apart[found == np.arange(len(Q))[:, None]] = np.inf
        near, distances = np.hstack([near, found]), np.hstack([distances, apart])
        first = np.argsort(distances, axis=1, kind="stable")[:, :k]
        near = np.take_along_axis(near, first, 1)
        distances = np.take_along_axis(distances, first, 1)
    exact = np.empty(near.shape)
    for rows in blocks(len(Q), 4 * k * R.shape[1]):  # as many tables in float64
        exact[rows] = np.linalg.norm(R[near[rows]] - Q[rows, None].astype(np.float64), axis=2)
    return _Found(near, exact, 1e-7 * size)  # of a distance near 0


def _nearest_of(part: FloatArray, queries: FloatArray, k: int) -> tuple[IntArray, FloatArray]:
    """Rows and about the distances of the k nearest, or of all where there are fewer."""
    from sklearn.neighbors import NearestNeighbors

    index = NearestNeighbors(n_neighbors=min(k, len(part)), algorithm="brute").fit(part)
    distances, rows = index.kneighbors(queries)
    return rows.astype(np.int64), distances


def _settle(
    Q: FloatArray,
    R: FloatArray,
    i: int,
    exclude_self: bool,
    indices: IntArray,
    distances: FloatArray,
) -> None:
    """Row i again, with all references: its last place is shared by several."""
    query = Q[i].astype(np.float64)
    exact = np.concatenate(
        [np.linalg.norm(R[rows] - query, axis=1) for rows in blocks(len(R), R.shape[1])]
    )
    if exclude_self:
        exact[i] = np.inf
    k = indices.shape[1]
    inside = np.flatnonzero(exact <= np.partition(exact, k - 1)[k - 1])
    indices[i] = inside[np.argsort(exact[inside], kind="stable")[:k]]
    distances[i] = exact[indices[i]]


def count_votes(codes: IntArray, classes: int) -> IntArray:
    """Votes (n, classes) for each class among neighbours whose classes are `codes` (n, k), from 0."""
    cells = np.arange(len(codes))[:, None] * classes + codes
    return np.bincount(cells.ravel(), minlength=len(codes) * classes).reshape(-1, classes)


def neighbour_graph(latents: FloatArray, k: int) -> Neighbours:
    """The k nearest others of every latent, found once per table and remembered for a while.

    Args:
        latents: (n, d); the same values are the same table, whatever object holds them.
        k: at least 1.

    Returns:
        Arrays (n, k) that must not be written to.

    Raises:
        Undefined, ValueError: as `nearest_neighbours` with exclude_self.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1; got {k}")
    X = checked_points(latents)
    key = hashlib.sha256(repr(X.shape).encode() + X.tobytes()).digest()
    with _lock:  # held while searching: who asks for the same meanwhile finds it
        graph = _graphs.get(key)
        if graph is None or graph.indices.shape[1] < k:
            wanted = max(k, min(SHARED, len(X) - 1))
            graph = Neighbours(*nearest_neighbours(X, X, wanted, exclude_self=True))
            for array in graph:
                array.flags.writeable = False
            _graphs[key] = graph
        _graphs.move_to_end(key)
        while len(_graphs) > KEPT:
            _graphs.popitem(last=False)
    return Neighbours(graph.indices[:, :k], graph.distances[:, :k])
