"""Everything that was measured, read once for all visitors and again when it changed."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from core.compare import index as core_index
from core.compare.index import Index
from core.setting.setting import FIELDS, Setting
from pages.parts.shared import services


def index(*, now: bool = False) -> Index:
    """Everything measured, as the store and the results files are now, or were two seconds ago."""
    if now:
        _sources.clear()
    return index_at(_sources())


@st.cache_resource(ttl=2, show_spinner=False)
def _sources() -> str:
    """Asking ten thousand files for their time takes a tenth of a second: not at every click."""
    return core_index.stamp(services.store(), core_index.RESULTS)


@st.cache_resource(max_entries=2, show_spinner="Reading the results …")
def index_at(stamp: str) -> Index:
    """The index of that stamp, read once for all visitors."""
    return core_index.load(services.store(), core_index.RESULTS)


def stored_alike(setting: Setting, fields: Iterable[str], most: int) -> list[Setting]:
    """Of other stored Runs that share these fields, the newest; no Run is read."""
    rows = index().rows
    text = setting.to_text()
    alike = rows["has_run"] & (rows["run"] != setting.name)
    for name in fields:
        alike &= rows[name].astype(str) == str(text[name])
    found = rows.loc[alike].drop_duplicates("run").head(most)
    return [core_index.setting_of(row) for row in found[list(FIELDS)].to_dict("records")]
