"""Verdicts: what the seeds say about each regularizer (or dimension), and where scores disagree."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import streamlit as st

from core.compare.disagreements import disagreements
from core.compare.summary import INTERVAL_HELP
from core.compare.verdict import NO_EVIDENCE, STRONGER, TOO_FEW, WEAKER, Verdict, labels
from core.compare.verdicts import BASELINE, verdicts
from core.compare.words import column_name, in_words, with_minus
from core.figures.forest import forest, has_dots
from core.figures.shared import MAX_GROUPS
from core.metrics.catalogue import METRICS
from core.setting.amounts import counted
from core.setting.names import regularizer_names
from pages.parts.shared import address
from pages.parts.shared.charts import chart

if TYPE_CHECKING:
    import pandas as pd

BESIDES = ("silhouette_labels", "acc", "reconstruction_mse")
MOST_WARNINGS = 5
_ORDER = {STRONGER: 0, WEAKER: 1, NO_EVIDENCE: 2}
_MARKS = {
    STRONGER: "▲ stronger",
    WEAKER: "▼ weaker",
    NO_EVIDENCE: "· no evidence",
    TOO_FEW: "… too few seeds",
}
_HELP = f"""
- **A verdict needs two things**: a corrected p of at most 0.05 in an exact permutation test, in which
  runs of the same seed are paired, and a 95 % interval without 0.
- **You may look as often as you like** and add seeds until there is a verdict. The test is made with
  the first 7, the first 10 and the first 20 seeds and with no other number; these three tests share
  the 5 % of false verdicts.
