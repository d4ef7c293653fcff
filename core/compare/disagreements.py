"""Disagreements: where the verdicts on one regularizer contradict each other, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from core.compare.verdict import STRONGER, WEAKER, Verdict, format_interval, labels, metric_name
from core.metrics.catalogue import METRICS
from core.metrics.diagnostics import DIAGNOSTICS
from core.metrics.metric import Kind


def disagreements(verdicts: Sequence[Verdict]) -> list[str]:
    """Sentences where scores of one comparison contradict each other, or a diagnostic does.

    A silhouette can rise while agreement with the labels falls, and it can rise because latents have
    collapsed. What a regularizer costs in other scores is said, too.
    """
    comparisons: dict[tuple[str, tuple[tuple[str, str], ...]], list[int]] = {}
    for index, verdict in enumerate(verdicts):
        at = tuple((field, str(value)) for field, value in verdict.at)
        comparisons.setdefault((verdict.value, at), []).append(index)
    names = labels(verdicts)
    return [
        f"{names[indices[0]]}: {sentence}"
        for indices in comparisons.values()
        for sentence in _contradictions([verdicts[index] for index in indices])
    ]


def _contradictions(verdicts: list[Verdict]) -> list[str]:
    """The same for the scores of one comparison."""

    def those(kind: Kind, word: str) -> list[Verdict]:
        return [v for v in verdicts if METRICS[v.metric].kind == kind and v.word == word]

    apart, less_apart = those("separation", STRONGER), those("separation", WEAKER)
    agree, agree_less = those("agreement", STRONGER), those("agreement", WEAKER)
    pairs = (
        (apart, agree_less, "clusters are further apart, but match the labels less"),
        (agree, less_apart, "clusters match the labels better, but are less far apart"),
        (apart, less_apart, "scores of separation contradict each other"),
        (agree, agree_less, "scores of agreement with the labels contradict each other"),
        ([*apart, *agree], those("cost", WEAKER), "the clusters have a price"),
    )
    found = [
        f"{_listed(up)} stronger, but {_listed(down)} weaker: {meaning}"
        for up, down, meaning in pairs
        if up and down
    ]
    return [*found, *_with_warnings(apart)]


def _with_warnings(apart: list[Verdict]) -> list[str]:
    """Where clusters are further apart, but more seeds raise a warning than without the regularizer."""
    warned: Counter[str] = Counter()
    for verdict in apart:
        warned |= Counter(dict(verdict.warnings))
    if not warned:
        return []
    seeds = max(verdict.n for verdict in apart)
    raised = ", ".join(
        f'"{DIAGNOSTICS[code].label}" in {count} of {seeds} seeds' for code, count in warned.items()
    )
    return [
        f"{_listed(apart)} stronger, but with more warnings ({raised}): the latents may be broken"
    ]


def _listed(verdicts: list[Verdict]) -> str:
    """Scores with their differences: "ACC (+0.12) and label silhouette (+0.31) are"."""
    parts = [
        f"{metric_name(v.metric)} ({format_interval(v.difference or 0.0, v.low, v.high)[0]})"
        for v in verdicts
    ]
    if len(parts) == 1:
        return f"{parts[0]} is"
    return f"{', '.join(parts[:-1])} and {parts[-1]} are"
