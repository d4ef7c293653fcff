"""One thread while scikit-learn and BLAS work, the number of before afterwards."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_info, threadpool_limits

from core.latents.clustering import cluster
from core.latents.threads import one_thread

POINTS = np.random.default_rng(0).normal(size=(200, 3))


def threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info()}


def test_one_thread_for_a_while() -> None:
    with threadpool_limits(2):
        assert threads() == {2}
        assert one_thread(threads)() == {1}
        assert threads() == {2}


def test_clusters_are_found_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[int]] = []
    found = KMeans.fit_predict

    def noting(self: KMeans, *args: Any) -> Any:
        seen.append(threads())
        return found(self, *args)

    monkeypatch.setattr(KMeans, "fit_predict", noting)
    with threadpool_limits(2):
        cluster(POINTS, "kmeans", 3)
    assert seen == [{1}]
