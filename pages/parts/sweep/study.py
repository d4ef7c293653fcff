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
from pages.parts.shared import address, study_data
from pages.parts.shared.wording import plain
from pages.parts.sweep.form import MAX_CHARACTERS, form, show_text

MAX_SETTINGS = 1_000  # larger studies are for the command line
FORM = "form"  # what a new visitor sees, beside the files
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
    """Draw the choice of a study; None, and a sentence on the page, if there is none."""
    files = {path.stem: path for path in sorted(STUDIES.glob("*.toml"))}
    names = [FORM, *files]
    about = study_data.descriptions()

    def label(name: str) -> str:
        if name == FORM:
            return "A study of your own"
        return f"{name}: {about[name]}" if about.get(name) else name

    name = st.selectbox(
        "Study", names, format_func=label, key=address.choice("study", names, FORM),
        help="Make one with the form, or take one of those that come with the project.",
    )  # fmt: skip
    if name == FORM:
        text = form()
        return None if text is None else _parsed(text, "your study", None)
    path = files[name]
    try:
        shipped = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        st.error(f"{plain(path.name)} can't be read.", icon=":material/error:")
        return None
    text = _text(name, shipped)
    changed = text.strip() != shipped.strip()
    return _parsed(text, "your study", None) if changed else _parsed(text, path.name, path)


def _parsed(text: str, name: str, path: Path | None) -> ChosenStudy | None:
    """The study of a text; None, and a sentence on the page, where it is none.

    Args:
        text: TOML.
        name: what it is called in sentences.
        path: its file; None: it has none, and is a study of a visitor's own.
    """
    try:
        study = parse_study(text, Path(name), MAX_SETTINGS)
    except StudyError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
    if study.description:
        st.caption(plain(study.description))
    folder = default_out(STUDIES / "any.toml").parent
    return ChosenStudy(study, default_out(path) if path else own_results(folder, text), text)


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
    if name == FORM:
        show_text(text)
    else:
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
