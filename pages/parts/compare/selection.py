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
from pages.parts.shared import address, charts
from pages.parts.shared.result_columns import column_settings, result_columns

if TYPE_CHECKING:
    import pandas as pd

PARAMETER = "picked"  # of the address
MAX_SELECTED = 50
_ID = re.compile(r"[0-9a-f]{10}(-[0-9a-f]{4})?")


def selectable_chart(figure: go.Figure, key: str, name: str, alt: str) -> None:
    """A chart in which results can be selected: click a point, or draw around some."""
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


def show_selected(rows: pd.DataFrame, metrics: Sequence[str]) -> None:
    """The selected rows, if any, with links to Explore and the command that trains one of them."""
    wanted = selected()
    if not wanted:
        return
    found = rows[rows["id"].isin(wanted)]
    with st.container(border=True):
        left, right = st.columns([4, 1], vertical_alignment="center")
        some = f"first {MAX_SELECTED} results"
        left.markdown(
            f"**Selected: {some if len(wanted) >= MAX_SELECTED else counted(len(found), 'result')}**"
        )
        right.button("Clear", key="clear_picked", on_click=select, args=((),), width="stretch")
        if not len(found):
            st.info("The results that this link selects are not here.")
            return
        st.dataframe(
            result_columns(found, metrics), hide_index=True, width="stretch", key="picked_table",
            column_config=column_settings(metrics), placeholder="",
            height="content" if len(found) <= 8 else 320,
        )  # fmt: skip
        if len(found) == 1:
            setting = setting_of(found.iloc[0])
            verb = "Explore" if bool(found["has_run"].iloc[0]) else "Explore and train"
            if st.button(f"{verb} {setting.name}", icon=":material/scatter_plot:"):
                st.switch_page("streamlit_app.py", query_params=setting.to_text())
