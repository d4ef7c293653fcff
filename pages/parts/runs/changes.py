"""What can be done to a Run: name it, write a note, delete it, bring it back, export it."""

from __future__ import annotations

import streamlit as st

from core.runs.notes import MAX_NAME, MAX_NOTE, Note
from core.runs.run import RunError
from core.setting.names import title
from pages.parts.explore.export import export_buttons
from pages.parts.shared import own_runs, run_data, services
from pages.parts.shared.wording import plain

_DELETED = "deleted_runs"  # of this session: place in the trash and what it was called
_PROBLEM = "runs_problem"
_SHOWN = 3  # of those deleted last


@st.dialog("Name and note")
def write_note(name: str, note: Note) -> None:
    """Ask for a name and a note of a Run."""
    with st.form("note", border=False):
        called = st.text_input("Name", note.name, max_chars=MAX_NAME, key=f"note_name_{name}",
                               placeholder="empty: named by its setting")  # fmt: skip
        text = st.text_area("Note", note.text, max_chars=MAX_NOTE, key=f"note_text_{name}")
        st.caption("Plain text. Everybody who uses this app sees it.")
        if not st.form_submit_button("Save", type="primary"):
            return
    try:
        _allow(name)
        services.store().write_note(name, Note.of(called, text))
    except RunError as error:
        st.error(plain(str(error)))
    except OSError as error:
        st.error(f"The note can't be kept: {plain(error.strerror or str(error))}.")
    else:
        st.rerun()


@st.dialog("Export", width="large")
def export(name: str) -> None:
    """Offer a Run's files: its scores, weights, latents and plot."""
    run = run_data.run_named(name)
    if run is None:
        st.info("This run is not here any more.")
        return
    st.markdown(f"**{plain(title(run.setting))}**")
    with st.spinner("Reading the run …"):
        export_buttons(run, run.shown)
    st.caption(f"Latents, plot and projector: of its {len(run.shown):,} held-out images.")


def delete(name: str, called: str) -> None:
    """Move a Run into the trash, in a callback."""
    try:
        _allow(name)
        place = services.store().delete(name)
    except RunError as error:
        st.session_state[_PROBLEM] = str(error)
    except OSError as error:
        st.session_state[_PROBLEM] = f"It can't be deleted: {error.strerror or error}."
    else:
        st.session_state.setdefault(_DELETED, []).append((place, called))


def undo(place: str) -> None:
    """Bring a deleted Run back, in a callback."""
    deleted = st.session_state.get(_DELETED, [])
    try:
        if place in [where for where, _ in deleted]:
            services.store().undelete(place)
    except RunError as error:
        st.session_state[_PROBLEM] = str(error)
    except OSError as error:
        st.session_state[_PROBLEM] = f"It can't be brought back: {error.strerror or error}."
        return  # it may be possible later
    st.session_state[_DELETED] = [item for item in deleted if item[0] != place]


def show_deleted() -> None:
    """What this session deleted last, each with a way back; and what could not be done."""
    if problem := st.session_state.pop(_PROBLEM, ""):
        st.error(plain(problem), icon=":material/error:")
    for place, called in reversed(st.session_state.get(_DELETED, [])[-_SHOWN:]):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f"Deleted: {plain(called)}.", width="content")
            st.button("Undo", icon=":material/undo:", type="tertiary", on_click=undo, args=(place,),
                      key=f"undo_{place}")  # fmt: skip


def _allow(name: str) -> None:
    """Raises RunError where this visitor may not change a Run: a button may be older than that."""
    if not own_runs.may_change(name):
        raise RunError("Only who trained a run may change it.")
