"""Diagnostics: signs that a latent space or its clusters are broken, however fine their scores look.

A silhouette knows distances alone: where all latents fell onto a few points it is near 1, and where
they shrank to a dot it is whatever the rounding left. Each diagnostic looks for one such sign, without
labels, in latent space, and says in a sentence what it saw and what may help. It stays silent where
nothing is wrong. To add one, write its function and its row in `DIAGNOSTICS`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.latents.arrays import FloatArray
from core.latents.clustering_methods import Clustering
from core.metrics.examined import (
    MIN_POINTS,
    Examined,
    ModelFacts,
    dead_centroids,
    root_mean_square,
)
from core.setting.amounts import percent

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


def diagnose(
    latents: FloatArray, clustering: Clustering, facts: ModelFacts | None = None
) -> dict[str, str]:
    """What is wrong with a latent space and its clusters: a sentence by key of `DIAGNOSTICS`, in order.

    Moved, turned or resized latents give the same answers, with three exceptions: `exploded` and the
    comparison with the spread before training are about size, float32 resolution is about the
    distance from 0, and `dead_dimensions` is about the axes (`flat` is about any direction).

    Args:
        latents: (n, d).
        clustering: of these latents.
        facts: what else is known.

    Returns:
        Empty where nothing is wrong.
    """
    seen = Examined(np.asarray(latents, dtype=np.float64), clustering, facts or ModelFacts())
    sentences = {code: diagnostic.check(seen) for code, diagnostic in DIAGNOSTICS.items()}
    return {code: sentence for code, sentence in sentences.items() if sentence}


# ----------------------------------------------------------------------- checks of the latents
def _not_finite(seen: Examined) -> str:
    if not seen.not_finite:
        return ""
    return (
        f"{seen.not_finite:,} of {len(seen.X):,} latents are infinite or not a number. "
        "A smaller learning rate, or regularizers of less weight, may help."
    )


def _exploded(seen: Examined) -> str:
    pixels = seen.facts.pixel_range
    if pixels is None or not seen.finite or (length := seen.length) <= EXPLODED * pixels:
        return ""
    return (
        f"Latents are {length:.3g} long, {length / pixels:.3g} times the pixel range. "
        "A smaller learning rate, or a term that keeps latents near the origin, may help."
    )


def _collapsed(seen: Examined) -> str:
    if not seen.many:
        return ""
    advice = "Clusters in it mean nothing. Give regularizers less weight."
    spread, length, initial = seen.spread, seen.length, seen.facts.initial
    if spread <= COLLAPSED_STEPS * float(np.finfo(np.float32).eps) * length:
        return (
            f"All latents are nearly the same point: they spread {spread:.2g} about their mean, at a "
            f"length of {length:.2g}. {advice}"
        )
    if initial is None or len(initial) < MIN_POINTS:
        return ""
    first = np.asarray(initial, dtype=np.float64)
    before = root_mean_square(first - first.mean(axis=0))
    if spread >= COLLAPSED_SHRINK * before:
        return ""
    return (
        f"The latents have shrunk to a dot: they spread {spread:.2g} about their mean, "
        f"{percent(spread / before)} of what it was before training. {advice}"
    )


def _mean_image(seen: Examined) -> str:
    explained = seen.facts.explained
    if explained is None or explained >= EXPLAINED or not seen.many:
        return ""
    return (
        f"Reconstructions explain {percent(max(explained, 0.0))} of the variance of the images: the "
        "decoder draws about the mean image whatever the latent is. Train longer, or give "
        "regularizers, if there are any, less weight."
    )


def _dead_dimensions(seen: Examined) -> str:
    dead = _thin_dimensions(seen) if _spread_out(seen) else []
    if not dead:
        return ""
    return (
        f"{len(dead)} of {seen.X.shape[1]} latent dimensions hardly vary "
        f"({_listed([f'z{j + 1}' for j in dead])}): less than {DEAD_VARIANCE:g} of the "
        "largest variance. Fewer latent dimensions, or regularizers of less weight, may do better."
    )


def _flat(seen: Examined) -> str:
    if not _spread_out(seen):
        return ""
    directions, d = np.linalg.eigvalsh(seen.covariance), seen.X.shape[1]
    thin = int((directions < DEAD_VARIANCE * directions[-1]).sum())
    if thin <= len(_thin_dimensions(seen)):
        return ""
    return (
        f"The latents fill {d - thin} of {d} dimensions: in some direction oblique to the axes they "
        f"have less than {DEAD_VARIANCE:g} of the largest variance. Train longer, or take fewer "
        "latent dimensions."
    )


def _clumps(seen: Examined) -> str:
    if not _spread_out(seen):
        return ""
    n, d = seen.X.shape
    distinct = _distinct(seen.centred / (seen.spread / math.sqrt(d)))
    few = max(DISTINCT_SHARE * n, 2 * seen.clustering.n_clusters)
    if distinct >= n / 2 or distinct > few:
        return ""
    return (
        f"The {n:,} latents are only {distinct:,} distinct points, so any silhouette by cluster is "
        "near 1 whatever the clumps hold. Look at ACC and at the reconstructions; "
        "regularizers of less weight may help."
    )


def _dead_centroids(seen: Examined) -> str:
    if not seen.many:
        return ""
    dead = {term: dead_centroids(seen.X, c).tolist() for term, c in seen.facts.centroids.items()}
    return " ".join(
        f"{len(rows)} of {len(seen.facts.centroids[term])} centroids of {term} are the nearest of no "
        f"latent ({_listed(rows)}). Fewer centroids, or a smaller weight of the term, may help."
        for term, rows in dead.items()
        if rows
    )


# ---------------------------------------------------------------------- checks of the clusters
def _largest_cluster(seen: Examined) -> str:
    if not seen.several_clusters:
        return ""
    k, largest = len(seen.sizes), int(seen.sizes.argmax())
    share = seen.sizes[largest] / seen.sizes.sum()
    if share <= max(LARGEST_SHARE, min(LARGEST_TIMES / k, LARGEST_EVER)):
        return ""
    return (
        f"Cluster {largest} holds {percent(share)} of the points; the mean of {k} clusters is "
        f"{percent(1 / k, 0)}. Try another way to find clusters, or more latent dimensions."
    )


def _tiny_clusters(seen: Examined) -> str:
    if not seen.several_clusters:
        return ""
    k, mean = len(seen.sizes), seen.sizes.sum() / len(seen.sizes)
    tiny = np.flatnonzero(seen.sizes < TINY_SHARE * mean).tolist()
    if not tiny:
        return ""
    return (
        f"{len(tiny)} of {k} clusters ({_listed(tiny)}) hold less than {percent(TINY_SHARE, 0)} of "
        f"the mean size of {mean:,.0f} points: they may be outliers rather than a class. Try "
        "another way to find clusters, or fewer of them."
    )


def _single_cluster(seen: Examined) -> str:
    if seen.clustering.asked != 1:
        return ""
    return (
        "Only one cluster was looked for, so nothing is told apart, and a regularizer that pulls "
        "latents to clusters does nothing. Ask for as many clusters as there may be kinds of images."
    )


def _missing_clusters(seen: Examined) -> str:
    k, asked = seen.clustering.n_clusters, seen.clustering.asked
    if asked is None or k >= asked:
        return ""
    return (
        f"{k} of the {asked} clusters asked for were found: the latents have no more distinct "
        "points. Scores by cluster are of these few alone."
    )


# ------------------------------------------------------------------------------------- helpers
def _spread_out(seen: Examined) -> bool:
    """Whether shares of the latents' spread say something: of one that is rounding they do not."""
    return seen.many and not _collapsed(seen)


