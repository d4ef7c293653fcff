"""Which two stored Runs show best what a regularizer does: the best, beside one without."""

from __future__ import annotations

import pandas as pd

from core.compare.comparisons import HELD_EQUAL
from core.metrics.catalogue import METRICS

_IMAGES = ("dataset", "digits")
_SAME = ("latent_dim", "pixel_range", "split")


def pair_to_show(stored: pd.DataFrame, metric: str) -> list[str]:
    """Ids of two rows: one without regularizer and the best, on the same images in one dimension.

    Where nothing without regularizer is alike, another row takes its place: the one that has most in
    common with the best. Fewer than two ids where there are fewer rows.

    Args:
        stored: rows of the index whose weights are here.
        metric: key of `METRICS`: what is best.
    """
    known = stored.dropna(subset=[metric])
    ordered = known.sort_values(metric, ascending=METRICS[metric].better == "lower", kind="stable")
    with_terms = ordered[ordered["regularizer"] != "none"]
    if len(ordered) < 2:
        return list(stored["id"].head(2))
    best = (with_terms if len(with_terms) else ordered).iloc[0]
    others = ordered[ordered["id"] != best["id"]]
    alike = sum((others[n] == best[n]).astype(int) for n in HELD_EQUAL if n != "regularizer")
    images = sum((others[n] == best[n]).astype(int) for n in _IMAGES)
    same = sum((others[n] == best[n]).astype(int) for n in _SAME)
    ranked = others.assign(
        images=images, same=same, plain=(others["regularizer"] == "none").astype(int), alike=alike
    ).sort_values(["images", "same", "plain", "alike"], ascending=False, kind="stable")
    return [str(ranked["id"].iloc[0]), str(best["id"])]
