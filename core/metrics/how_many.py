"""How many clusters there may be: scores of several numbers of them, without labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans

from core.latents.arrays import FloatArray, IntArray, Undefined
from core.latents.clustering import check_k, fit_gmm, standardized
from core.latents.threads import one_thread
from core.metrics.separation import silhouette

Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class KScore:
    """How well k clusters fit.

    Attributes:
        k: number of clusters tried.
        silhouette: of k-means with k clusters, -1 to 1, higher is better; None where undefined.
        bic: Bayesian information criterion of a Gaussian mixture with k components, in the units
            of the latents as given; lower is better, only differences mean something.
    """

    k: int
    silhouette: float | None
    bic: float


def choose_k(latents: FloatArray, ks: Sequence[int], seed: int = 0) -> Iterator[KScore]:
    """Score numbers of clusters, one at a time, so that a page can draw each and be interrupted.

    Arguments are checked at the call; the work happens as the result is iterated. For speed k-means
    starts 3 times and the mixture once (`core.latents.clustering.cluster` starts more often).

    Args:
        latents: (n, d), finite.
        ks: numbers of clusters to try, each 1 to n.
        seed: of the random starts.

    Returns:
        Iterator of one `KScore` per k, in the order given.

    Raises:
        ClusteringError: if latents are not finite or a k is out of range.

    Sources: Rousseeuw 1987 (silhouette), Schwarz 1978 (BIC).
    """
    X, scale = standardized(latents)
    for k in ks:
        check_k(k, len(X))
    return _scores(X, scale, list(ks), seed)


def _scores(X: Points, scale: float, ks: list[int], seed: int) -> Iterator[KScore]:
    distinct = len(np.unique(X, axis=0))
    # BIC = -2 log L + p log n, and dividing n points of d dimensions by `scale` multiplies every
    # density by scale^d: undone here.
    rescaling = 2 * X.size * float(np.log(scale))
    for k in ks:
        labels, bic = _fits(X, min(k, distinct), seed)
        try:
            score = silhouette(X, labels)
        except Undefined:
            score = None
        yield KScore(k, score, bic + rescaling)


@one_thread
def _fits(X: Points, k: int, seed: int) -> tuple[IntArray, float]:
    """Clusters (n,) of k-means, and the BIC of a Gaussian mixture."""
    labels = KMeans(k, n_init=3, random_state=seed).fit_predict(X)
    return labels, float(fit_gmm(X, k, n_init=1, seed=seed).bic(X))