- **All comparisons in this table share the 5 %, too** (Holm's correction): 7 seeds can decide two
  comparisons and 10 seeds 23, if all seeds agree. Choose scores before you see their verdicts:
  judging one after the other is not corrected for.
- **Intervals**: {INTERVAL_HELP}"""


class Judged(NamedTuple):
    """What was judged.

    Attributes:
        field: of Setting: what was compared.
        baseline: its value that all others were compared with, as text.
        baseline_name: that in words.
        found: verdicts, clear ones first.
    """

    field: str
    baseline: str
    baseline_name: str
    found: list[Verdict]


def panel(part: pd.DataFrame, metric: str, key: str, field: str) -> Judged:
    """Each value of a field against a baseline, at otherwise equal fields."""
    values = part[field].astype(str).unique().tolist()
    name = column_name(field).lower()
    with st.expander("Verdicts", expanded=True, key="verdicts"):
        if len(values) < 2:
            st.info(f"All of these have the same {name}: there is nothing to compare it with.")
            return Judged(field, BASELINE, "none", [])
        short = _value_names(field, values)
        baseline, metrics = _controls(key, part, metric, (field, short))
        found, contradictions = _found(key, part, metrics, (field, baseline))
        if found:
            _counts(found)
            names = labels(found)
            _forest(found, names, metric, short[baseline])
            _table(found, names, column_name(field))
        else:
            st.info(f"No other {name} was trained at otherwise equal fields with the same seeds.")
        _warn(contradictions)
        with st.expander("How a verdict is made"):
            st.markdown(_HELP)
    return Judged(field, baseline, short[baseline], found)


def _value_names(field: str, values: list[str]) -> dict[str, str]:
    """The values of a field and their names; the usual baseline first."""
    if field == "regularizer":
        short = regularizer_names(values)
    else:
        short = {value: in_words(field, value) for value in values}
    first = {"regularizer": BASELINE, "latent_dim": "3"}.get(field, values[0])
    return dict(sorted(short.items(), key=lambda item: (item[0] != first, item[1])))


def _controls(
    name: str, part: pd.DataFrame, metric: str, compared: tuple[str, dict[str, str]]
) -> tuple[str, tuple[str, ...]]:
    """The baseline, and the scores that are judged."""
    left, right = st.columns([2, 3])
    field, short = compared
    options = list(short)
    key = "baseline" if field == "regularizer" else f"baseline_{field}"
    key = address.choice(key, options, options[0], short.__getitem__)
    baseline = left.selectbox("Against", options, format_func=short.__getitem__, key=key)
    scores = [n for n in METRICS if part[n].notna().any()]
    wanted = [n for n in dict.fromkeys((metric, *BESIDES)) if n in scores]
    metrics = right.multiselect(
        "Scores judged", scores,
        format_func=lambda n: METRICS[n].label,
        key=address.choices(
            "judged", scores, _decidable(name, part, wanted, (field, str(baseline))), _label
        ),
        help="The score chosen above and these are one family: the more are judged, the more each "
        "verdict needs. Starts with as many as these seeds can decide on.",
    )  # fmt: skip
    return str(baseline), tuple(dict.fromkeys((metric, *metrics)))


def _label(metric: str) -> str:
    return METRICS[metric].label


def _warn(sentences: list[str]) -> None:
    """Where scores contradict each other; of many the first few at once."""
    if first := [f"- {with_minus(sentence)}." for sentence in sentences[:MOST_WARNINGS]]:
        st.warning("\n".join(["**Read these with care**", "", *first]), icon=":material/balance:")
    if more := sentences[MOST_WARNINGS:]:
        with st.expander(f"{len(more)} more disagreements"):
            st.markdown("\n".join(f"- {with_minus(sentence)}." for sentence in more))


def _decidable(
    key: str, part: pd.DataFrame, wanted: list[str], against: tuple[str, str]
) -> list[str]:
    """The first of the scores: as many as these seeds can decide on together, but at least one."""
    for count in range(len(wanted), 1, -1):
        found, _ = _found(key, part, tuple(wanted[:count]), against)
        if not all(verdict.too_few for verdict in found):
            return wanted[:count]
    return wanted[:1]


@st.cache_resource(max_entries=16, show_spinner="Judging …")
def _found(
    key: str, _part: pd.DataFrame, metrics: tuple[str, ...], against: tuple[str, str]
) -> tuple[list[Verdict], list[str]]:
    """Verdicts, clear ones and large differences first, and where they contradict each other."""
    field, baseline = against
    every = verdicts(_part, list(metrics), baseline, field=field)
    contradictions = disagreements(every)
    order = {name: place for place, name in enumerate(metrics)}
    every.sort(key=lambda v: (_ORDER[v.word], order[v.metric], -abs(v.difference or 0.0)))
    return every, contradictions


def _counts(found: list[Verdict]) -> None:
    counts = Counter(v.outcome for v in found)
    each = ", ".join(f"{counts[word]} {word}" for word in _MARKS if counts[word])
    st.markdown(f"**{counted(len(found), 'comparison')}: {each}.**")


def _forest(found: list[Verdict], names: list[str], metric: str, baseline: str) -> None:
    """The verdicts of one score as a picture."""
    pairs = [(v, name) for v, name in zip(found, names, strict=True) if v.metric == metric]
    judged = [v for v, _ in pairs]
    title = f"{METRICS[metric].label}, difference from {baseline}"
    dots = ", and every pair of equal seed" if has_dots(judged) else ""
    st.markdown(f"**{title}: mean with 95 % interval{dots}**")
    alt = f"{title}, of {counted(len(judged), 'comparison')}, the best on top."
    figure = forest(judged, [name for _, name in pairs])
    chart(figure, "chart_verdicts", title, width="stretch", alt=alt)
    if len(judged) > MAX_GROUPS:
        st.caption(f"The best {MAX_GROUPS} are drawn; the table has all.")


def _table(found: list[Verdict], names: list[str], compared: str) -> None:
    st.dataframe(
        [
            {
                "compared": name,
                "score": METRICS[v.metric].label,
                "verdict": _MARKS[v.outcome],
                "difference": v.difference,
                "low": v.low,
                "high": v.high,
                "seeds": v.n,
                "p": v.p,
                "p, corrected": v.p_corrected,
                "paired d": v.effect,
                "in words": with_minus(v.sentence),
            }
            for v, name in zip(found, names, strict=True)
        ],
        hide_index=True,
        width="stretch",
        height="content" if len(found) <= 10 else 390,
        placeholder="",
        key="verdict_table",
        column_config=_column_settings(compared, {v.metric for v in found}, names),
        alt="Verdicts, one a row",
    )


def name_width(names: list[str]) -> int:
    """Pixels of a column of names that stays when the others are scrolled away."""
    return min(250, 26 + 6 * max(map(len, names), default=0))


def _column_settings(compared: str, metrics: set[str], names: list[str]) -> dict[str, Any]:
    """How the columns of the table are drawn."""
    column = st.column_config
    number = "%+.4f" if "reconstruction_mse" in metrics else "%+.3f"
    return {
        "compared": column.TextColumn(compared, pinned=True, width=name_width(names)),
        "score": column.TextColumn("Score", width=125),
        "verdict": column.TextColumn("Verdict", width=120),
        "in words": column.TextColumn("In words", width="large"),
        "difference": column.NumberColumn("Difference", format=number),
        "low": column.NumberColumn("95 % from", format=number),
        "high": column.NumberColumn("to", format=number),
        "seeds": column.NumberColumn("Seeds"),
        "p": column.NumberColumn(
            format="%.3g",
            help="Exact paired permutation test of all these seeds, two-sided, as if looked at once",
        ),
        "p, corrected": column.NumberColumn(
            format="%.3g",
            help="For the looks at 7, 10 and 20 seeds and for all comparisons here: this decides",
        ),
        "paired d": column.NumberColumn(
            "Paired d",
            format="%.3g",
            help="Mean difference over the standard deviation of differences",
        ),
    }
