"""Buttons that save what was decoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st

from pages.parts.shared.sentences import fragment


class File(NamedTuple):
    """What can be saved.

    Attributes:
        label: of its button.
        make: gives its content; called when it is asked for.
        name: of the file.
    """

    label: str
    make: Callable[[], bytes]
    name: str


@fragment()
def save_row(key: str, files: Sequence[File]) -> None:
    """A button for each file, in a row at the place `key`."""
    row = st.container(horizontal=True, gap="small")
    for label, make, name in files:
        row.download_button(
            label, make, name, key=f"{key}_{label}", on_click="ignore", type="tertiary",
            icon=":material/download:",
        )  # fmt: skip
