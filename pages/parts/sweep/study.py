"""Which study the Sweep page is about: one of the files, or what a visitor made of its text."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import streamlit as st

from core.jobs.sweeps import own_results
from core.setting.paths import STUDIES
from core.studies.plan import default_out
from core.studies.study import Study, StudyError
from core.studies.study_file import parse_study
from pages.parts.shared import address
from pages.parts.shared.wording import plain

MAX_CHARACTERS = 20_000
MAX_SETTINGS = 1_000  # larger studies are for the command line
FIRST = "tiny"  # what a new visitor sees: done in seconds
_OWN = "own_sweeps"  # results files of sweeps that this visitor started: name and text of the study


class ChosenStudy(NamedTuple):
    """What the page is about.

    Attributes:
        study: what is asked.
        out: its results file.
        text: its TOML, which names it in caches.
    """

    study: Study
    out: Path
    text: str


def choose() -> ChosenStudy | None:
    """Draw the choice of a study and its text; None, and a sentence on the page, if there is none."""
    files = {path.stem: path for path in sorted(STUDIES.glob("*.toml"))}
    if not files:
        st.info("There are no studies here. A study is a small TOML file in the folder studies/.")
        return None
    names = sorted(files, key=lambda name: name != FIRST)
    name = st.selectbox("Study", names, key=address.choice("study", names, names[0]))
    path = files[name]
    try:
        shipped = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        st.error(f"{plain(path.name)} can't be read.", icon=":material/error:")
        return None
    text = _text(name, shipped)
    changed = text.strip() != shipped.strip()
    try:
        study = parse_study(text, Path("your study" if changed else path.name), MAX_SETTINGS)
    except StudyError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
    if study.description:
        st.caption(plain(study.description))
    out = default_out(path)
    return ChosenStudy(study, own_results(out.parent, text) if changed else out, text)


def _text(name: str, shipped: str) -> str:
    """The text of a study, as the file has it or as the visitor changed it."""
    with st.expander("Read or change the study", icon=":material/edit_note:"):
        st.session_state.setdefault(_text_key(name), shipped)
        text = st.text_area(
            "TOML",
            height=320,
            max_chars=MAX_CHARACTERS,
            key=_text_key(name),
            label_visibility="collapsed",
            persist_state="session",  # it may be work: other pages and studies leave it alone
        )
        st.caption(
            "A grid is the product of its lists; `0.1|1` inside a regularizer stands for one with "
            "each. Fields are those of the Explore page's address. What you change here is a study "
            "of its own, with results of its own; the file stays as it is."
        )
        if text.strip() != shipped.strip():
            st.button("Undo all changes", icon=":material/undo:", on_click=_show,
                      args=(name, shipped), key="study_undo")  # fmt: skip
    return str(text)


def _text_key(name: str) -> str:
    return f"study_text_{name}"


def _show(name: str, text: str) -> None:
    """Have the page show a study with that text; in a callback."""
    st.session_state["study"] = name
    st.session_state[_text_key(name)] = text


def remember_own(chosen: ChosenStudy) -> None:
    """Note that this visitor started that study's sweep; in a callback."""
    st.session_state.setdefault(_OWN, {})[chosen.out] = (st.session_state["study"], chosen.text)


def is_own(out: Path) -> bool:
    """Whether this visitor started the sweep with that results file."""
    return out in st.session_state.get(_OWN, {})


def show_own(out: Path) -> None:
    """Have the page show the study of a sweep that this visitor started; in a callback."""
    _show(*st.session_state[_OWN][out])
