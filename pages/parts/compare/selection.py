"""Results that a visitor selected in a chart or the table: kept in the address, listed with links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
import streamlit as st

from core.compare.index import setting_of
from core.setting.amounts import counted
from core.setting.links import short_text
from core.setting.names import title
from pages.parts.shared import address, charts
from pages.parts.shared.result_columns import column_settings, result_columns

if TYPE_CHECKING:
    import pandas as pd

PARAMETER = "picked"  # of the address
MAX_SELECTED = 50
_ID = re.compile(r"[0-9a-f]{10}(-[0-9a-f]{4})?")


def selectable_chart(figure: go.Figure, key: str, name: str, alt: str) -> None:
    """A chart below its title, in which results can be selected: click a point, or draw around some."""
    st.markdown(f"**{name}**")
    charts.chart(
        figure,
        key,
        name,
        on_select=partial(_from_chart, key),
        selection_mode=("points", "box", "lasso"),
        alt=alt,
    )


def _from_chart(key: str) -> None:
    """Select what the chart reports; it is a visitor's input."""
    points = st.session_state[key]["selection"]["points"]
    select(identity for point in points for identity in _ids(point.get("customdata")))


def _ids(custom: Any) -> list[str]:
    """Ids of rows in the `customdata` of a point: a text, or a list that begins with one."""
    first = custom[0] if isinstance(custom, list | tuple) and custom else custom
    return first.split() if isinstance(first, str) else []


def select(identities: Iterable[str]) -> None:
    """Keep ids of rows, each once, at most `MAX_SELECTED`; none: forget the selection."""
    st.session_state[PARAMETER] = list(identities)


def selected() -> list[str]:
    """Ids of the selected rows; they are in the address, too."""
    key = address.words(PARAMETER, lambda word: bool(_ID.fullmatch(word)), MAX_SELECTED)
    return list(st.session_state[key])


def selection_bar(rows: pd.DataFrame) -> None:
    """One line that is always there: how much is selected, and what can be done with it."""
    found = rows[rows["id"].isin(selected())]
    stored = found[found["has_run"]]["run"].nunique()
    with st.container(horizontal=True, vertical_alignment="center", key="selection_bar"):
        if not len(found):
            st.caption("Nothing is selected: click a point of a chart, or tick rows of the table.")
            return
        st.markdown(f"**Selected: {counted(len(found), 'result')}**", width="content")
        st.button(
            "Set side by side", icon=":material/view_column_2:", on_click=_beside,
            disabled=stored < 2, key="set_beside",
            help=f"The weights of {stored} of these are here; it takes two.",
        )  # fmt: skip
        st.button("Clear", key="clear_picked", on_click=select, args=((),))


def _beside() -> None:
    address.forget(["side"])
    st.session_state["view"] = "beside"


def show_selected(rows: pd.DataFrame, metrics: Sequence[str]) -> None:
    """The selected rows, if any, below the table; one of them can be opened in Explore."""
    wanted = selected()
    if not wanted:
        return
    found = rows[rows["id"].isin(wanted)]
    with st.container(border=True):
        if not len(found):
            st.info("The results that this link selects are not here.")
            st.button("Clear", key="clear_unknown", on_click=select, args=((),))
            return
        most = f" (at most {MAX_SELECTED})" if len(wanted) >= MAX_SELECTED else ""
        st.markdown(f"**The selected results{most}**")
        st.dataframe(
            result_columns(found, metrics), hide_index=True, width="stretch", key="picked_table",
            column_config=column_settings(metrics), placeholder="", alt="Selected results, one a row",
            height="content" if len(found) <= 8 else 320,
        )  # fmt: skip
        if len(found) == 1:
            setting = setting_of(found.iloc[0])
            verb = "Explore" if bool(found["has_run"].iloc[0]) else "Explore and train"
            label = f"{verb}: {title(setting)}, seed {setting.seed}"
            if st.button(label, icon=":material/scatter_plot:", key="open_picked"):
                st.switch_page("streamlit_app.py", query_params=short_text(setting))
