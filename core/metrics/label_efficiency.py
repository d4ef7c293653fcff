"""How many labels a latent space needs: accuracy against the number of labelled images of each class.

Labels of training images name what a space learned without them. They are used here for scoring
alone; no training ever sees them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from core.latents.arrays import IntArray, Undefined, checked_points, same_length
from core.latents.threads import one_thread
from core.metrics.neighbour_classifier import share_intervals

COUNTS = (1, 3, 10, 30, 100)
DRAWS = 5
MAX_NEIGHBOURS = 5
KNN, LOGISTIC, CLUSTERS = "neighbours in latent space", "logistic regression", "named clusters"
PIXELS, PCA = "neighbours on pixels", "neighbours after PCA"
_FEW_DIMENSIONS = 16
_PCA_IMAGES = 5_000  # that principal directions of the pixels are found of


class Sides(NamedTuple):
    """Something of the training images, of which some are labelled, and of those to be classified.

    Attributes:
        train: (m, ...).
        test: (n, ...).
    """

    train: npt.NDArray[Any]
    test: npt.NDArray[Any]


@dataclass(frozen=True)
class Plan:
    """How label efficiency is measured.

    Attributes:
        counts: labelled images of each class.
        draws: how often they are drawn, at least 1.
        seed: of the draws.
        queries: images to be classified, at most; they are spread evenly over all.
        all_images: also with every training image labelled.
        all_on_pixels: kNN accuracy on pixels with all labels, where it is known; it takes long.
    """

    counts: tuple[int, ...] = COUNTS
    draws: int = DRAWS
    seed: int = 0
    queries: int = 2_000
    all_images: bool = True
    all_on_pixels: float | None = None


@dataclass(frozen=True)
class Efficiency:
    """Accuracy of one method with so many labels.

    Attributes:
        method: `KNN`, `LOGISTIC`, `CLUSTERS`, `PIXELS` or `PCA`.
        per_class: labelled images of each class; None: all training images are labelled.
        labelled: labelled images together.
        mean: accuracy over the draws, 0 to 1.
        low: least accuracy of a draw; with all labels the lower end of a 95 % interval.
        high: greatest accuracy of a draw, or the upper end.
        draws: how many.
    """

    method: str
    per_class: int | None
    labelled: int
    mean: float
    low: float
    high: float
    draws: int


def label_efficiency(
    latents: Sides,
    labels: Sides,
    pixels: Sides | None = None,
    clusters: Sides | None = None,
    plan: Plan | None = None,
) -> list[Efficiency]:
    """Accuracy against labels, by method and number of labels.

    - neighbours: min(5, labels of a class) nearest labelled images vote, in latent space, on pixels
      and after PCA of the pixels to as many dimensions as the latent space has;
    - logistic regression on the latents, each dimension scaled to variance 1;
    - clusters: each has the name that most of its labelled images have. What lies in a cluster without
      labelled images, or in noise, counts as wrong.

    Args:
        latents: (m, d) and (n, d).
        labels: (m,) and (n,).
        pixels: (m, p) and (n, p); None: no baselines on pixels.
        clusters: (m,) and (n,), noise being -1; None: not measured.
        plan: how; default: `Plan()`.

    Raises:
        Undefined: no images, fewer than two classes, or values not finite.
    """
    how = plan or Plan()
    for pair in (latents, labels, pixels, clusters):
        if pair is not None:
            same_length(pair.train, labels.train)
            same_length(pair.test, labels.test)
    if len(np.unique(labels.train)) < 2:
        raise Undefined("undefined because there are fewer than two classes")
    rows = np.unique(np.linspace(0, len(labels.test) - 1, how.queries).astype(np.int64))
    truth = np.asarray(labels.test)[rows]
    methods = _methods(latents, pixels, clusters, rows)
    found = []
    for per_class in how.counts:
        draws = list(_draws(np.asarray(labels.train), per_class, how))
        for name, predict in methods.items():
            shares = [
                float(np.mean(predict(some, labels.train[some], per_class) == truth))
                for some in draws
            ]
            found.append(
                Efficiency(
                    name, per_class, len(draws[0]), float(np.mean(shares)), min(shares),
                    max(shares), len(draws),
                )
            )  # fmt: skip
    return found + (_with_all(methods, labels, truth, how) if how.all_images else [])


Predict = Callable[[IntArray, IntArray, int], IntArray]  # labelled rows, their labels, per class


def _methods(
    latents: Sides, pixels: Sides | None, clusters: Sides | None, rows: IntArray
) -> dict[str, Predict]:
    z = Sides(checked_points(latents.train), checked_points(latents.test[rows]))
    found = {KNN: _neighbours(z), LOGISTIC: _logistic(z)}
    if clusters is not None:
        found[CLUSTERS] = _named_clusters(Sides(clusters.train, clusters.test[rows]))
    if pixels is not None:
        x = Sides(pixels.train, pixels.test[rows])
        found[PCA] = _neighbours(_principal(x, z.train.shape[1]))
        found[PIXELS] = _neighbours(x)
    return found


def _with_all(
    methods: dict[str, Predict], labels: Sides, truth: IntArray, how: Plan
) -> list[Efficiency]:
    """Every method with all labels, once; on pixels what is known."""
    m, found = len(labels.train), []
    for name, predict in methods.items():
        if name == PIXELS:
            share, n = how.all_on_pixels, len(labels.test)
        else:
            n = len(truth)
            share = float(np.mean(predict(np.arange(m), labels.train, m) == truth))
        if share is not None:
            low, high = share_intervals(np.array(round(share * n)), n)
            found.append(Efficiency(name, None, m, share, float(low), float(high), 1))
    return found


def _draws(labels: IntArray, per_class: int, how: Plan) -> Iterator[IntArray]:
    """Rows of labelled images, ascending: as many of each class, or all where a class has fewer."""
    rng = np.random.default_rng([how.seed, per_class])
    of_class = [np.flatnonzero(labels == c) for c in np.unique(labels)]
    for _ in range(how.draws):
        yield np.sort(np.concatenate([rng.permutation(rows)[:per_class] for rows in of_class]))


def _neighbours(x: Sides) -> Predict:
    def predict(rows: IntArray, labels: IntArray, per_class: int) -> IntArray:
        from sklearn.neighbors import KNeighborsClassifier

        is_all = len(rows) == len(x.train)  # then a copy would cost more than it brings
        known = x.train if is_all else x.train[rows]
        k = min(MAX_NEIGHBOURS, per_class, len(rows))
        return np.asarray(KNeighborsClassifier(k).fit(known, labels).predict(x.test))

    return predict


def _logistic(z: Sides) -> Predict:
    def predict(rows: IntArray, labels: IntArray, per_class: int) -> IntArray:
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        # in few dimensions its second derivatives are small, and ten times as fast
        solver = "newton-cholesky" if z.train.shape[1] <= _FEW_DIMENSIONS else "lbfgs"
        regression = LogisticRegression(solver=solver, max_iter=1000)
        model = make_pipeline(StandardScaler(), regression)
        fit = one_thread(model.fit)
        return np.asarray(fit(z.train[rows], labels).predict(z.test))

    return predict


def _named_clusters(clusters: Sides) -> Predict:
    def predict(rows: IntArray, labels: IntArray, per_class: int) -> IntArray:
        from scipy.stats import mode

        names = {
            int(c): int(mode(labels[clusters.train[rows] == c]).mode)  # of equals the smallest
            for c in np.unique(clusters.train[rows])
            if c >= 0
        }
        nobody = int(labels.min()) - 1
        return np.array([names.get(int(c), nobody) for c in clusters.test])

    return predict


def _principal(x: Sides, dimensions: int) -> Sides:
    """Pixels by their first principal components."""
    from sklearn import decomposition

    some = x.train[:: max(1, len(x.train) // _PCA_IMAGES)]
    kept = min(dimensions, *some.shape)
    found = decomposition.PCA(kept, svd_solver="randomized", random_state=0).fit(some)
    return Sides(found.transform(x.train), found.transform(x.test))
