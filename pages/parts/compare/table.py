"""The table of results on the Compare page, a page of it at a time, and what can be taken along."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.compare import result_table
from core.compare.groups import group_table
from core.compare.index import RESULTS, setting_of
from core.compare.table_formats import CITED, TABLE_FORMATS
from core.metrics.catalogue import METRICS
from core.setting.setting import FIELDS
from pages.parts.compare.cited import cited
from pages.parts.compare.picked import columns, configuration, pick

PER_PAGE = 200  # rows sent at once: ten thousand would be megabytes at every click
MAX_COMMANDS = 5
MAX_PRINTED = 1_000  # rows of a table for people


def table(rows: pd.DataFrame, metrics: Sequence[str], stamp: str) -> None:
    """The rows, sorted; a click on one picks it."""
    st.markdown("#### Results")
    orders = ["when", *METRICS, "training_seconds",
              *[n for n in ("regularizer", "latent_dim", "epochs", "seed") if n in FIELDS]]  # fmt: skip
    left, middle, right = st.columns([2, 2, 3], vertical_alignment="bottom")
    order = left.selectbox(
        "Sort by", orders, format_func=_order_name, key="sort", bind="query-params",
        help="Of all that pass the filters. A click on a column's head sorts what is on the screen.",
    )  # fmt: skip
    reverse = middle.toggle("Reversed", key="reversed", bind="query-params")
    ascending = order in FIELDS or (order in METRICS and METRICS[order].better == "lower")
    ordered = rows.sort_values(order, ascending=ascending != reverse, kind="stable")
    with right:
        shown, page = one_page(ordered, key="page", bind="query-params")
    # another page of it is another table: a selection means rows by their place
    key = f"table_{stamp}_{order}_{reverse}_{page}"
    drawn = columns(shown, metrics)
    if page == 1 and (quoted := cited(rows)) is not None:
        named = quoted.assign(regularizer=quoted["label"], study="cited: " + quoted["source"])
        drawn = pd.concat([drawn, named[[n for n in drawn if n in named]]])
    st.dataframe(
        drawn,
        hide_index=True,
        width="stretch",
        height="content" if len(shown) <= 12 else 460,
        column_config=configuration(metrics),
        on_select=partial(_from_table, key, shown["id"].tolist()),
        selection_mode="multi-row",
        key=key,
        placeholder="",
        alt="Results, one a row",
    )
    if len(shown) < len(ordered):
        st.caption(f"{len(shown)} of {len(ordered):,} results on this page of the table.")


def one_page(rows: pd.DataFrame, **options: Any) -> tuple[pd.DataFrame, int]:
    """The part of a long table that a visitor has turned to, and its number.

    Args:
        rows: all of them.
        options: of `st.pagination`, which is drawn where there is more than one page.
    """
    pages = -(-len(rows) // PER_PAGE)
    page = int(st.pagination(pages, **options) or 1) if pages > 1 else 1
    return rows.iloc[(page - 1) * PER_PAGE : page * PER_PAGE], page


def _order_name(name: str) -> str:
    if name in METRICS:
        return f"{METRICS[name].label}, best first"
    return {"when": "Newest first", "training_seconds": "Longest training first"}.get(
        name, FIELDS[name].label if name in FIELDS else name
    )


def _from_table(key: str, identities: list[str]) -> None:
    """What the table says was selected: rows by their place in what was sent."""
    places = st.session_state[key]["selection"]["rows"]
    pick(identities[i] for i in places if 0 <= i < len(identities))


def downloads(rows: pd.DataFrame, part: pd.DataFrame, metrics: Sequence[str]) -> None:
    """Tables to take along; made when they are asked for."""
    with st.popover(
        "Take along", icon=":material/download:", key="take", on_change="rerun"
    ) as menu:
        if not menu.open:
            return
        st.markdown(f"**All {len(rows):,} results**")
        quoted = cited(rows)
        with st.container(horizontal=True):
            for kind, one in TABLE_FORMATS.items():
                if one.for_people and len(rows) > MAX_PRINTED:
                    continue
                st.download_button(
                    one.label, partial(_written, kind, rows, quoted, metrics),
                    f"results.{one.extension}", one.mime, key=f"take_{kind}", on_click="ignore",
                )  # fmt: skip
        st.markdown("**Groups: means with 95 % intervals**")
        with st.container(horizontal=True):
            for kind, one in TABLE_FORMATS.items():
                st.download_button(
                    one.label, partial(_groups, kind, part, quoted, metrics),
                    f"groups.{one.extension}", one.mime, key=f"take_groups_{kind}",
                    on_click="ignore",
                )  # fmt: skip


def _written(
    kind: str, rows: pd.DataFrame, quoted: pd.DataFrame | None, metrics: Sequence[str]
) -> bytes:
    one = TABLE_FORMATS[kind]
    table = rows.drop(columns=["curve"])
    if quoted is not None:
        table = pd.concat([table, quoted.assign(regularizer=quoted["label"])])
        table[CITED] = table[CITED].eq(True)
    return one.write(result_table.narrowed(table, metrics) if one.for_people else table)


def _groups(
    kind: str, part: pd.DataFrame, quoted: pd.DataFrame | None, metrics: Sequence[str]
) -> bytes:
    table = group_table(part, metrics)
    if quoted is not None:
        names = [n for n in metrics if n in quoted]
        table = pd.concat([table, quoted.assign(group=quoted["label"])[["group", CITED, *names]]])
        table[CITED] = table[CITED].eq(True)
    return TABLE_FORMATS[kind].write(table)


def reproduce(part: pd.DataFrame, link: str) -> None:
    """The link to this comparison, and the commands that give its results."""
    with st.expander("Link to this comparison, and the commands that reproduce it"):
        st.code(link, language=None, wrap_lines=True)
        st.code("\n".join(commands(part)), language="bash", wrap_lines=True)


def commands(part: pd.DataFrame) -> list[str]:
    """The sweeps of the studies that rows come from; of other rows the trainings, a few."""
    studies = sorted({name for text in part["study"].unique() for name in text.split(", ") if name})
    folder = RESULTS.parent
    known = [name for name in studies if (folder / f"{name}.toml").is_file()]
    lines = [f"python -m core sweep studies/{name}.toml" for name in known]
    alone = part[[not set(text.split(", ")) & set(known) for text in part["study"]]]
    lines += [setting_of(row).command() for _, row in alone.head(MAX_COMMANDS).iterrows()]
    if len(alone) > MAX_COMMANDS:
        lines.append(f"# and {len(alone) - MAX_COMMANDS:,} more: filter them, or select one")
    return lines
