"""Verdicts: what the seeds say about each regularizer, in sentences, and where scores disagree."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.compare.disagreements import disagreements
from core.compare.summary import INTERVAL_HELP
from core.compare.verdict import NO_EVIDENCE, STRONGER, WEAKER, Verdict, labels
from core.compare.verdicts import BASELINE, verdicts
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
_TOO_FEW = "too few seeds"
_MARKS = {
    STRONGER: "▲ stronger",
    WEAKER: "▼ weaker",
    NO_EVIDENCE: "· no evidence",
    _TOO_FEW: "… too few seeds",
}
_HELP = (
    "Runs of the same seed are paired. A verdict needs both: a corrected p of at most 0.05 in an "
    "exact permutation test of the paired differences, and a 95 % interval that leaves out 0. The "
    "test is made with the first 7, the first 10 and the first 20 seeds and with no other number. "
    "These looks share the 5 % of false verdicts, so you may look as often as you like, and add seeds "
    "until there is a verdict. All comparisons in this table share the 5 %, too (Holm's correction): "
    "7 seeds can decide two comparisons and 10 seeds 23, if all seeds agree. Choose scores before you "
    "see their verdicts: judging one after the other is not corrected for. "
)


def panel(part: pd.DataFrame, metric: str, key: str) -> None:
    """Each regularizer against a baseline, at otherwise equal fields."""
    with st.expander("Verdicts", expanded=True, key="verdicts", on_change="rerun") as expander:
        if not expander.open:
            return
        regularizers = part["regularizer"].unique().tolist()
        if len(regularizers) < 2:
            st.info("All of these have the same regularizer: there is nothing to compare it with.")
            return
        short = regularizer_names(regularizers)
        baseline, metrics = _controls(key, part, metric, short)
        if metrics:
            found, contradictions = _found(key, part, metrics, baseline)
            if found:
                _counts(found)
                names = _names(found, short)
                _forest(found, names, metric if metric in metrics else metrics[0], short[baseline])
                _table(found, names)
            else:
                st.info(
                    "No other regularizer was trained at otherwise equal fields with the same seeds."
                )
            _warn(contradictions)
        st.caption(_HELP + INTERVAL_HELP)


def _controls(
    name: str, part: pd.DataFrame, metric: str, short: dict[str, str]
) -> tuple[str, tuple[str, ...]]:
    """The baseline, and the scores that are judged."""
    left, right = st.columns([2, 3])
    options = sorted(short, key=lambda text: (text != BASELINE, short[text]))
    key = address.choice("baseline", options, options[0], short.__getitem__)
    baseline = left.selectbox("Against", options, format_func=short.__getitem__, key=key)
    scores = [n for n in METRICS if part[n].notna().any()]
    wanted = [n for n in dict.fromkeys((metric, *BESIDES)) if n in scores]
    metrics = right.multiselect(
        "Scores judged", scores,
        format_func=lambda n: METRICS[n].label,
        key=address.choices("judged", scores, _decidable(name, part, wanted, str(baseline)), _label),
        help="All of them are one family: the more are judged, the more each verdict needs. Starts "
        "with as many as these seeds can decide on.",
    )  # fmt: skip
    return str(baseline), tuple(metrics)


def _label(metric: str) -> str:
    return METRICS[metric].label


def _warn(sentences: list[str]) -> None:
    """Where scores contradict each other; of many the first few at once."""
    for sentence in sentences[:MOST_WARNINGS]:
        st.warning(sentence, icon=":material/balance:")
    if more := sentences[MOST_WARNINGS:]:
        with st.expander(f"{len(more)} more disagreements"):
            st.markdown("\n".join(f"- {sentence}" for sentence in more))


def _decidable(key: str, part: pd.DataFrame, wanted: list[str], baseline: str) -> list[str]:
    """The first of the scores: as many as these seeds can decide on together, but at least one."""
    for count in range(len(wanted), 1, -1):
        found, _ = _found(key, part, tuple(wanted[:count]), baseline)
        if not all(verdict.too_few for verdict in found):
            return wanted[:count]
    return wanted[:1]


@st.cache_resource(max_entries=16, show_spinner="Judging …")
def _found(
    key: str, _part: pd.DataFrame, metrics: tuple[str, ...], baseline: str
) -> tuple[list[Verdict], list[str]]:
    """Verdicts, clear ones first, and where they contradict each other."""
    every = verdicts(_part, list(metrics), baseline)
    contradictions = disagreements(every)
    return sorted(every, key=lambda v: (_ORDER[v.word], v.p_corrected or 1.0)), contradictions


def _word(verdict: Verdict) -> str:
    """As `Verdict.word`; apart is what no difference, however large, could have decided."""
    return _TOO_FEW if verdict.word == NO_EVIDENCE and verdict.too_few else verdict.word


def _counts(found: list[Verdict]) -> None:
    counts = Counter(_word(v) for v in found)
    each = ", ".join(
        f"{counts[word]} {word}" for word in _MARKS if word != _TOO_FEW or counts[word]
    )
    st.markdown(f"**{counted(len(found), 'comparison')}: {each}.**")


def _forest(found: list[Verdict], names: list[str], metric: str, baseline: str) -> None:
    """The verdicts of one score as a picture."""
    pairs = [(v, name) for v, name in zip(found, names, strict=True) if v.metric == metric]
    judged = [v for v, _ in pairs]
    title = f"{METRICS[metric].label}, difference from {baseline}"
    dots = ", and every pair of equal seed" if has_dots(judged) else ""
    st.caption(f"{title}: mean with 95 % interval{dots}.")
    chart(forest(judged, [name for _, name in pairs]), "chart_verdicts", title, width="stretch")
    if len(judged) > MAX_GROUPS:
        st.caption(f"The best {MAX_GROUPS} are drawn; the table has all.")


def _names(found: list[Verdict], short: dict[str, str]) -> list[str]:
    """What each is about: the regularizer as the page's other charts have it, and what else differs."""
    rest = (name.partition(", ")[1:] for name in labels(found))
    return [short[v.regularizer] + "".join(more) for v, more in zip(found, rest, strict=True)]


