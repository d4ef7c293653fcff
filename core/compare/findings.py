"""Findings: what a comparison shows, in sentences made of its rows and of nothing else.

    best(part, "silhouette_labels")
    "MNIST, even digits, 3-D, 10 seeds: Self-labelling has the highest label silhouette, 0.762 ± 0.009;
    none 0.289."

`part` is rows of the index with the column `group` of `core.compare.groups`. What stands after ± is half
of the 95 % interval of the mean over seeds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from core.compare.comparisons import ENOUGH_SEEDS, HELD_EQUAL
from core.compare.groups import ALL
from core.compare.looks import fewest_seeds
from core.compare.summary import summarise
from core.compare.verdict import (
    ALPHA,
    NO_EVIDENCE,
    STRONGER,
    TOO_FEW,
    WEAKER,
    Verdict,
    labels,
    metric_name,
)
from core.compare.words import column_name, described, images_of, in_words, listed, score_text
from core.metrics.catalogue import METRICS
from core.setting.amounts import counted
from core.setting.names import NONE, regularizer_names

MAX_TIED = 3  # groups that are named when they share the best score


def best(
    part: pd.DataFrame, metric: str, field: str = "regularizer", baseline: str = "none"
) -> str:
    """Which group has the best mean, and what the baseline has.

    Args:
        part: rows with `group`, `seed` and the score.
        metric: key of `METRICS`.
        field: column that has the baseline.
        baseline: its value, as text.
    """
    name, where = metric_name(metric), about(part)
    means = _ranked(part, metric)
    if not len(means):
        return f"{where}: none of these has the score {name}."
    texts = [_mean(row, metric) for row in means.itertuples()]
    groups = [str(group) for group in means["group"]]
    if len(groups) == 1:
        of = "all of these" if groups[0] == ALL else _subject(groups[0])
        return f"{where}: {name} is {texts[0]} for {of}. There is no other group."
    shown = [score_text(metric, mean) for mean in means["mean"]]
    first = [group for group, text in zip(groups, shown, strict=True) if text == shown[0]]
    extreme = "highest" if METRICS[metric].better == "higher" else "lowest"
    if len(first) > MAX_TIED:
        return f"{where}: {len(first)} groups share the {extreme} {name}, {shown[0]}."
    if len(first) > 1:
        tied = listed([_subject(group) for group in first])
        return f"{where}: {tied} share the {extreme} {name}, {shown[0]}."
    other = _baseline(part, field, baseline)
    if other == groups[0] or other not in groups:
        rest = f"next is {_subject(groups[1])}, {shown[1]}"
    else:
        rest = f"{_lower(other)} {shown[groups.index(other)]}"
    return f"{where}: {_subject(groups[0])} has the {extreme} {name}, {texts[0]}; {rest}."


def tally(found: Sequence[Verdict]) -> str:
    """How many comparisons of one score are decided, and how; or why none can be.

    Args:
        found: verdicts of one score against one baseline.
    """
    if not found:
        return ""
    against = _lower(value_name(found[0].field, found[0].baseline))
    if all(verdict.too_few for verdict in found):
        return too_few(found)
    if len(found) == 1:
        return f"{labels(found)[0]} against {against}: {_verdict(found[0])}."
    counts = Counter(verdict.outcome for verdict in found)
    several_places = len({verdict.value for verdict in found}) < len(found)
    things = "comparisons" if several_places else _plural(found[0].field)
    weaker = f", {counts[WEAKER]} weaker" if counts[WEAKER] else ""
    open_ = "".join(
        f"; {word} for {counts[word]}" for word in (NO_EVIDENCE, TOO_FEW) if counts[word]
    )
    are = "is" if counts[STRONGER] == 1 else "are"
    return (
        f"{counts[STRONGER]} of {len(found)} {things} {are} stronger than {against}{weaker}{open_}."
    )


def too_few(found: Sequence[Verdict]) -> str:
    """Why none of some comparisons can be decided."""
    seeds = sorted({verdict.n for verdict in found})
    have = counted(seeds[-1], "seed") if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]} seeds"
    family = max(found[0].family, len(found))
    together = "one comparison" if family == 1 else f"{family} comparisons together"
    return (
        f"No verdict yet: {have} of each; {together} can be decided with "
        f"{fewest_seeds(family, ALPHA)} seeds at the earliest."
    )


def elsewhere(rows: pd.DataFrame, part: pd.DataFrame, metric: str) -> str:
    """The best of other settings on the same images in the same dimension, where it is better still.

    Args:
        rows: all that may be looked at, also those of `part`.
        part: what `best` was asked about.
        metric: key of `METRICS`.
    """
    same = ("dataset", "digits", "latent_dim", "split", "trained_on")
    means = _ranked(part, metric)
    if METRICS[metric].kind not in ("agreement", "separation"):  # errors depend on the images' size
        return ""
    if not len(means) or any(part[name].nunique() > 1 for name in same):
        return ""
    alike = rows[~rows["id"].isin(part["id"])].dropna(subset=[metric])
    for name in same:
        alike = alike[alike[name] == part[name].iloc[0]]
    if not len(alike):
        return ""
    groups = alike.groupby(list(HELD_EQUAL), sort=False)[metric].agg(["mean", "size"])
    known = groups[groups["size"] >= ENOUGH_SEEDS].sort_values("mean", kind="stable")
    sign = 1 if METRICS[metric].better == "higher" else -1
    if not len(known):
        return ""
    top = known.iloc[-1 if sign > 0 else 0]
    if sign * (top["mean"] - means["mean"].iloc[0]) <= 0:
        return ""
    values = dict(zip(HELD_EQUAL, top.name, strict=True))
    differ = [n for n in HELD_EQUAL if n != "regularizer" and (part[n] != values[n]).all()]
    differ.sort(key=lambda name: name not in ("architecture", "epochs"))
    how = described({n: values[n] for n in differ[:3]}, differ[:3]) + (
        " …" if len(differ) > 3 else ""
    )
    name = _lower(value_name("regularizer", str(values["regularizer"])))
    return (
        f"Better still with other settings: {name}, {score_text(metric, top['mean'])} "
        f"({how} · {counted(int(top['size']), 'seed')})."
    )


def peaks(rows: pd.DataFrame, metric: str, field: str) -> str:
    """For how many lines of a trend each place of its axis is the best one, in means of equal seeds.

    "label silhouette is highest in 3-D for 14 of 24 regularizers, in 2-D for 7 and in 10-D for 3."

    Args:
        rows: as `core.compare.trends.along` gives them, with `line` and `x`.
        metric: key of `METRICS`.
        field: what the axis is.

    Returns:
        The sentence, to be the end of one; '' where no line has two places with a seed in common.
    """
    higher = METRICS[metric].better == "higher"
    known = rows.dropna(subset=["x", metric])
    means = known.groupby(["line", "seed", "x"])[metric].mean().unstack("x")
    tops: list[float] = []
    for _, part in means.groupby(level="line"):
        seeds = part.dropna(axis=1, how="all").dropna()
        if len(seeds) and seeds.shape[1] > 1:
            at = seeds.mean()
            tops.append(float(at.idxmax() if higher else at.idxmin()))
    if not tops:
        return ""
    (first, most), *rest = sorted(Counter(tops).items(), key=lambda item: (-item[1], item[0]))
    lines = counted(len(tops), "regularizer" if "." not in field else "line")
    found = [f"{_at(field, first)} for {most} of {lines}"]
    found += [f"{_at(field, place)} for {count}" for place, count in rest]
    return f"{metric_name(metric)} is {'highest' if higher else 'lowest'} {listed(found)}."


def means_along(part: pd.DataFrame, metric: str, field: str) -> list[str]:
    """Means without a regularizer, and with the best one, at each value of a field, a sentence each."""
    known = part.dropna(subset=[metric])
    means = known.groupby(["regularizer", field])[metric].mean()
    if not len(means):
        return []
    best_of = str((means.idxmax() if METRICS[metric].better == "higher" else means.idxmin())[0])
    sentences = []
    for regularizer in dict.fromkeys((best_of, "none")):
        if regularizer in means.index.get_level_values(0):
            own = means.loc[regularizer].sort_index()
            texts = [f"{score_text(metric, mean)} {_at(field, at)}" for at, mean in own.items()]
            name = "Without a regularizer" if regularizer == "none" else _name(regularizer)
            sentences.append(f"{name}: {metric_name(metric)} {listed(texts)}.")
    return sentences


# ---------------------------------------------------------------------------------------- parts
def _at(field: str, value: Any) -> str:
    """A place of a trend's axis: "in 3-D", "at 20 epochs", "at weight 0.5"."""
    if field == "latent_dim":
        return f"in {in_words(field, f'{value:g}')}"
    if "." in field:
        return f"at {field.partition('.')[2].replace('_', ' ')} {value:g}"
    return f"at {in_words(field, f'{value:g}')}"


