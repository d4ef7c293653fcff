"""Latents beside a projection: exact where it is linear."""

from __future__ import annotations

import numpy as np
import pytest

from core.latents.placed import placed
from core.latents.projection import Points, Projection, project

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("method", "d"), [("none", 3), ("none", 1), ("pca", 5), ("pca", 64)])
def test_a_latent_that_was_projected_is_placed_where_it_lies(method: str, d: int) -> None:
    latents = RNG.normal(size=(90, d)).astype(np.float32)
    projection = Projection(method, 3)
    points = project(latents, projection)
    found = placed(latents[:7], latents, points, projection)
    np.testing.assert_allclose(found, points.points[:7], atol=1e-4)


def test_beside_a_umap_it_is_the_mean_of_its_nearest() -> None:
    latents = np.arange(20, dtype=np.float32)[:, None] * np.ones((1, 4), np.float32)
    places = RNG.normal(size=(20, 2)).astype(np.float32)
    points = Points(places, ("UMAP 1", "UMAP 2"), "")
    found = placed(latents[10:11], latents, points, Projection("umap", 2))
    np.testing.assert_allclose(found[0], places[8:13].mean(axis=0), atol=1e-6)
