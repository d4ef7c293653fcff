"""The Compare page: questions, the answer, its picture, verdicts, what was selected, table, files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.compare.index import Index, mixed_versions
from core.metrics.across_spaces import NOT_COMPARABLE
from core.metrics.catalogue import METRICS
from core.setting.setting import FIELDS
from pages.parts.compare import charts, controls, export, presets, query, verdicts
from pages.parts.compare import latent_spaces as spaces
from pages.parts.compare.answer import answer, cost_table
from pages.parts.compare.query import Filter
from pages.parts.compare.result_table import result_table
from pages.parts.compare.selection import selection_bar, show_selected
from pages.parts.compare.side_by_side import side_by_side
from pages.parts.embeddings import beside
from pages.parts.shared import address
from pages.parts.shared.wording import MAIN_SCORES

if TYPE_CHECKING:
    import pandas as pd
    from streamlit.delta_generator import DeltaGenerator


def show(index: Index, wanted: Filter) -> None:
    """Everything, for the rows that pass a filter."""
    questions, finding = st.container(), st.container()
    rows = query.filtered_rows(index.stamp, wanted)
    if not len(rows):
        presets.buttons(questions)
        st.info(
            "No result passes these filters. Remove some of them, or show everything.",
            icon=":material/filter_alt_off:",
        )
        _counts(index, rows)
        return
    view = controls.view()
    if view == "beside":
        part, within = side_by_side(index.rows, rows, query.scores(index.stamp), finding), ""
    else:
        part, within = _compared(index, wanted, view, finding)
    presets.buttons(questions)
    selection_bar(index.rows)
    result_table(rows, MAIN_SCORES)
    show_selected(index.rows, MAIN_SCORES)
    export.downloads(rows, part, MAIN_SCORES)
    export.reproduce(part, controls.link(within) if view != "beside" else address.link())
    beside.listed()
    _counts(index, rows)


def _compared(
    index: Index, wanted: Filter, view: str, finding: DeltaGenerator
) -> tuple[pd.DataFrame, str]:
    """The groups of a comparison; its rows and its key."""
    rows = query.filtered_rows(index.stamp, wanted)
    columns = st.columns([2, 6] if view == "heat" else [2, 2, 4])
    with columns[0]:
        metric = controls.score(query.scores(index.stamp), "Score", "metric", controls.SCORE)
    with columns[1]:
        by, x = _asked(view, index.stamp)
    varied = (*by, *([x] if x else []))
    with columns[-1]:
        asked = (index.stamp, wanted, varied)
        found = query.comparisons_along(*asked, x) if x else query.comparisons_of(*asked)
        key = controls.comparison(found)
    part = query.rows_within(*asked, key)
    named = f"{index.stamp}-{wanted}-{varied}-{key}"
    peaks = query.peaks(named, part, metric, x) if x else ""
    _draw(view, rows, part, (metric, x, peaks, index.stamp))
    costs = st.container() if view == "tradeoff" else None
    more = f" {NOT_COMPARABLE} Side by side computes it." if "silhouette" in metric else ""
    st.caption(f"**{METRICS[metric].label}**: {METRICS[metric].help}{more}")
    judged = verdicts.panel(part, metric, named, _field(by, x))
    with finding:
        answer(rows, part, metric, judged, view, peaks)
    if costs and judged.field == "regularizer":
        with costs:
            cost_table(part, metric, judged)
    return part, key


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
        return ("regularizer", "latent_dim"), ""
    return controls.group_by(query.fields(stamp)), ""


def _field(by: tuple[str, ...], x: str) -> str:
    """What verdicts are about: what a trend is drawn along, or what groups differ in."""
    if x in FIELDS:
        return x
    return by[0] if by and "regularizer" not in by else "regularizer"


def _draw(
    view: str, rows: pd.DataFrame, part: pd.DataFrame, asked: tuple[str, str, str, str]
) -> None:
    metric, x, peaks, stamp = asked
    match view:
        case "groups":
            charts.groups(part, metric)
        case "trend":
            charts.trend(part, metric, x, peaks)
        case "tradeoff":
            charts.trade_off(part, metric, query.scores(stamp))
        case "heat":
            charts.heat(part, metric)
        case "parallel":
            charts.parallel(part, metric, stamp)
        case "latents":
            spaces.thumbnails(rows, part, metric)
