"""Ward's clusters of neighbours are those of scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score
from sklearn.neighbors import kneighbors_graph

from core.latents.ward import merged


def graph_of(points: np.ndarray, neighbours: int) -> object:
    graph = kneighbors_graph(points, neighbours)
    return graph + graph.T


@pytest.mark.parametrize("dimensions", [1, 2, 5])
@pytest.mark.parametrize("k", [1, 2, 7, 40])
def test_clusters_equal_those_of_scikit_learn(dimensions: int, k: int) -> None:
    points = np.random.default_rng(dimensions).normal(size=(600, dimensions))
    graph = graph_of(points, 12)
    expected = AgglomerativeClustering(k, connectivity=graph).fit_predict(points)
    found = merged(points, graph, k)
    assert len(np.unique(found)) == k
    assert adjusted_rand_score(expected, found) == 1


def test_each_point_alone_and_equal_points() -> None:
    points = np.zeros((30, 2))
    assert len(np.unique(merged(points, graph_of(points + np.arange(30)[:, None], 3), 30))) == 30
    assert len(np.unique(merged(points, graph_of(points + np.arange(30)[:, None], 3), 4))) == 4
