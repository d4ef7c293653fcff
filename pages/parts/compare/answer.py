"""The answer on top of the Compare page: what the results that are shown say, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.compare import differences, findings
from core.compare.verdict import Verdict
from core.compare.verdicts import verdicts
from core.metrics.catalogue import METRICS
from pages.parts.compare.verdicts import Judged, name_width

if TYPE_CHECKING:
    import pandas as pd

_GAINS = ("silhouette_labels", "acc")
_ROWS_AT_ONCE = 8


def answer(
    rows: pd.DataFrame, part: pd.DataFrame, metric: str, judged: Judged, view: str, peaks: str
) -> None:
    """The finding: in words, and for a trade-off as a table, too.

    Args:
        rows: all that pass the filters.
        part: those that are compared.
        metric: the score chosen.
        judged: what the seeds say.
        view: key of the view.
        peaks: where the lines of a trend are best, in words; '' for other views.
    """
    with st.container(border=True, key="finding"):
        first, *more = _sentences(rows, part, metric, judged, view)
        if peaks:
            about = f"{findings.about(part)}: "
            best = first.removeprefix(about)  # said once
            best = best[0].upper() + best[1:]
            first, more = about + peaks, more if judged.field != "regularizer" else [best, *more]
        st.markdown(f"**{first}**")
        for sentence in filter(None, more):
            st.markdown(sentence)
        if " ± " in " ".join([first, *more]):
            st.caption("± is half of the 95 % interval of the mean over seeds.")


def _sentences(
    rows: pd.DataFrame, part: pd.DataFrame, metric: str, judged: Judged, view: str
) -> list[str]:
    best = findings.best(part, metric, judged.field, judged.baseline)
    found = [verdict for verdict in judged.found if verdict.metric == metric]
    if judged.field != "regularizer":
        return [
            best,
            *differences.levels(found),
            *findings.means_along(part, metric, judged.field),
        ]
    elsewhere = findings.elsewhere(rows, part, metric)
    if view == "tradeoff":
        costs = differences.costs(_costs(part, metric, judged.baseline), metric)
        if costs:
            return [findings.tally(found) or best, *(f"- {sentence}" for sentence in costs)]
    return [best, findings.tally(found), elsewhere]


def cost_table(part: pd.DataFrame, metric: str, judged: Judged) -> None:
    """Scores with and without each regularizer, and what it costs in squared error."""
    found = _costs(part, metric, judged.baseline)
    if not found:
        return
    st.markdown(f"**Gain and cost against {judged.baseline_name}, paired by seed**")
    number = st.column_config.NumberColumn
    table = differences.cost_table(found)
    width = name_width([row["compared"] for row in table])
    st.dataframe(
        table, hide_index=True, width="stretch", placeholder="", key="cost_table",
        height="content" if len(table) <= _ROWS_AT_ONCE else 320,
        alt="Gain and cost of each regularizer, a score a row",
        column_config={
            "compared": st.column_config.TextColumn("Regularizer", pinned=True, width=width),
            "score": st.column_config.TextColumn("Score"),
            "with": number("With", format="%.4f"),
            "without": number("Without", format="%.4f"),
            "difference": number("Difference", format="%+.4f"),
            "low": number("95 % from", format="%+.4f"),
            "high": number("to", format="%+.4f"),
            "times": number("Times", format="%.2f", help="With divided by without"),
            "seeds": number("Seeds"),
        },
    )  # fmt: skip
    st.caption("Intervals are of single comparisons; the verdicts below are corrected for all.")


def _costs(part: pd.DataFrame, metric: str, baseline: str) -> list[Verdict]:
    """Differences in the score chosen, in what people ask for besides, and in squared error."""
    wanted = dict.fromkeys((metric, *_GAINS, differences.COST))
    known = [name for name in wanted if name in METRICS and part[name].notna().any()]
    return verdicts(part, known, baseline)
