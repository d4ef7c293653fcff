"""Differences in words and as tables: what a dimension changes, what a regularizer costs.

All numbers are those of verdicts: paired by seed, at otherwise equal fields.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from core.compare.findings import too_few, value_name
from core.compare.verdict import (
    NO_EVIDENCE,
    STRONGER,
    TOO_FEW,
    WEAKER,
    Verdict,
    labels,
    metric_name,
)
from core.compare.words import listed, score_text, with_minus
from core.metrics.catalogue import METRICS
from core.setting.amounts import counted

COST = "reconstruction_mse"
MAX_COSTS = 3  # comparisons whose costs are said in sentences


def levels(found: Sequence[Verdict]) -> list[str]:
    """What each value of a field changes in one score against the baseline, a sentence each.

    "10-D against 3-D: label silhouette +0.052 on average over 24 comparisons with equal seeds; higher
    for 15, lower for 9." With what the verdicts say, or why there is none.

    Args:
        found: verdicts of one score, in which the compared field takes several values.
    """
    known = [verdict for verdict in found if verdict.difference is not None]
    sentences = []
    for value in dict.fromkeys(verdict.value for verdict in known):
        some = [verdict for verdict in known if verdict.value == value]
        differences = [float(verdict.difference or 0.0) for verdict in some]
        mean = sum(differences) / len(differences)
        up, down = (sum(sign * d > 0 for d in differences) for sign in (1, -1))
        field, metric = some[0].field, some[0].metric
        sentence = (
            f"{value_name(field, value)} against {value_name(field, some[0].baseline)}: "
            f"{metric_name(metric)} {score_text(metric, mean, signed=True)}"
        )
        if len(some) > 1:
            sentence += (
                f" on average over {counted(len(some), 'comparison')} with equal seeds; higher for "
                f"{up}, lower for {down}"
            )
        if not all(verdict.too_few for verdict in known):
            counts = Counter(verdict.outcome for verdict in some)
            outcomes = (STRONGER, WEAKER, NO_EVIDENCE, TOO_FEW)
            words = (f"{counts[w]} {w}" for w in outcomes if counts[w])
            sentence += f". Verdicts: {', '.join(words)}"
        sentences.append(sentence + ".")
    if known and all(verdict.too_few for verdict in known):
        sentences.append(too_few(known))
    return sentences


def costs(found: Sequence[Verdict], metric: str) -> list[str]:
    """What the best of the compared gain in scores and cost in error, a sentence each.

    "Tight: label silhouette +0.427 (0.811 against 0.384; 95 % interval +0.381 to +0.473) ... It costs
    +0.0157 MSE per pixel, 1.46 times."

    Args:
        found: verdicts of several scores against one baseline.
        metric: the score that says which are best.
    """
    sign = 1 if METRICS[metric].better == "higher" else -1
    together = [(name, some) for name, some in by_comparison(found) if metric in some]
    together = [(n, some) for n, some in together if some[metric].difference is not None]
    together.sort(key=lambda item: -sign * float(item[1][metric].difference or 0.0))
    tops: dict[object, tuple[str, Mapping[str, Verdict]]] = {}
    for name, some in together:  # of each place the best
        tops.setdefault(some[metric].at, (name, some))
    return [_cost(name, some) for name, some in list(tops.values())[:MAX_COSTS]]


def _cost(name: str, some: Mapping[str, Verdict]) -> str:
    gains = listed([_difference(verdict) for key, verdict in some.items() if key != COST])
    sentence = f"{name}: {gains}, {counted(next(iter(some.values())).n, 'seed')}."
    error = some.get(COST)
    if error is None or error.difference is None:
        return sentence
    by = f"{_difference(error)}{_times(error)}"
    return f"{sentence} {'It costs' if error.difference > 0 else 'It saves error'}: {by}."


def _difference(verdict: Verdict) -> str:
    """In words: "ACC +0.042 (0.995 against 0.954; 95 % interval +0.010 to +0.073)"."""
    metric = verdict.metric
    if verdict.difference is None or verdict.mean is None or verdict.baseline_mean is None:
        return f"{metric_name(metric)} unknown"
    means = (
        f"{score_text(metric, verdict.mean)} against {score_text(metric, verdict.baseline_mean)}"
    )
    interval = ""
    if verdict.low is not None and verdict.high is not None:
        ends = (score_text(metric, end, signed=True) for end in (verdict.low, verdict.high))
        interval = f"; 95 % interval {' to '.join(ends)}"
    difference = score_text(metric, verdict.difference, signed=True)
    return f"{metric_name(metric)} {difference} ({means}{interval})"


def _times(verdict: Verdict) -> str:
    base = verdict.baseline_mean
    if not verdict.mean or not base or base <= 0:
        return ""
    times = verdict.mean / base
    return with_minus(f", {times:.2f} times ({100 * (times - 1):+.0f} %)")


def by_comparison(found: Sequence[Verdict]) -> list[tuple[str, dict[str, Verdict]]]:
    """Verdicts of several scores by what they compare: its name, and each score's verdict."""
    groups: dict[tuple[str, Any], dict[str, Verdict]] = {}
    for verdict in found:
        groups.setdefault((verdict.value, verdict.at), {})[verdict.metric] = verdict
    names = labels([next(iter(some.values())) for some in groups.values()])
    return list(zip(names, groups.values(), strict=True))


def cost_table(found: Sequence[Verdict]) -> list[dict[str, Any]]:
    """A row for each comparison and score: both means, their difference and its interval."""
    return [
        {
            "compared": name,
            "score": METRICS[metric].label,
            "with": verdict.mean,
            "without": verdict.baseline_mean,
            "difference": verdict.difference,
            "low": verdict.low,
            "high": verdict.high,
            "times": verdict.mean / verdict.baseline_mean
            if metric == COST and verdict.mean is not None and verdict.baseline_mean
            else None,
            "seeds": verdict.n,
        }
        for name, some in by_comparison(found)
        for metric, verdict in some.items()
    ]
