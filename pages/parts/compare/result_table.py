"""The table of results on the Compare page, a page of it at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from core.metrics.catalogue import METRICS
from core.setting.setting import FIELDS
from pages.parts.compare.published_values import published_values
from pages.parts.compare.selection import select, selected
from pages.parts.shared import address
from pages.parts.shared.result_columns import column_settings, one_page, result_columns

_ORDERS = {
    "when": "Newest first",
    **{name: f"{metric.label}, best first" for name, metric in METRICS.items()},
    "training_seconds": "Longest training first",
    **{name: FIELDS[name].label for name in ("regularizer", "latent_dim", "epochs", "seed")},
}


def result_table(rows: pd.DataFrame, metrics: Sequence[str]) -> None:
    """The rows, sorted; a click on one selects it."""
    st.markdown("#### Results")
    left, middle, right = st.columns([2, 2, 3], vertical_alignment="bottom")
    order = left.selectbox(
        "Sort by", list(_ORDERS), format_func=_ORDERS.__getitem__,
        key=address.choice("sort", list(_ORDERS), "when", _ORDERS.__getitem__),
        help="Of all that pass the filters. A click on a column's head sorts what is on the screen.",
    )  # fmt: skip
    reverse = middle.toggle("Reversed", key=address.flag("reversed"))
    ascending = order in FIELDS or (order in METRICS and METRICS[order].better == "lower")
    ordered = rows.sort_values(order, ascending=ascending != reverse, kind="stable")
    with right:
        shown, page = one_page(ordered, "page")
    drawn = result_columns(shown, metrics)
    if page == 1 and (published := published_values(rows)) is not None:
        named = published.assign(
            regularizer=published["label"], study="cited: " + published["source"]
        )
        drawn = pd.concat([drawn, named[[n for n in drawn if n in named]]])
    ids = shown["id"].tolist()
    # rows are ticked by their place, so other rows, or the same in another order, are another table
    key = f"table_{hashlib.sha256(' '.join(ids).encode()).hexdigest()[:12]}"
    _tick(key, ids)
    st.dataframe(
        drawn, hide_index=True, width="stretch", height="content" if len(shown) <= 12 else 460,
        column_config=column_settings(metrics), selection_mode="multi-row",
        on_select=partial(_from_table, key, ids),
        key=key, placeholder="", alt="Results, one a row",
    )  # fmt: skip
    if len(shown) < len(ordered):
        st.caption(f"{len(shown)} of {len(ordered):,} results on this page of the table.")


def _from_table(key: str, identities: list[str]) -> None:
    """Select what the table reports; what is selected elsewhere stays."""
    places = st.session_state[key]["selection"]["rows"]
    ticked = [identities[i] for i in places if 0 <= i < len(identities)]
    here = set(identities)
    select([*(i for i in selected() if i not in here), *ticked])


def _tick(key: str, identities: list[str]) -> None:
    """Have the table show ticks at the rows that are selected."""
    wanted = set(selected())
    places = [i for i, identity in enumerate(identities) if identity in wanted]
    ticked = st.session_state.get(key, {}).get("selection", {}).get("rows", [])
    if sorted(ticked) != places:
        st.session_state[key] = {"selection": {"rows": places, "columns": [], "cells": []}}
