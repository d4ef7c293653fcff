"""What can be had of a comparison: its tables as files, its link, and the commands that reproduce it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from core.compare.groups import group_table
from core.compare.index import RESULTS, setting_of
from core.compare.result_table import narrowed
from core.compare.table_formats import CITED, TABLE_FORMATS
from core.setting.links import command
from pages.parts.compare.published_values import published_values
from pages.parts.shared.commands import commands

MAX_COMMANDS = 5
MAX_PRINTED = 1_000  # rows of a table for people


def downloads(rows: pd.DataFrame, part: pd.DataFrame, metrics: Sequence[str]) -> None:
    """Tables as files; made when they are asked for."""
    with st.popover("Export", icon=":material/download:", key="take", on_change="rerun") as menu:
        if not menu.open:
            return
        published = published_values(rows)
        st.markdown(f"**All {len(rows):,} results**")
        kinds = [
            k for k, f in TABLE_FORMATS.items() if not f.for_people or len(rows) <= MAX_PRINTED
        ]
        _buttons("results", kinds, partial(_results, rows, published, metrics))
        st.markdown("**Groups: means with 95 % intervals**")
        _buttons("groups", list(TABLE_FORMATS), partial(_groups, part, published, metrics))


def _buttons(name: str, kinds: Sequence[str], write: Callable[[str], bytes]) -> None:
    """A button for each format of a table."""
    with st.container(horizontal=True):
        for kind in kinds:
            one = TABLE_FORMATS[kind]
            st.download_button(
                one.label, partial(write, kind), f"{name}.{one.extension}", one.mime,
                key=f"take_{name}_{kind}", on_click="ignore",
            )  # fmt: skip


def _results(
    rows: pd.DataFrame, published: pd.DataFrame | None, metrics: Sequence[str], kind: str
) -> bytes:
    """All rows as a file."""
    table = rows.drop(columns=["curve"])
    if published is not None:
        table = pd.concat([table, published.assign(regularizer=published["label"])])
        table[CITED] = table[CITED].eq(True)
    one = TABLE_FORMATS[kind]
    return one.write(narrowed(table, metrics) if one.for_people else table)


def _groups(
    part: pd.DataFrame, published: pd.DataFrame | None, metrics: Sequence[str], kind: str
) -> bytes:
    """The groups as a file."""
    table = group_table(part, metrics)
    if published is not None:
        names = ["group", CITED, *(name for name in metrics if name in published)]
        table = pd.concat([table, published.assign(group=published["label"])[names]])
        table[CITED] = table[CITED].eq(True)
    return TABLE_FORMATS[kind].write(table)


def reproduce(part: pd.DataFrame, link: str) -> None:
    """The link to this comparison, and the commands that give its results."""
    commands(
        "Link to this comparison, and the commands that reproduce it", "reproduce",
        lambda: "\n".join(command_lines(part)), link=link,
    )  # fmt: skip


def command_lines(part: pd.DataFrame) -> list[str]:
    """The sweeps of the studies that rows come from; of other rows the trainings, a few."""
    studies = sorted({name for text in part["study"].unique() for name in text.split(", ") if name})
    folder = RESULTS.parent
    known = [name for name in studies if (folder / f"{name}.toml").is_file()]
    lines = [f"python -m core sweep studies/{name}.toml" for name in known]
    alone = part[[not set(text.split(", ")) & set(known) for text in part["study"]]]
    lines += [command(setting_of(row)) for _, row in alone.head(MAX_COMMANDS).iterrows()]
    if len(alone) > MAX_COMMANDS:
        lines.append(f"# and {len(alone) - MAX_COMMANDS:,} more: filter them, or select one")
    return lines