def _thin_dimensions(seen: Examined) -> list[int]:
    """Those that hardly vary."""
    variances = np.diagonal(seen.covariance)
    return np.flatnonzero(variances < DEAD_VARIANCE * variances.max()).tolist()


def _distinct(X: FloatArray) -> int:
    """How many different rows X (n, d) has, once rounded to `DISTINCT_ROUNDING`."""
    cells = np.rint(X / DISTINCT_ROUNDING).astype(np.int64).view(np.uint64)
    # sorting rows takes 2 to 7 times as long as this number for each; that two rows share one
    # has a probability of about n^2 / 2^64
    factors = np.random.default_rng(0).integers(1, 2**63, cells.shape[1], dtype=np.uint64) * 2 + 1
    return len(np.unique((cells * factors).sum(axis=1)))


def _listed(things: Sequence[object]) -> str:
    """The first few, in a row."""
    return ", ".join(map(str, things[:_NAMED])) + (", …" if len(things) > _NAMED else "")


# ---------------------------------------------------------------------------------------- rows
@dataclass(frozen=True)
class Diagnostic:
    """One sign that something is broken.

    Attributes:
        label: name for people, short enough for a column.
        help: when it is seen, in plain words.
        check: what was seen and what may help, in a sentence; "" where nothing is wrong.
        of_clusters: whether it depends on the clusters found, not on the latents alone.
    """

    label: str
    help: str
    check: Callable[[Examined], str]
    of_clusters: bool = False


