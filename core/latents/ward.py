"""Ward's clustering where only neighbours in a graph may merge, compiled with numba.

The merges of scikit-learn's `ward_tree` with a connectivity, which does them in Python and takes more
than ten times as long.
"""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import numpy.typing as npt

from core.latents.arrays import IntArray
from core.latents.compiled import compiled


def merged(points: npt.NDArray[np.float64], graph: Any, n_clusters: int) -> IntArray:
    """A number for each point (n,) int64, equal where two points end in the same cluster.

    Args:
        points: (n, d).
        graph: symmetric sparse (n, n), connected.
        n_clusters: that are left at the end, 1 to n.
    """
    rows = graph.tocsr()
    starts, ends = rows.indptr.astype(np.int64), rows.indices.astype(np.int64)
    n = len(points)
    totals = np.zeros((2 * n - n_clusters, points.shape[1]))
    totals[:n] = points
    found: IntArray = _merge(totals, starts, ends, n)
    return found


@compiled("f8(f8[:,::1],f8[::1],i8,i8)")
def _cost(totals: Any, sizes: Any, a: Any, b: Any) -> Any:
    """By how much the variance within clusters grows when two merge."""
    squares = 0.0
    for c in range(totals.shape[1]):
        difference = totals[a, c] / sizes[a] - totals[b, c] / sizes[b]
        squares += difference * difference
    return squares * (sizes[a] * sizes[b] / (sizes[a] + sizes[b]))


@compiled("i8(i8[::1],i8)")
def _root(parents: Any, node: Any) -> Any:
    """The cluster that a node is in now; the way there is shortened for the next time."""
    root = node
    while parents[root] != root:
        root = parents[root]
    while parents[node] != root:
        parents[node], node = root, parents[node]
    return root


# without a sum of whole rows: numba compiles three seconds for the first one
@compiled("i8[::1](f8[:,::1],i8[::1],i8[::1],i8)")
def _merge(totals: Any, starts: Any, ends: Any, n: Any) -> Any:
    nodes = len(totals)  # n points, then clusters in the order in which they are made
    sizes = np.ones(nodes)
    parents, seen = np.arange(nodes), np.full(nodes, -1)
    near = [ends[starts[i] : starts[i + 1]] for i in range(n)]
    heap = [(_cost(totals, sizes, i, j), i, j) for i in range(n) for j in near[i] if j < i]
    heapq.heapify(heap)
    beside = np.empty(nodes, np.int64)
    for new in range(n, nodes):
        _, a, b = heapq.heappop(heap)
        while parents[a] != a or parents[b] != b:  # one of the two has merged with another since
            _, a, b = heapq.heappop(heap)
        parents[a], parents[b], seen[new] = new, new, new
        sizes[new] = sizes[a] + sizes[b]
        for c in range(totals.shape[1]):
            totals[new, c] = totals[a, c] + totals[b, c]
        count = 0
        for old in (a, b):
            for node in near[old]:
                root = _root(parents, node)
                if seen[root] != new:
                    seen[root] = new
                    beside[count] = root
                    count += 1
                    heapq.heappush(heap, (_cost(totals, sizes, new, root), new, root))
        near.append(beside[:count].copy())
    return np.array([_root(parents, i) for i in range(n)])
