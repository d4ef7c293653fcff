"""The Compare page: what is asked, its chart, what was selected in it, verdicts, table, files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.compare.index import Index, mixed_versions
from core.metrics.catalogue import METRICS
from pages.parts.compare import charts, controls, export, latent_spaces, query, verdicts
from pages.parts.compare.query import Filter
from pages.parts.compare.result_table import result_table
from pages.parts.compare.selection import show_selected
from pages.parts.shared import address
from pages.parts.shared.wording import MAIN_SCORES

if TYPE_CHECKING:
    import pandas as pd


def show(index: Index, wanted: Filter) -> None:
    """Everything, for the rows that pass a filter."""
    rows = query.filtered_rows(index.stamp, wanted)
    _counts(index, rows)
    if not len(rows):
        st.info(
            "No result passes these filters. Remove some of them, or show everything.",
            icon=":material/filter_alt_off:",
        )
        return
    view = controls.view()
    left, middle, right = st.columns([2, 3, 4])
    with left:
        metric = controls.score(query.scores(index.stamp), "Score", "metric", "acc")
    with middle:
        by, x = _asked(view, index.stamp)
    varied = (*by, *([x] if x else []))
    with right:
        key = controls.comparison(query.comparisons_of(index.stamp, wanted, varied))
    part = query.rows_within(index.stamp, wanted, varied, key)
    _draw(view, rows, part, metric, x, index.stamp)
    st.caption(f"**{METRICS[metric].label}**: {METRICS[metric].help}")
    show_selected(index.rows, MAIN_SCORES)
    verdicts.panel(part, metric, f"{index.stamp}-{wanted}-{by}-{x}-{key}")
    result_table(rows, MAIN_SCORES, index.stamp)
    export.downloads(rows, part, MAIN_SCORES)
    export.reproduce(part, controls.link(key))


def _counts(index: Index, rows: pd.DataFrame) -> None:
    """How much there is, and what is wrong with it."""
    stored, settings = rows["run"][rows["has_run"]].nunique(), rows["hash"].nunique()
    st.caption(
        f"{len(rows):,} of {len(index.rows):,} results, of {settings:,} settings; weights of "
        f"{stored:,} are here."
    )
    if notes := [sentence for sentence in (mixed_versions(rows), *index.problems) if sentence]:
        with st.expander(notes[0] if len(notes) == 1 else f"{len(notes)} notes on these results"):
            st.markdown("\n".join(f"- {note}" for note in notes))


def _asked(view: str, stamp: str) -> tuple[tuple[str, ...], str]:
    """The fields that groups differ in, and for a trend what it is drawn along."""
    if view == "trend":
        places = query.axes(stamp)
        if places:
            x = st.selectbox(
                "Along", places, format_func=charts.column_label,
                key=address.choice("x", places, places[0], charts.column_label),
                help="A field, or a parameter of a regularizer's term, that differs.",
            )  # fmt: skip
            return ("regularizer",), str(x)
        return ("regularizer",), ""
    if view == "heat":
        st.markdown("Regularizer by latent dimension", help="Mean over the seeds in each cell")
        return ("regularizer", "latent_dim"), ""
    return controls.group_by(query.fields(stamp)), ""


def _draw(
    view: str, rows: pd.DataFrame, part: pd.DataFrame, metric: str, x: str, stamp: str
) -> None:
    match view:
        case "groups":
            charts.groups(part, metric)
        case "trend":
            charts.trend(part, metric, x)
        case "tradeoff":
            charts.trade_off(part, metric, query.scores(stamp))
        case "heat":
            charts.heat(part, metric)
        case "parallel":
            charts.parallel(part, metric, stamp)
        case "latents":
            latent_spaces.thumbnails(rows, part, metric)
        case "beside":
            latent_spaces.side_by_side(part, metric)