# fmt: off
DIAGNOSTICS: dict[str, Diagnostic] = {
    "not_finite": Diagnostic("not finite", "Some latents are infinite or not a number.", _not_finite),
    "exploded": Diagnostic("exploded",
        f"Latents are longer than {EXPLODED:,.0f} times the pixel range (root mean square).",
        _exploded),
    "collapsed": Diagnostic("collapsed",
        "All latents are nearly the same: their spread about their mean (root mean square) is less "
        f"than {COLLAPSED_STEPS:,} steps of float32 at their length, or less than "
        f"{percent(COLLAPSED_SHRINK, 0)} of what it was before training.", _collapsed),
    "mean_image": Diagnostic("draws the mean image",
        f"Reconstructions explain less than {percent(EXPLAINED, 0)} of the variance of the held-out "
        "images about their mean: the decoder learns next to nothing from the latents.", _mean_image),
    "dead_dimensions": Diagnostic("dead dimensions",
        f"A latent dimension has less than {DEAD_VARIANCE:g} times the variance of the largest.",
        _dead_dimensions),
    "flat": Diagnostic("flat",
        f"Along some oblique direction latents have less than {DEAD_VARIANCE:g} times the variance "
        "of the widest one: they fill fewer dimensions than they have.", _flat),
    "clumps": Diagnostic("clumps",
        f"Rounded to {DISTINCT_ROUNDING:g} of their standard deviation, latents are fewer distinct "
        f"points than {percent(DISTINCT_SHARE, 0)} of the images, or than two for each cluster.",
        _clumps),
    "dead_centroids": Diagnostic("dead centroids",
        "A term of the loss has learned a centroid that is the nearest of no latent.",
        _dead_centroids),
    "largest_cluster": Diagnostic("one large cluster",
        f"One cluster holds more than {percent(LARGEST_SHARE, 0)} of the points and more than "
        f"{LARGEST_TIMES} times the mean size, or more than {percent(LARGEST_EVER, 0)}.",
        _largest_cluster, of_clusters=True),
    "tiny_clusters": Diagnostic("tiny clusters",
        f"A cluster holds less than {percent(TINY_SHARE, 0)} of the mean size.",
        _tiny_clusters, of_clusters=True),
    "single_cluster": Diagnostic("only one cluster",
        "Only one cluster was looked for.", _single_cluster, of_clusters=True),
    "missing_clusters": Diagnostic("missing clusters",
        "Fewer clusters were found than were asked for.", _missing_clusters, of_clusters=True),
}
# fmt: on
