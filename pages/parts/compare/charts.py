"""The charts of the Compare page: rows and a score in, a chart in which rows can be selected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import streamlit as st

from core.compare import findings
from core.compare.comparisons import varied
from core.compare.summary import summarise
from core.compare.trade_off import front
from core.compare.trends import along
from core.compare.words import column_name
from core.figures.group_means import group_means
from core.figures.heat_map import heat_map
from core.figures.parallel_axes import MAX_LINES, parallel_axes
from core.figures.shared import MAX_GROUPS
from core.figures.shared import column_label as column_label
from core.figures.trade_offs import trade_offs
from core.figures.trends import trends
from core.metrics.catalogue import METRICS
from core.setting.amounts import counted
from core.setting.names import regularizer_names
from pages.parts.compare import query
from pages.parts.compare.controls import score
from pages.parts.compare.published_values import published_values
from pages.parts.compare.selection import selectable_chart, selected
from pages.parts.shared import address

if TYPE_CHECKING:
    import pandas as pd

SEPARATION, ERROR = "silhouette_labels", "reconstruction_mse"
PARALLEL = ("acc", "silhouette_labels", "silhouette_clusters", "knn_accuracy", "reconstruction_mse")
MAX_ENDS = 6  # lines or groups that are named in a picture
_SELECT = "Click a point, or draw a box around some, to select these results."
_NAMED = (
    f"Of more than {MAX_ENDS} the best, none and those you select are named; point at another one to "
    "see its name."
)


def groups(part: pd.DataFrame, metric: str) -> None:
    """Each group's mean, its interval and its seeds."""
    summary = summarise(part, ["group"], metric)
    shown = min(len(summary), MAX_GROUPS)
    selectable_chart(
        group_means(summary, part, metric, published_values(part)),
        "chart_groups",
        f"{METRICS[metric].label} of {counted(shown, 'group')}: mean, 95 % interval and every seed",
        findings.best(part, metric),
    )
    more = len(summary) - MAX_GROUPS
    if more > 0:
        st.caption(f"The best {MAX_GROUPS} groups are drawn; {more} more are not.")
    _mixed(part, varied(part))
    single = int((summary["n"] == 1).sum())
    if single:
        st.caption(
            f"{single} of {len(summary)} groups have one seed: chance may explain any difference."
        )
    st.caption(_SELECT)


def _mixed(part: pd.DataFrame, mixed: list[str]) -> None:
    """Warn where what is drawn as one group is several settings."""
    per_group = part.groupby("group")
    within = [n for n in mixed if n in part and (per_group[n].nunique() > 1).any()]
    if within:
        names = ", ".join(map(column_name, within))
        st.warning(
            f"Groups mix settings that differ in {names.lower()}: group by it, or choose under "
            "“otherwise equal”, before you read anything into a difference.",
            icon=":material/warning:",
        )


def trend(part: pd.DataFrame, metric: str, x: str, found: str) -> None:
    """The score along a number, under what was found."""
    if not x:
        st.info("No number differs among these results: there is nothing to draw a trend along.")
        return
    rows = along(part, x)
    summary = summarise(rows, ["line", "x"], metric)
    lines = summary.dropna(subset=["x"])["line"].nunique()
    drawn = f"{METRICS[metric].label} along {column_name(x).lower()}, a line for each regularizer"
    name = f"{found[0].upper()}{found[1:-1]}" if found else drawn
    selectable_chart(
        trends(summary, rows, x, metric, _named(rows, "line", metric), published_values(part)),
        "chart_trend",
        name,
        f"{drawn}: {counted(lines, 'line')}.",
    )
    best = " The title compares means of equal seeds." if found else ""
    st.caption(
        f"{drawn}.{best} {_NAMED} Bands are 95 % intervals of the mean over seeds. {_SELECT}"
    )


def _named(rows: pd.DataFrame, column: str, metric: str, more: Iterable[str] = ()) -> list[str]:
    """Lines or groups that get a name: all if they are few; else the best, none, and those ticked."""
    known = rows.dropna(subset=[metric])
    means = known.groupby(column)[metric].mean()
    ordered = means.sort_values(ascending=METRICS[metric].better == "lower", kind="stable").index
    if len(ordered) <= MAX_ENDS:
        return list(ordered)
    ticked = known.loc[known["id"].isin(selected()), column]
    plain = known.loc[known["regularizer"] == "none", column]
    names = dict.fromkeys([ordered[0], *plain, *ticked, *more])
    return [str(name) for name in names][:MAX_ENDS]


def trade_off(part: pd.DataFrame, metric: str, scores: list[str]) -> None:
    """The score against another: what a separation costs."""
    default = ERROR if metric != ERROR else SEPARATION
    other = score([n for n in scores if n != metric], "Against", "against", default)
    known = part.dropna(subset=[metric, other])
    name = f"{METRICS[metric].label} against {METRICS[other].label}: every result, and the front"
    selectable_chart(
        trade_offs(
            part, other, metric, _named(known, "group", metric, _front(known, other, metric)),
            published_values(part),
        ),
        "chart_tradeoff",
        name,
        f"{name} of {counted(len(known), 'result')}.",
    )  # fmt: skip
    if ERROR in (metric, other) and part["pixel_range"].nunique() > 1:
        st.caption("Errors of settings with pixels of 0..1 and of 0..255 are not comparable.")
    st.caption(f"**{METRICS[other].label}**: {METRICS[other].help}")
    st.caption(f"On the front no other result is better in both scores. {_NAMED} {_SELECT}")


def _front(known: pd.DataFrame, x: str, y: str) -> list[str]:
    """Groups that have a result on the front."""
    x_higher, y_higher = (METRICS[name].better == "higher" for name in (x, y))
    on_it = front(known[x], known[y], x_higher=x_higher, y_higher=y_higher)
    return list(dict.fromkeys(known.loc[on_it, "group"]))


def heat(part: pd.DataFrame, metric: str) -> None:
    """Regularizer by latent dimension."""
    summary = summarise(part, ["regularizer", "latent_dim"], metric)
    short = regularizer_names(part["regularizer"].unique().tolist())
    rows = part.assign(group=part["regularizer"].map(short))
    selectable_chart(
        heat_map(
            summary.assign(group=summary["regularizer"].map(short)),
            rows,
            metric,
            published_values(part),
        ),
        "chart_heat",
        f"{METRICS[metric].label} by regularizer and latent dimension",
        f"Mean {METRICS[metric].label} by regularizer and latent dimension.",
    )
    st.caption("Means over seeds, the best regularizer on top. Click a cell to see its results.")


def parallel(part: pd.DataFrame, metric: str, stamp: str) -> None:
    """Many scores and fields at once."""
    numbers, scores = query.numbers(stamp), query.scores(stamp)
    default = list(dict.fromkeys(n for n in (metric, *PARALLEL) if n in scores))
    columns = st.multiselect(
        "Axes", [*scores, *numbers], format_func=column_label, max_selections=10,
        key=address.choices("axes", [*scores, *numbers], default, column_label),
    )  # fmt: skip
    selectable_chart(
        parallel_axes(part, columns, published_values(part)),
        "chart_parallel",
        "Results on parallel axes",
        f"{len(part)} results as lines across {len(columns)} axes.",
    )
    if len(part) > MAX_LINES:
        st.caption(f"{MAX_LINES:,} of {len(part):,} results are drawn.")
    st.caption(
        "Each line is a result in the colour of its group: point at it to see which. Each axis goes "
        f"from its least to its greatest value. {_SELECT}"
    )
