"""Verdict: what the seeds say about one regularizer and one score, and how that reads.

A record and its texts; `core.compare.verdicts` computes it. A sentence says what was found, with which
interval, of how many seeds, and, where that is too little, at how many seeds it is judged again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.compare.looks import FIRST, LAST, fewest_seeds
from core.compare.paired_tests import MIN_SPREAD
from core.compare.words import described, in_words
from core.metrics.catalogue import METRICS
from core.setting.amounts import counted
from core.setting.names import regularizer_names

STRONGER, WEAKER, NO_EVIDENCE = "stronger", "weaker", "no evidence"
TOO_FEW = "too few seeds"
ALPHA = 0.05
# fields that say most of where a comparison was made
_TELLING = {"regularizer", "dataset", "digits", "latent_dim", "architecture", "epochs"}


@dataclass(frozen=True)
class Verdict:
    """One value of a field against a baseline in one score, over the seeds that both were trained with.

    The field is mostly the regularizer. Differences are the value's score less the baseline's, in the
    score's own units: of a score where lower is better a negative one is good, and `word` knows that.

    Attributes:
        field: of Setting: what is compared.
        value, baseline: of that field, as text; of a regularizer as in `Setting.to_text`.
        metric: key of `METRICS`.
        at: what both have in common, by column of results: the other fields of Setting, the split and
            how it was scored.
        seeds: that both were trained with and have the score, ascending.
        differences: one for each of `seeds`.
        left_out: seeds that only one of the two has, or that lack the score.
        mean: of the value's scores over `seeds`; None without seeds.
        difference: mean; None without seeds.
        low, high: 95 % interval of the mean; None for fewer than two seeds.
        p: exact paired sign-flip permutation test of all these seeds, two-sided, as if nobody looked
            before; None for fewer than two seeds.
        p_corrected: what decides: of the same test at the looks of `core.compare.looks`, corrected for
            them and, by Holm, for the family; None for fewer than two seeds.
        family: comparisons that were made together.
        effect: paired d, mean difference over the standard deviation of differences; None where there
            is none (fewer than two seeds, or no difference at all), infinite where all differences
            are the same.
        word: "stronger", "weaker" or "no evidence".
        more_seeds: how many to add until a look that would probably decide, by the spread seen and the
            family's size; 0 where there is a verdict; None where no look that is left would do.
        warnings: diagnostics that more of the value's seeds raise than of the baseline's: how
            many, by key of `DIAGNOSTICS`.
    """

    field: str
    value: str
    baseline: str
    metric: str
    at: tuple[tuple[str, Any], ...]
    seeds: tuple[int, ...]
    differences: tuple[float, ...]
    left_out: int
    mean: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    p_corrected: float | None
    family: int
    effect: float | None
    word: str
    more_seeds: int | None
    warnings: tuple[tuple[str, int], ...] = ()

    @property
    def n(self) -> int:
        """How many pairs of equal seed."""
        return len(self.seeds)

    @property
    def baseline_mean(self) -> float | None:
        """The mean of the baseline's scores over `seeds`; None without seeds."""
        if self.mean is None or self.difference is None:
            return None
        return self.mean - self.difference

    @property
    def sentence(self) -> str:
        """The verdict for people: "stronger: +0.31 ACC, 95 % interval 0.24 to 0.38, 10 seeds"."""
        name = metric_name(self.metric)
        seeds = counted(self.n, "seed")
        seeds += f" ({self.left_out} left out)" if self.left_out else ""
        if self.difference is None:
            return f"{NO_EVIDENCE}: no seed has {name} of both, {seeds}"
        if not any(self.differences):
            return f"{NO_EVIDENCE}: no difference at all in {name}, {seeds}"
        value, low, high = format_interval(self.difference, self.low, self.high)
        lower = " (lower is better)" if METRICS[self.metric].better == "lower" else ""
        interval = f", 95 % interval {low} to {high}" if self.low is not None else ""
        word = f"{self.word} yet" if self.word == NO_EVIDENCE and self.too_few else self.word
        return "; ".join([f"{word}: {value} {name}{lower}{interval}, {seeds}", *self._doubts()])

    @property
    def too_few(self) -> bool:
        """Whether there are so few seeds that no verdict is possible even if all of them agree."""
        return self.n < fewest_seeds(self.family, ALPHA)

    @property
    def outcome(self) -> str:
        """As `word`; "too few seeds" is apart: what no difference, however large, could have decided."""
        return TOO_FEW if self.word == NO_EVIDENCE and self.too_few else self.word

    def _doubts(self) -> list[str]:
        """Why there is no verdict, and when there may be one."""
        if self.word != NO_EVIDENCE:
            return []
        doubts = []
        if self.too_few:
            family = f" for {self.family} comparisons" if self.family > 1 else ""
            doubts.append(f"too few{family}")
        elif self.low is not None and self.high is not None and self.low * self.high > 0:
            doubts.append(f"corrected p {self.p_corrected:.2g}")
        return [*doubts, self._next_look()]

    def _next_look(self) -> str:
        """At how many seeds it is judged again, and whether that would do."""
        size = "a difference of this size"
        again = " again" if self.n >= FIRST and not self.too_few else ""
        if self.more_seeds:
            look = f"judged{again} at {self.n + self.more_seeds} seeds"
            if self.n < MIN_SPREAD:
                return f"{look} at the earliest"
            return f"{look}: {self.more_seeds} more should do for {size}"
        if self.n < LAST:
            return f"judged{again} at {LAST} seeds, too few for {size}"
        return f"judged for the last time at {LAST} seeds"


