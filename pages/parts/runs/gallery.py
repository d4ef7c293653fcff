"""The stored Runs as cards: picture, name, scores, note, and what can be done with each."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import safetensors
import streamlit as st

from core.compare.index import setting_of
from core.compare.words import score_text
from core.latents.projection import ProjectionError
from core.metrics.catalogue import METRICS
from core.metrics.diagnostics import DIAGNOSTICS
from core.runs.notes import Note
from core.runs.run import RunError
from core.setting.amounts import age, counted, in_bytes
from core.setting.links import short_text
from core.setting.setting import Setting
from pages.parts.runs import changes
from pages.parts.shared import image_data, own_runs, services
from pages.parts.shared.result_columns import one_page
from pages.parts.shared.wording import plain

if TYPE_CHECKING:
    import pandas as pd

PER_PAGE = 24
SCORES = ("silhouette_labels", "silhouette_clusters", "acc")
_CARD = 240  # pixels, at least


def gallery(rows: pd.DataFrame) -> None:
    """Draw a page of cards."""
    shown, _ = one_page(rows, "runs_cards", PER_PAGE)
    stamps = services.store().stamps()
    with st.container(key="gallery"), st.grid(min_column_width=_CARD, border=True, gap="small"):
        for row in shown.to_dict("records"):
            with st.container(gap="xsmall"):
                _card(row, stamps.get(row["run"], (0, 0))[0])


def _card(row: dict[str, Any], stamp: int) -> None:
    setting = setting_of(row)
    _show_picture(row, stamp)
    st.header(plain(row["called"]), anchor=False)
    if row["called"] != row["title"]:
        st.caption(plain(row["title"]))
    st.markdown(
        "  \n".join(f"{METRICS[name].label} **{score_text(name, row[name])}**" for name in SCORES)
    )
    if warnings := [DIAGNOSTICS[c].label for c in row["warnings"].split() if c in DIAGNOSTICS]:
        st.caption(f":material/warning: Read these scores with care: {', '.join(warnings)}.")
    st.caption(_facts(row, setting))
    if row["note"]:
        st.markdown(plain(row["note"]).replace("\n", "  \n"))
    _buttons(row, setting)


def _facts(row: dict[str, Any], setting: Setting) -> str:
    """What tells Runs of one title apart, how old it is and how large."""
    facts = [f"seed {setting.seed}", counted(setting.epochs, "epoch")]
    try:
        trained = datetime.fromisoformat(row["when"])
        facts.append(age((datetime.now(UTC) - trained).total_seconds()))
    except (ValueError, TypeError):
        pass  # not known
    return " · ".join([*facts, in_bytes(services.store().size(row["run"]))])


def _show_picture(row: dict[str, Any], stamp: int) -> None:
    try:
        # of its files only the one with the latents is read
        read = partial(services.store().peek, row["run"])
        picture = image_data.thumbnail(f"{row['run']}@{stamp}", read)
    except (RunError, ProjectionError, OSError, KeyError, safetensors.SafetensorError):
        st.caption("Its latent space can't be drawn.")
        return
    st.image(picture, width=180, alt=f"Latent space of {row['title']}, coloured by class")


def _buttons(row: dict[str, Any], setting: Setting) -> None:
    name = row["run"]
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.page_link("streamlit_app.py", label="Open", icon=":material/scatter_plot:",
                     query_params=short_text(setting))  # fmt: skip
        st.page_link("pages/Compare.py", label="Compare", icon=":material/compare_arrows:",
                     query_params={"picked": row["id"]})  # fmt: skip
        if st.button("Export", icon=":material/download:", type="tertiary", key=f"export_{name}"):
            changes.export(name)
        if not own_runs.may_change(name):
            return
        if st.button("Note", icon=":material/edit_note:", type="tertiary", key=f"note_{name}",
                     help="Give it a name of your own, write a note"):  # fmt: skip
            own = services.store().notes().get(name, Note())
            changes.write_note(name, own)
        st.button("Delete", icon=":material/delete:", type="tertiary", key=f"delete_{name}",
                  on_click=changes.delete, args=(name, row["called"]))  # fmt: skip
