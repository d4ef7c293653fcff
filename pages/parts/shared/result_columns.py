"""The columns of tables of results, and one page of a long table: for Compare and Runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import streamlit as st

from core.compare.words import cell
from core.metrics.catalogue import METRICS
from core.metrics.diagnostics import DIAGNOSTICS
from core.setting.names import regularizer_names
from core.setting.setting import FIELDS
from pages.parts.shared import address

if TYPE_CHECKING:
    import pandas as pd

PER_PAGE = 200  # rows sent at once: ten thousand would be megabytes at every click
_FIELDS_SHOWN = ("dataset", "digits", "latent_dim", "seed", "architecture", "epochs")
_IN_WORDS = ("dataset", "digits", "split", "trained_on", "clustering")


def explore_address(row: Any) -> str:
    """The Explore page with the Setting of a row: opens its Run, or offers to train it."""
    return f"./?{urlencode({name: str(row[name]) for name in FIELDS})}"


def result_columns(rows: pd.DataFrame, metrics: Sequence[str]) -> pd.DataFrame:
    """What tables show of some rows of the index."""
    short = regularizer_names(rows["regularizer"].unique().tolist())
    return rows.assign(
        open=[explore_address(row) for row in rows[list(FIELDS)].to_dict("records")],
        regularizer=rows["regularizer"].map(short),
        warnings=[", ".join(DIAGNOSTICS[code].label for code in text.split() if code in DIAGNOSTICS)
                  for text in rows["warnings"]],
        **{name: _in_words(rows[name]) for name in _IN_WORDS},
    )[["open", "regularizer", "dataset", "digits", "latent_dim", "seed", *metrics, "curve", "warnings",
       "architecture", "epochs", "split", "trained_on", "clustering", "study", "has_run",
       "training_seconds", "when", "run"]]  # fmt: skip


def _in_words(column: pd.Series) -> pd.Series:
    """A column of few different values as people say them."""
    return column.map({value: cell(str(column.name), value) for value in column.unique()})


def column_settings(metrics: Sequence[str]) -> dict[str, Any]:
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
        **{n: column.Column(FIELDS[n].label, help=FIELDS[n].help) for n in _FIELDS_SHOWN},
        **{n: column.NumberColumn(METRICS[n].label, help=METRICS[n].help,
                                  format="%.4g" if n == "reconstruction_mse" else "%.3f")
           for n in metrics},
    }  # fmt: skip


def one_page(rows: pd.DataFrame, key: str, per_page: int | None = None) -> tuple[pd.DataFrame, int]:
    """The page of a long table that a visitor has turned to, and its number.

    Args:
        rows: all of them.
        key: of the control that turns pages, which is drawn where there is more than one.
        per_page: rows of a page; None: `PER_PAGE`.
    """
    per_page = per_page or PER_PAGE
    pages = -(-len(rows) // per_page)
    if pages <= 1:
        return rows, 1
    page = int(st.pagination(pages, key=address.number(key, 1, pages, 1)) or 1)
    return rows.iloc[(page - 1) * per_page : page * per_page], page