# ------------------------------------------------------------------------------- in words
def metric_name(metric: str) -> str:
    """A score's label as it stands inside a sentence: names and abbreviations keep their case."""
    label = METRICS[metric].label
    return label.lower() if label[1:].islower() else label


def format_interval(value: float, low: float | None, high: float | None) -> tuple[str, str, str]:
    """A difference with its sign and the ends of its interval, rounded to what the interval allows.

    The rounding changes nothing by more than a quarter of the interval's half width. Without an
    interval there are three digits and the ends are empty.
    """
    if low is None or high is None:
        return f"{value:+.3g}", "", ""
    half = (high - low) / 2
    if not (math.isfinite(half) and half > 0):
        return f"{value:+.3g}", f"{low:.3g}", f"{high:.3g}"
    decimals = max(0, -math.floor(math.log10(half / 2)))
    # an end beside 0 is not to be read as 0
    for _ in range(3):
        decimals += any(end != 0 and round(end, decimals) == 0 for end in (low, high))
    # adding 0.0 makes the negative zero of rounding a plain one
    value, low, high = (round(x, decimals) + 0.0 for x in (value, low, high))
    return f"{value:+,.{decimals}f}", f"{low:,.{decimals}f}", f"{high:,.{decimals}f}"


def labels(verdicts: Sequence[Verdict]) -> list[str]:
    """What tells comparisons apart: the names of what is compared, and the fields that differ."""
    regularizers = [v.value if v.field == "regularizer" else "" for v in verdicts]
    short = regularizer_names(list(dict.fromkeys(filter(None, regularizers))))
    values: dict[str, set[str]] = {}
    for verdict in verdicts:
        for field, value in verdict.at:
            values.setdefault(field, set()).add(str(value))
    varied = {field for field, found in values.items() if len(found) > 1}
    names = [short.get(v.value) or in_words(v.field, v.value) for v in verdicts]
    few = _with_fields(verdicts, names, varied & _TELLING)
    different = {(v.value, v.at) for v in verdicts}
    return few if len(set(few)) == len(different) else _with_fields(verdicts, names, varied)


def _with_fields(verdicts: Sequence[Verdict], names: list[str], fields: set[str]) -> list[str]:
    """Names with what their comparisons have of some fields."""
    texts = [described(dict(verdict.at), fields) for verdict in verdicts]
    return [", ".join(filter(None, both)) for both in zip(names, texts, strict=True)]