def _name(regularizer: str) -> str:
    return value_name("regularizer", regularizer)


def _verdict(verdict: Verdict) -> str:
    """One verdict with its difference: "stronger, +0.599 ACC (95 % interval ...), 7 seeds"."""
    seeds = counted(verdict.n, "seed")
    if verdict.difference is None:
        return f"no seed has {metric_name(verdict.metric)} of both"
    interval = ""
    if verdict.low is not None and verdict.high is not None:
        ends = [score_text(verdict.metric, end, signed=True) for end in (verdict.low, verdict.high)]
        interval = f" (95 % interval {' to '.join(ends)})"
    difference = score_text(verdict.metric, verdict.difference, signed=True)
    return f"{verdict.word}, {difference} {metric_name(verdict.metric)}{interval}, {seeds}"


def about(part: pd.DataFrame) -> str:
    """What rows are of: "MNIST, even digits, 3-D, 10 seeds"."""
    images = part[["dataset", "digits"]].drop_duplicates().itertuples(index=False)
    sets = [images_of(str(one.dataset), str(one.digits)) for one in images]
    dims = [in_words("latent_dim", d) for d in sorted(part["latent_dim"].unique())]
    parts = [sets[0] if len(sets) == 1 else f"{len(sets)} sets of images"]
    parts.append(listed(dims) if len(dims) <= 4 else f"{len(dims)} latent dimensions")
    seeds = part.groupby("group", sort=False)["seed"].nunique()
    least, most = int(seeds.min()), int(seeds.max())
    parts.append(counted(most, "seed") if least == most else f"{least} to {most} seeds")
    return ", ".join(parts)


