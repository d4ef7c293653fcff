"""UMAP (McInnes, Healy & Melville 2018, arXiv:1802.03426) from a kNN graph to points for the eye.

The same steps, constants and number of epochs as umap-learn's defaults; tests compare each step with
it. Three things are arranged otherwise, for speed and repeatability:

- The fuzzy graph is numpy, so nothing is compiled for it.
- The spectral start asks for the largest eigenvalues of D^-1/2 W D^-1/2 instead of the smallest of one
  minus it: the same vectors, found in a fiftieth of the time.
- An epoch reads where all points were before it and every point moves itself. So threads share an epoch
  and the points are the same whatever the number of threads; umap-learn's seeded layout uses one.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import ArpackError, eigsh

from core.latents.arrays import FloatArray, IntArray
from core.latents.projection import ReportProgress
from core.latents.umap.curve import curve

_DENSE = 200  # points up to which all eigenvectors are computed: the iteration needs room
_THREADS = 8  # an epoch takes milliseconds: more threads would wait for each other


def fuzzy_graph(indices: IntArray, distances: FloatArray) -> sp.csr_array:
    """How strongly points belong together: (n, n), symmetric, 0 to 1.

    From i to its neighbour j, v = exp(-max(0, d_ij - rho_i) / sigma_i): rho_i is the distance to the
    nearest neighbour that is elsewhere, and sigma_i makes the row add up to log2(k). Both directions
    join as v_ij + v_ji - v_ij v_ji.

    Args:
        indices: (n, k - 1) nearest others, nearest first.
        distances: (n, k - 1). UMAP counts a point among its own neighbours, hence k - 1.
    """
    n, others = indices.shape
    d = np.asarray(distances, dtype=np.float64)
    rho = np.where(d > 0, d, np.inf).min(axis=1, keepdims=True)
    rho[np.isinf(rho)] = 0.0
    excess = np.maximum(d - rho, 0)
    target = np.log2(others + 1)
    low, high, sigma = np.zeros((n, 1)), np.full((n, 1), np.inf), np.ones((n, 1))
    for _ in range(64):
        total = np.exp(-excess / sigma).sum(axis=1, keepdims=True)
        open_ = np.abs(total - target) >= 1e-5
        if not open_.any():
            break
        high = np.where(open_ & (total > target), sigma, high)
        low = np.where(open_ & (total <= target), sigma, low)
        middle = np.where(np.isinf(high), 2 * sigma, (low + np.where(np.isinf(high), 0, high)) / 2)
        sigma = np.where(open_, middle, sigma)
    # Means over k neighbours, the point itself at distance 0 among them.
    mean = np.where(rho > 0, d.sum(axis=1, keepdims=True), d.sum() / n) / (others + 1)
    sigma = np.maximum(sigma, 1e-3 * mean)
    strength = np.exp(-excess / sigma)
    starts = np.arange(0, n * others + 1, others)
    one_way = sp.csr_array((strength.ravel(), indices.ravel(), starts), shape=(n, n))
    back = one_way.T.tocsr()
    return (one_way + back - one_way * back).tocsr()


def spectral_start(graph: sp.csr_array, latents: FloatArray, dims: int) -> FloatArray:
    """Where points start: (n, dims), the smoothest functions on the graph.

    They are the eigenvectors of D^-1/2 W D^-1/2 below the trivial one. A graph in several pieces has no
    such functions beyond "which piece"; there the latents' principal components place the pieces as
    they lie to each other (Kobak & Linderman 2021).

    Args:
        graph: (n, n), as `fuzzy_graph` gives it.
        latents: (n, d).
        dims: 2 or 3, less than n.
    """
    n = len(latents)
    if connected_components(graph, directed=False)[0] > 1:
        centred = latents - latents.mean(axis=0)
        left, size, _ = np.linalg.svd(centred, full_matrices=False)
        start = np.zeros((n, dims))
        start[:, : len(size)] = (left * size)[:, :dims]
        return start
    degree = np.sqrt(graph.sum(axis=0))
    scale = sp.diags_array(1 / degree)
    smooth = (scale @ graph @ scale).tocsr()
    if n <= _DENSE:
        return np.linalg.eigh(smooth.toarray())[1][:, ::-1][:, 1 : dims + 1]
    try:
        values, vectors = eigsh(
            smooth.astype(np.float32), dims + 1, which="LA", tol=1e-4, v0=degree.astype(np.float32)
        )
    except ArpackError:  # no convergence: the layout starts at random, as umap-learn's would
        return np.random.default_rng(0).uniform(-10, 10, (n, dims))
    return vectors[:, np.argsort(-values)[1:]]


def lay_out(
    graph: sp.csr_array,
    start: FloatArray,
    min_dist: float,
    rng: np.random.Generator,
    progress: ReportProgress = lambda stage, fraction: None,
    threads: int | None = None,
) -> npt.NDArray[np.float32]:
    """Points whose neighbourhoods resemble the graph: (n, dims).

    Args:
        graph: (n, n), as `fuzzy_graph` gives it.
        start: (n, dims) with dims up to 3.
        min_dist: how tightly points may be packed.
        rng: of the negative samples and of a little noise on the start.
        progress: called before every epoch with "epoch i of m"; what it raises ends the layout.
        threads: how many share an epoch; the points do not depend on it.
    """
    from core.latents.umap.kernel import move  # here: importing it compiles

    n, dims = start.shape
    epochs = 500 if n <= 10_000 else 200
    starts, ends, period = _edges(graph, epochs)
    due = period.copy()
    before = np.zeros((n, 3), np.float32)  # the kernel knows three dimensions: the third stays 0
    before[:, :dims] = _spread(start, rng)
    after = before.copy()
    state = rng.integers(1, 2**63, n, dtype=np.uint64)
    a, b = (np.float32(value) for value in curve(min_dist))
    threads = threads or min(_THREADS, os.cpu_count() or 1)
    # More parts than threads, of equally many edges: no thread waits long for the last.
    cuts = np.searchsorted(starts, np.linspace(0, len(ends), 2 * threads + 1))
    cuts[0], cuts[-1] = 0, n
    with ThreadPoolExecutor(threads) as pool:
        for epoch in range(epochs):
            progress(f"epoch {epoch + 1} of {epochs}", epoch / epochs)
            rate = np.float32(1 - max(epoch - 1, 0) / epochs)
            parts = [
                pool.submit(move, first, last, starts, ends, period, due,
                            before, after, state, np.float32(epoch), rate, a, b)
                for first, last in pairwise(cuts)
            ]  # fmt: skip
            for part in parts:
                part.result()
            before, after = after, before
    return np.ascontiguousarray(before[:, :dims])


def _edges(graph: sp.csr_array, epochs: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Where each point's edges start (n + 1,), their other ends and the epochs between pulls (m,)."""
    graph = sp.csr_array(graph, copy=True)
    graph.data[graph.data < graph.data.max() / epochs] = 0  # would never pull
    graph.eliminate_zeros()
    period = (graph.data.max() / graph.data).astype(np.float32)
    return graph.indptr.astype(np.int32), graph.indices.astype(np.int32), period


def _spread(start: FloatArray, rng: np.random.Generator) -> FloatArray:
    """The start within 0..10 in every dimension, with a little noise to part equal points."""
    start = start * (10 / max(np.abs(start).max(), 1e-12))
    start = start + rng.normal(scale=1e-4, size=start.shape)
    return 10 * (start - start.min(axis=0)) / np.ptp(start, axis=0)
