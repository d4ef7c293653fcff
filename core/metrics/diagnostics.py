"""Guards: signs that a latent space or its clusters are broken, however fine their scores look.

A silhouette knows distances alone: where all latents fell onto a few points it is near 1, and where
they shrank to a dot it is whatever the rounding left. Each guard looks for one such sign, without
labels, in latent space, and says in a sentence what it saw and what may help. It stays silent where
nothing is wrong.

Thresholds are the constants below; `GUARDS` puts them into words, for the page that explains them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.latents.arrays import FloatArray, IntArray
from core.latents.clustering_methods import Clustering

MIN_POINTS = 20  # of fewer points shares and spreads say nothing
COLLAPSED_STEPS = 1000  # steps of float32 that latents must spread over
COLLAPSED_SHRINK = 0.2  # of the spread before training
EXPLAINED = 0.05  # share of the images' variance that reconstructions must explain
DEAD_VARIANCE = 1e-3  # of the largest dimension's, or direction's
DISTINCT_ROUNDING = 1e-3  # of the standard deviation over all dimensions
DISTINCT_SHARE = 0.01  # of the points
LARGEST_SHARE = 0.5
LARGEST_TIMES = 3  # times the mean size: with few clusters half of the points are no wonder,
LARGEST_EVER = 0.9  # but so many are
TINY_SHARE = 0.1  # of the mean size
EXPLODED = 1e4  # times the pixel range
_NAMED = 6  # things a sentence lists before it only counts


@dataclass(frozen=True)
class GuardInfo:
    """What people read about a guard.

    Attributes:
        label: name for people, short enough for a column.
        help: when it raises, in plain words.
        of_clusters: whether it depends on the clusters found, not on the latents alone.
    """

    label: str
    help: str
    of_clusters: bool = False


GUARDS: dict[str, GuardInfo] = {
    "not_finite": GuardInfo("not finite", "Some latents are infinite or not a number."),
    "exploded": GuardInfo(
        "exploded",
        f"Latents are longer than {EXPLODED:,.0f} times the pixel range (root mean square).",
    ),
    "collapsed": GuardInfo(
        "collapsed",
        "All latents are nearly the same: their spread about their mean (root mean square) is less "
        f"than {COLLAPSED_STEPS:,} steps of float32 at their length, or less than "
        f"{COLLAPSED_SHRINK:.0%} of what it was before training.",
    ),
    "mean_image": GuardInfo(
        "draws the mean image",
        f"Reconstructions explain less than {EXPLAINED:.0%} of the variance of the held-out images "
        "about their mean: the decoder learns next to nothing from the latents.",
    ),
    "dead_dimensions": GuardInfo(
        "dead dimensions",
        f"A latent dimension has less than {DEAD_VARIANCE:g} times the variance of the largest.",
    ),
    "flat": GuardInfo(
        "flat",
        f"Along some oblique direction latents have less than {DEAD_VARIANCE:g} times the variance "
        "of the widest one: they fill fewer dimensions than they have.",
    ),
    "clumps": GuardInfo(
        "clumps",
        f"Rounded to {DISTINCT_ROUNDING:g} of their standard deviation, latents are fewer distinct "
        f"points than {DISTINCT_SHARE:.0%} of the images, or than two for each cluster.",
    ),
    "dead_centroids": GuardInfo(
        "dead centroids",
        "A term of the loss has learned a centroid that is the nearest of no latent.",
    ),
    "largest_cluster": GuardInfo(
        "one large cluster",
        f"One cluster holds more than {LARGEST_SHARE:.0%} of the points and more than "
        f"{LARGEST_TIMES} times the mean size, or more than {LARGEST_EVER:.0%}.",
        of_clusters=True,
    ),
    "tiny_clusters": GuardInfo(
        "tiny clusters",
        f"A cluster holds less than {TINY_SHARE:.0%} of the mean size.",
        of_clusters=True,
    ),
    "missing_clusters": GuardInfo(
        "missing clusters", "Fewer clusters were found than were asked for.", of_clusters=True
    ),
}


@dataclass(frozen=True, eq=False)
class Context:
    """What only who has the model and the images knows; a guard that needs what is absent is silent.

    Attributes:
        pixel_range: pixels go from 0 to this.
        initial: (m, d) latents of an untrained model of the same Setting.
        explained: share of the images' variance that reconstructions explain, at most 1.
        centroids: (k, d) by the name of the term that learned them.
    """

    pixel_range: float | None = None
    initial: FloatArray | None = None
    explained: float | None = None
    centroids: Mapping[str, FloatArray] = field(default_factory=dict)


def warnings(
    latents: FloatArray, clustering: Clustering, context: Context | None = None
) -> dict[str, str]:
    """What is wrong with a latent space and its clusters: a sentence by key of `GUARDS`, in its order.

    Moved, turned or resized latents give the same answers, with three exceptions: `exploded` and the
    comparison with the spread before training are about size, float32 resolution is about the
    distance from 0, and `dead_dimensions` is about the axes (`flat` is about any direction).

    Args:
        latents: (n, d).
        clustering: of these latents.
        context: what else is known.

    Returns:
        Empty where nothing is wrong.
    """
    known = context or Context()
    X = np.asarray(latents, dtype=np.float64)
    found = {**_of_latents(X, clustering, known), **_of_clusters(clustering)}
    return {code: found[code] for code in GUARDS if code in found}


def explained_variance(originals: FloatArray, reconstruction_mse: float) -> float | None:
    """Share of the images' variance about their mean that reconstructions explain, at most 1.

    Below 0 they are worse than always drawing the mean image.

    Args:
        originals: (n, ...) images.
        reconstruction_mse: per pixel, in the same units.

    Returns:
        None for images that are all the same.
    """
    variance = float(originals.var(axis=0, dtype=np.float64).mean()) if len(originals) else 0.0
    return 1 - reconstruction_mse / variance if variance > 0 else None


def dead_centroids(latents: FloatArray, centroids: FloatArray) -> IntArray:
    """Rows of the centroids (k, d), ascending, that are the nearest of none of the latents (n, d).

    Of equal centroids the first is the nearest, the others are dead.
    """
    nearest = np.zeros(len(latents), dtype=np.int64)
    best = np.full(len(latents), math.inf)
    for row, centroid in enumerate(np.asarray(centroids, dtype=np.float64)):
        distance = ((latents - centroid) ** 2).sum(axis=1)
        nearest[distance < best] = row
        best = np.minimum(best, distance)
    return np.setdiff1d(np.arange(len(centroids)), nearest)


def centroids_in(weights: Mapping[str, FloatArray], latent_dim: int) -> dict[str, FloatArray]:
    """Centroids (k, d) by term: what a model's weights hold as `terms.TERM.centroids`, if anything.

    Centroids of another length than the latents' are of another space, and left out.
    """
    found = {}
    for name, array in weights.items():
        match name.split("."):
            case ["terms", term, "centroids"] if array.ndim == 2 and array.shape[1] == latent_dim:
                found[term] = array
    return found


# ---------------------------------------------------------------------------------- the latents
def _of_latents(X: FloatArray, clustering: Clustering, known: Context) -> dict[str, str]:
    n, d = X.shape
    finite = np.isfinite(X).all(axis=1)
    if not finite.all():
        return {
            "not_finite": f"{n - int(finite.sum()):,} of {n:,} latents are infinite or not a number. "
            "A smaller learning rate, or regularizers of less weight, may help."
        }
    found: dict[str, str] = {}
    if n == 0:
        return found
    length = math.sqrt(float((X**2).sum(axis=1).mean()))
    if known.pixel_range is not None and length > EXPLODED * known.pixel_range:
        found["exploded"] = (
            f"Latents are {length:.3g} long, {length / known.pixel_range:.3g} times the pixel range. "
            "A smaller learning rate, or a term that keeps latents near the origin, may help."
        )
    if n < MIN_POINTS:
        return found
    if known.explained is not None and known.explained < EXPLAINED:
        share = max(known.explained, 0.0)
        found["mean_image"] = (
            f"Reconstructions explain {share:.1%} of the variance of the images: the decoder draws "
            "about the mean image whatever the latent is. Train longer, or give "
            "regularizers, if there are any, less weight."
        )
    for term, centroids in known.centroids.items():
        if dead := dead_centroids(X, centroids).tolist():
            found["dead_centroids"] = " ".join(
                [
                    *([found["dead_centroids"]] if "dead_centroids" in found else []),
                    f"{len(dead)} of {len(centroids)} centroids of {term} are the nearest of no latent "
                    f"({_listed(dead)}). Fewer centroids, or a smaller weight of the term, may help.",
                ]
            )
    X = X - X.mean(axis=0)
    spread = math.sqrt(float((X**2).sum(axis=1).mean()))
    if sentence := _collapsed(spread, length, known.initial):
        # shares of a spread that is rounding would say nothing
        return {**found, "collapsed": sentence}
    found.update(_dead(X))
    distinct = _distinct(X / (spread / math.sqrt(d)))
    if distinct < n / 2 and distinct <= max(DISTINCT_SHARE * n, 2 * clustering.n_clusters):
        found["clumps"] = (
            f"The {n:,} latents are only {distinct:,} distinct points, so any silhouette by cluster is "
            "near 1 whatever the clumps hold. Look at ACC and at the reconstructions; "
            "regularizers of less weight may help."
        )
    return found


def _collapsed(spread: float, length: float, initial: FloatArray | None) -> str:
    """Why latents of that spread and length (both root mean square) count as all the same, or ''."""
    advice = "Clusters in it mean nothing. Give regularizers less weight."
    if spread <= COLLAPSED_STEPS * float(np.finfo(np.float32).eps) * length:
        return (
            f"All latents are nearly the same point: they spread {spread:.2g} about their mean, at a "
            f"length of {length:.2g}. {advice}"
        )
    if initial is not None and len(initial) >= MIN_POINTS:
        first = np.asarray(initial, dtype=np.float64)
        before = math.sqrt(float(((first - first.mean(axis=0)) ** 2).sum(axis=1).mean()))
        if spread < COLLAPSED_SHRINK * before:
            return (
                f"The latents have shrunk to a dot: they spread {spread:.2g} about their mean, "
                f"{spread / before:.1%} of what it was before training. {advice}"
            )
    return ""


def _dead(X: FloatArray) -> dict[str, str]:
    """Dimensions, or else directions, in which centred latents (n, d) hardly vary."""
    covariance = X.T @ X / len(X)  # (d, d)
    variances = np.diagonal(covariance)
    dead = np.flatnonzero(variances < DEAD_VARIANCE * variances.max())
    found = {}
    d = X.shape[1]
    if len(dead):
        found["dead_dimensions"] = (
            f"{len(dead)} of {d} latent dimensions hardly vary "
            f"({_listed([f'z{j + 1}' for j in dead.tolist()])}): less than {DEAD_VARIANCE:g} of the "
            "largest variance. Fewer latent dimensions, or regularizers of less weight, may do "
            "better."
        )
    directions = np.linalg.eigvalsh(covariance)
    thin = int((directions < DEAD_VARIANCE * directions[-1]).sum())
    if thin > len(dead):
        found["flat"] = (
            f"The latents fill {d - thin} of {d} dimensions: in some direction oblique to the axes they "
            f"have less than {DEAD_VARIANCE:g} of the largest variance. Train longer, or take fewer "
            "latent dimensions."
        )
    return found


def _distinct(X: FloatArray) -> int:
    """How many different rows X (n, d) has, once rounded to `DISTINCT_ROUNDING`."""
    cells = np.rint(X / DISTINCT_ROUNDING).astype(np.int64).view(np.uint64)
    # sorting rows takes 2 to 7 times as long as this number for each; that two rows share one
    # has a probability of about n^2 / 2^64
    factors = np.random.default_rng(0).integers(1, 2**63, cells.shape[1], dtype=np.uint64) * 2 + 1
    return len(np.unique((cells * factors).sum(axis=1)))


# --------------------------------------------------------------------------------- the clusters
def _of_clusters(clustering: Clustering) -> dict[str, str]:
    found: dict[str, str] = {}
    inside = clustering.labels[clustering.labels >= 0]
    k, asked = clustering.n_clusters, clustering.asked
    if asked is not None and k < asked:
        found["missing_clusters"] = (
            f"{k} of the {asked} clusters asked for were found: the latents have no more distinct "
            "points. Scores by cluster are of these few alone."
        )
    if len(clustering.labels) < MIN_POINTS or k < 2 or not len(inside):
        return found
    sizes = np.bincount(inside, minlength=k)
    mean = len(inside) / k
    largest = int(sizes.argmax())
    share = sizes[largest] / len(inside)
    if share > max(LARGEST_SHARE, min(LARGEST_TIMES / k, LARGEST_EVER)):
        found["largest_cluster"] = (
            f"Cluster {largest} holds {share:.1%} of the points; the mean of {k} clusters is "
            f"{1 / k:.0%}. Try another way to find clusters, or more latent dimensions."
        )
    tiny = np.flatnonzero(sizes < TINY_SHARE * mean)
    if len(tiny):
        found["tiny_clusters"] = (
            f"{len(tiny)} of {k} clusters ({_listed(tiny.tolist())}) hold less than {TINY_SHARE:.0%} of "
            f"the mean size of {mean:,.0f} points: they may be outliers rather than a class. Try "
            "another way to find clusters, or fewer of them."
        )
    return found


def _listed(things: Sequence[object]) -> str:
    """The first few, in a row."""
    return ", ".join(map(str, things[:_NAMED])) + (", …" if len(things) > _NAMED else "")
