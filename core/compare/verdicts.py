"""Verdicts: what the seeds say about each regularizer, or other field, against a baseline.

    for verdict in verdicts(rows, ["silhouette_labels", "acc"]):
        print(verdict.value, verdict.sentence)
    verdicts(rows, ["acc"], "3", field="latent_dim")  # each dimension against three

`rows` is a table of results, as `core.compare.summary` has it. A verdict needs two things: a permutation
test of the differences between paired seeds, corrected for the looks at 7, 10 and 20 seeds
(`core.compare.looks`) and for all comparisons made together; and an interval of the mean difference that
leaves out 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from core.compare import looks, paired_tests
from core.compare.paired_seeds import (
    Pairs,
    check_columns,
    find_pairs,
    group_codes,
    shared,
    warned_seeds,
)
from core.compare.summary import CONFIDENCE
from core.compare.verdict import ALPHA, NO_EVIDENCE, STRONGER, WEAKER, Verdict
from core.latents.arrays import FloatArray
from core.metrics.catalogue import METRICS

BASELINE = "none"


def verdicts(
    rows: pd.DataFrame,
    metrics: Sequence[str],
    baseline: str = BASELINE,
    *,
    field: str = "regularizer",
) -> list[Verdict]:
    """Every value of a field against a baseline wherever the other fields are equal, score by score.

    Rows are paired by seed: the same seed gives both the same initial weights and order of images.
    Rows of one Setting, seed and scoring (trained on two machines) count once, with their mean. All
    verdicts of one call are one family for Holm's correction, except those without two pairs, of
    which nothing is tested. Where the baseline was not trained at all there is no verdict.

    Args:
        rows: results; columns that are not there are taken to be equal.
        metrics: keys of `METRICS`.
        baseline: the value to compare with, as text; of a regularizer as in `Setting.to_text`.
        field: of Setting: what they are compared by.

    Returns:
        In the order of the rows, then of `metrics`.

    Raises:
        ValueError: a column is missing, or a metric is unknown.
    """
    check_columns(rows, metrics, [field, "seed"])
    equal = [name for name in shared(field) if name in rows]
    groups = group_codes(rows, equal)
    firsts = rows[equal].iloc[np.unique(groups, return_index=True)[1]]
    columns = {name: firsts[name].tolist() for name in equal}
    at = [tuple((name, columns[name][i]) for name in equal) for i in range(len(firsts))]
    pairs = find_pairs(rows, groups, list(dict.fromkeys(metrics)), field, baseline)
    warned = warned_seeds(rows, groups, field)
    return [
        _verdict(found, figures, (field, baseline), at[found.group], warned)
        for found, figures in zip(pairs, _figures([p.differences for p in pairs]), strict=True)
    ]


class _Figures(NamedTuple):
    """The statistics of one comparison; nan where there is none."""

    family: int
    mean: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan
    p_corrected: float = math.nan
    effect: float = math.nan
    more_seeds: float = math.inf


def _figures(comparisons: Sequence[FloatArray]) -> list[_Figures]:
    """Intervals, tests and effects of a family of comparisons, given the differences of each."""
    family = sum(len(differences) > 1 for differences in comparisons)
    fewest = looks.fewest_seeds(family, ALPHA)
    found = [
        _Figures(family, float(D.mean()) if len(D) else math.nan, more_seeds=fewest - len(D))
        for D in comparisons
    ]
    by_length: dict[int, list[int]] = {}
    for index, differences in enumerate(comparisons):
        if len(differences) > 1:
            by_length.setdefault(len(differences), []).append(index)
    for n, indices in by_length.items():
        D = np.stack([comparisons[index] for index in indices])  # (comparisons, n)
        effect = paired_tests.paired_d(D)
        columns = (
            *paired_tests.t_interval(D, CONFIDENCE), paired_tests.sign_flip_p(D),
            looks.p_over_looks(D), effect, looks.more_seeds(effect, n, family, ALPHA),
        )  # fmt: skip
        for index, values in zip(indices, np.stack(columns, axis=1).tolist(), strict=True):
            found[index] = _Figures(family, *values)
    tested = [index for indices in by_length.values() for index in indices]
    corrected = paired_tests.holm(np.array([found[index].p_corrected for index in tested]))
    for index, p in zip(tested, corrected.tolist(), strict=True):
        found[index] = found[index]._replace(p_corrected=p)
    return found


def _word(found: _Figures, better: str) -> str:
    if found.p_corrected <= ALPHA and found.low * found.high > 0:
        return STRONGER if (found.mean > 0) == (better == "higher") else WEAKER
    return NO_EVIDENCE


def _verdict(
    pairs: Pairs,
    found: _Figures,
    against: tuple[str, str],
    at: tuple[tuple[str, Any], ...],
    warned: Mapping[tuple[int, str], Mapping[str, set[int]]],
) -> Verdict:
    word = _word(found, METRICS[pairs.metric].better)
    field, baseline = against
    mine, others = (warned.get((pairs.group, name), {}) for name in (pairs.value, baseline))
    seeds = set(pairs.seeds)
    counts = (
        (code, len(mine[code] & seeds), len(others.get(code, set()) & seeds)) for code in mine
    )
    more = found.more_seeds if word == NO_EVIDENCE else 0
    return Verdict(
        field=field,
        value=pairs.value,
        baseline=baseline,
        metric=pairs.metric,
        at=at,
        seeds=pairs.seeds,
        differences=tuple(pairs.differences.tolist()),
        left_out=pairs.left_out,
        mean=float(pairs.scores.mean()) if len(pairs.scores) else None,
        difference=_known(found.mean),
        low=_known(found.low),
        high=_known(found.high),
        p=_known(found.p),
        p_corrected=_known(found.p_corrected),
        family=found.family,
        effect=_known(found.effect),
        word=word,
        more_seeds=int(more) if math.isfinite(more) else None,
        warnings=tuple((code, here) for code, here, there in counts if here > there),
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
