"""Rows that a visitor picked in a chart or the table: kept in the address, listed with links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import plotly.graph_objects as go
import streamlit as st

from core.compare.index import setting_of
from core.compare.short_names import shortened
from core.metrics.catalogue import METRICS
from core.metrics.diagnostics import DIAGNOSTICS
from core.setting.setting import FIELDS
from pages.parts.shared import charts

if TYPE_CHECKING:
    import pandas as pd

PICKED = "picked"
MAX_PICKED = 50
_ID = re.compile(r"[0-9a-f]{10}(-[0-9a-f]{4})?")


def chart(figure: go.Figure, key: str, name: str, alt: str) -> None:
    """A chart in which rows can be picked: click a point, or draw around some."""
    charts.chart(
        figure,
        key,
        name,
        on_select=partial(_from_chart, key),
        selection_mode=("points", "box", "lasso"),
        alt=alt,
    )


def _from_chart(key: str) -> None:
    """What a chart says was picked; it is a visitor's input."""
    points = st.session_state[key]["selection"]["points"]
    pick(identity for point in points for identity in _ids(point.get("customdata")))


def _ids(custom: Any) -> list[str]:
    first = custom[0] if isinstance(custom, list | tuple) and custom else custom
    return first.split() if isinstance(first, str) else []


def pick(identities: Iterable[str]) -> None:
    """Keep ids of rows, each once, at most `MAX_PICKED`; none: forget what was picked."""
    kept = list(dict.fromkeys(i for i in identities if _ID.fullmatch(i)))[:MAX_PICKED]
    if kept:
        st.query_params[PICKED] = ",".join(kept)
    elif PICKED in st.query_params:
        del st.query_params[PICKED]


def picked() -> list[str]:
    """Ids in the address."""
    found = str(st.query_params.get(PICKED, ""))[: 16 * MAX_PICKED].split(",")
    return list(dict.fromkeys(i for i in found if _ID.fullmatch(i)))


def address(row: Any) -> str:
    """The Explore page with the row's Setting: opens its Run, or offers to train it."""
    return f"./?{urlencode({name: str(row[name]) for name in FIELDS})}"


def columns(rows: pd.DataFrame, metrics: Sequence[str]) -> pd.DataFrame:
    """What the tables of this page show of some rows of the index."""
    short = shortened(rows["regularizer"].unique().tolist())
    return rows.assign(
        open=[address(row) for row in rows[list(FIELDS)].to_dict("records")],
        regularizer=rows["regularizer"].map(short),
        warnings=[", ".join(DIAGNOSTICS[c].label for c in text.split() if c in DIAGNOSTICS)
                  for text in rows["warnings"]],
    )[["open", "regularizer", "latent_dim", "digits", "seed", *metrics, "curve", "warnings",
       "architecture", "epochs", "dataset", "split", "trained_on", "clustering", "study", "has_run",
       "training_seconds", "when", "run"]]  # fmt: skip


def configuration(metrics: Sequence[str]) -> dict[str, Any]:
    """How these columns are drawn."""
    column = st.column_config
    return {
        "open": column.LinkColumn(
            "", display_text="open", pinned=True, width=55,
            help="Explore: the latent space, or the offer to train it",
        ),
        "regularizer": column.TextColumn("Regularizer", pinned=True, width=175),
        "curve": column.LineChartColumn(
            "Held-out error", width="small", help="Over the epochs, where it is known"
        ),
        "has_run": column.CheckboxColumn("Weights here"),
        "training_seconds": column.NumberColumn("Seconds", format="%.0f"),
        "warnings": column.TextColumn("Warnings", help="Signs that scores mislead; see Method."),
        "split": column.TextColumn("Measured on"),
        "trained_on": column.TextColumn("Trained on"),
        "clustering": column.TextColumn("Clusters by"),
        "study": column.TextColumn("Study"),
        "when": column.TextColumn("When"),
        "run": column.TextColumn("Run"),
        **{n: column.Column(FIELDS[n].label, help=FIELDS[n].help)
           for n in ("latent_dim", "digits", "seed", "architecture", "epochs", "dataset")},
        **{n: column.NumberColumn(METRICS[n].label, help=METRICS[n].help,
                                  format="%.4g" if n == "reconstruction_mse" else "%.3f")
           for n in metrics},
    }  # fmt: skip


def panel(rows: pd.DataFrame, metrics: Sequence[str]) -> None:
    """The picked rows, if any, with links to Explore and the command that trains one of them."""
    wanted = picked()
    if not wanted:
        return
    found = rows[rows["id"].isin(wanted)]
    with st.container(border=True):
        left, right = st.columns([4, 1], vertical_alignment="center")
        some = f"first {MAX_PICKED}" if len(wanted) >= MAX_PICKED else str(len(found))
        left.markdown(f"**Selected: {some} result{'s' * (len(found) != 1)}**")
        right.button("Clear", key="clear_picked", on_click=pick, args=((),), width="stretch")
        if not len(found):
            st.info("The results that this link selects are not here.")
            return
        st.dataframe(
            columns(found, metrics), hide_index=True, width="stretch", key="picked_table",
            column_config=configuration(metrics), height="content" if len(found) <= 8 else 320,
            placeholder="",
        )  # fmt: skip
        if len(found) == 1:
            setting = setting_of(found.iloc[0])
            verb = "Explore" if bool(found["has_run"].iloc[0]) else "Explore and train"
            if st.button(f"{verb} {setting.name}", icon=":material/scatter_plot:"):
                st.switch_page("streamlit_app.py", query_params=setting.to_text())