def value_name(field: str, value: str) -> str:
    """A compared value: the regularizer's name, "3-D"."""
    return regularizer_names([value])[value] if field == "regularizer" else in_words(field, value)


def _ranked(part: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Means of the groups, the best first."""
    lower = METRICS[metric].better == "lower"
    return summarise(part, ["group"], metric).sort_values("mean", ascending=lower, kind="stable")


def _mean(row: object, metric: str) -> str:
    mean, low, high = (float(getattr(row, name)) for name in ("mean", "low", "high"))
    half = max(high - mean, mean - low)  # an end may be cut where no score can be
    return score_text(metric, mean) + (f" ± {score_text(metric, half)}" if half == half else "")


def _baseline(part: pd.DataFrame, field: str, baseline: str) -> str:
    """The group that is the baseline; '' where there is none or more than one."""
    groups = part.loc[part[field].astype(str) == baseline, "group"].unique()
    return str(groups[0]) if len(groups) == 1 else ""


def _subject(group: str) -> str:
    """A group as the subject of a sentence: "None has ..." would say that no group has."""
    return "training without a regularizer" if group == NONE else group


def _lower(group: str) -> str:
    return "none" if group == NONE else group


def _plural(field: str) -> str:
    name = column_name(field)
    return f"{name[0].lower()}{name[1:]}s"