def _table(found: list[Verdict], names: list[str]) -> None:
    st.dataframe(
        [
            {
                "regularizer": name,
                "score": METRICS[v.metric].label,
                "verdict": _MARKS[_word(v)],
                "in words": v.sentence,
                "difference": v.difference,
                "low": v.low,
                "high": v.high,
                "seeds": v.n,
                "p": v.p,
                "p, corrected": v.p_corrected,
                "paired d": v.effect,
            }
            for v, name in zip(found, names, strict=True)
        ],
        hide_index=True,
        width="stretch",
        height="content" if len(found) <= 10 else 390,
        placeholder="",
        key="verdict_table",
        column_config=_column_settings(),
    )


def _column_settings() -> dict[str, Any]:
    """How the columns of the table are drawn."""
    column = st.column_config
    return {
        "regularizer": column.TextColumn("Regularizer", pinned=True, width=175),
        "score": column.TextColumn("Score", width=125),
        "verdict": column.TextColumn("Verdict", width=120),
        "in words": column.TextColumn("In words", width="large"),
        "difference": column.NumberColumn("Difference", format="%+.4g"),
        "low": column.NumberColumn("from", format="%.4g"),
        "high": column.NumberColumn("to", format="%.4g"),
        "p": column.NumberColumn(
            format="%.3g",
            help="Exact paired permutation test of all these seeds, two-sided, as if looked at once",
        ),
        "p, corrected": column.NumberColumn(
            format="%.3g",
            help="For the looks at 7, 10 and 20 seeds and for all comparisons here: this decides",
        ),
        "paired d": column.NumberColumn(
            format="%.3g", help="Mean difference over the standard deviation of differences"
        ),
    }
