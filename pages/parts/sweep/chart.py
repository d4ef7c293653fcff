"""The results of a study as a chart that grows as they come, and the way to Compare."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.compare.study_rows import along, grouped, places, study_rows
from core.figures.group_means import group_means
from core.figures.shared import column_label
from core.figures.trends import trends
from core.metrics.catalogue import METRICS
from core.setting.setting import FIELDS
from pages.parts.shared import address
from pages.parts.shared.charts import chart
from pages.parts.shared.wording import MAIN_SCORES
from pages.parts.sweep.rows import rows
from pages.parts.sweep.study import ChosenStudy

_NAMED = 6  # lines with a name
_GROUPS = "groups"


def score() -> str:
    """Draw the choice of the score; outside of what is redrawn every second."""
    return str(
        st.selectbox(
            "Score", MAIN_SCORES, format_func=lambda name: METRICS[name].label, width=260,
            key=address.choice("sweep_score", MAIN_SCORES, "silhouette_labels"),
        )
    )  # fmt: skip


def show_chart(chosen: ChosenStudy, metric: str, key: str) -> None:
    """Draw a score by what varies: means and seeds of what is there; nothing where nothing is."""
    frame = study_rows(rows(chosen))
    if not len(frame):
        return
    x = next(iter(places(frame)), _GROUPS)
    if x == _GROUPS:
        summary, points = grouped(frame, metric)
        figure, by = group_means(summary, points, metric), "by group"
    else:
        summary, points = along(frame, x, metric)
        named = list(dict.fromkeys(summary["line"]))[:_NAMED]
        figure, by = trends(summary, points, x, metric, named), f"by {column_label(x).lower()}"
    name = f"{METRICS[metric].label} {by}: means and seeds"
    st.markdown(f"**{name}**")
    chart(figure, f"sweep_chart_{key}", name, alt=f"{name}, of {len(frame)} results")


def see_in_compare(chosen: ChosenStudy) -> None:
    """A link to Compare with this study alone, drawn by what it varies."""
    frame = study_rows(rows(chosen))
    if not len(frame):
        return
    query: dict[str, Any] = {"where_study": chosen.out.stem}
    if found := places(frame):
        query |= {"view": "trend", "x": found[0]}
    elif varied := [n for n in chosen.study.varied if n != "seed" and n in FIELDS]:
        query |= {"by": varied}
    st.page_link("pages/Compare.py", label="See in Compare", icon=":material/compare_arrows:",
                 query_params=query)  # fmt: skip
