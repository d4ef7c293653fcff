"""A study without writing: what varies, over which values, and the setting that the rest comes from."""

from __future__ import annotations

import streamlit as st

from core.setting.amounts import counted
from core.setting.links import read_text, short_text
from core.setting.names import regularizer_names, title
from core.setting.setting import FIELDS, REGULARIZERS, Setting, dataset_info
from core.studies.form import MAX_SEEDS, Axis, field_axes, study_text, term_axes, values
from core.studies.study import StudyError
from pages.parts.shared import address
from pages.parts.shared.frame import remembered
from pages.parts.shared.wording import plain

_TEXT = "sweep_text"  # of the study, in the text area
_BY_HAND = "sweep_by_hand"  # whether somebody changed that text
MAX_CHARACTERS = 20_000  # of a study
_MAX_WRITTEN = 200  # characters of a list of values
_DIMENSIONS, _SEEDS = "2-4", 2  # at the start: some minutes


def form() -> str | None:
    """Draw the form and the text that it makes; the text, or None where a field says what is wrong."""
    by_hand = bool(st.session_state.get(_BY_HAND))
    fixed = _fixed()
    made = _controls(fixed, by_hand)
    return _as_text(made, by_hand)


def show_text(text: str) -> None:
    """Have the page show a text that was written by hand; in a callback."""
    st.session_state[_TEXT], st.session_state[_BY_HAND] = text, True


# --------------------------------------------------------------------------------- the controls
def _fixed() -> Setting:
    """The Setting that gives what is not varied: of the address, else what Explore showed last."""
    if said := address.taken("sweep", FIELDS):
        setting, problems = read_text(said)
        for sentence in problems:
            address.problem(sentence)
        st.session_state["setting"] = setting
    fixed = remembered() or Setting()
    address.say(short_text(fixed))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"Everything that you do not vary is as in the setting that you looked at last on "
                    f"Explore: **{plain(title(fixed))}**, {counted(fixed.epochs, 'epoch')}.",
                    width="content")  # fmt: skip
        st.page_link("streamlit_app.py", label="Change it", icon=":material/tune:",
                     query_params=short_text(fixed))  # fmt: skip
    return fixed


def _controls(fixed: Setting, off: bool) -> str | None:
    """What varies and its values; the study's text, None where a field says what is wrong."""
    axes = field_axes()
    said = address.taken("sweep_vary", ["vary"])  # parameters of terms are options, too
    own = str(short_text(fixed).get("regularizer", "none"))
    chosen_before = st.session_state.get("of_regularizer") or [own]
    if said and said.get("vary"):
        chosen_before = [*chosen_before, *REGULARIZERS]
    axes |= term_axes(text for text in chosen_before if text in REGULARIZERS or text == own)
    names = list(axes)
    vary = st.multiselect(
        "What to vary", names, format_func=lambda name: axes[name].label, disabled=off,
        key=address.choices("vary", names, ["latent_dim"], lambda name: axes[name].label),
        placeholder="nothing but seeds",
        help="Fields of a setting, and parameters of the regularizers that you chose.",
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    wrong = False
    with st.grid(min_column_width=260):
        for name in vary:
            with st.container(gap="xxsmall"):
                got = _values(axes[name], fixed, own, off)
            wrong |= not got
            found[name] = got
        seeds = st.number_input(
            "Seeds", 1, MAX_SEEDS, key=address.number("sweep_seeds", 1, MAX_SEEDS, _SEEDS),
            disabled=off, help="Each setting is trained with the seeds 0, 1, 2 and so on. One says "
            "little; verdicts need seven.",
        )  # fmt: skip
    return None if wrong else study_text(fixed, found, int(seeds))


def _values(axis: Axis, fixed: Setting, own: str, off: bool) -> list[str]:
    """A control for the values of what varies; [] where what it says is wrong, with a sentence."""
    key = f"of_{axis.key}"
    if axis.choices:
        options, names = _options(axis, own)
        at_first = _at_first(axis, fixed, own)
        found = st.multiselect(
            axis.label, options, format_func=lambda value: names.get(value, value), help=axis.help,
            key=address.choices(key, options, [at_first] if at_first in options else []),
            disabled=off,
        )  # fmt: skip
        if not found:
            _wrong("Choose at least one value.")
        return list(found)
    start = _DIMENSIONS if axis.key == "latent_dim" else _at_first(axis, fixed, own)
    example = "0,2,4; 0-9" if axis.key == "digits" else "1-10 or 0.1, 1, 10"
    text = st.text_input(
        axis.label, key=address.text(key, _MAX_WRITTEN, start), max_chars=_MAX_WRITTEN,
        placeholder=example, help=f"{axis.help} Written like {example}.", disabled=off,
    )  # fmt: skip
    try:
        return values(axis, text)
    except StudyError as error:
        _wrong(str(error))
        return []


def _options(axis: Axis, own: str) -> tuple[list[str], dict[str, str]]:
    """The values of a choice and their names."""
    if axis.key == "regularizer":
        names = {name: info.label for name, info in REGULARIZERS.items()}
        if own not in names:
            names[own] = f"{regularizer_names([own])[own]}, as on Explore"
        return list(names), names
    if axis.key == "dataset":
        names = {name: dataset_info(name).label for name in axis.choices}
        return list(names), names
    return list(axis.choices), {}


def _at_first(axis: Axis, fixed: Setting, own: str) -> str:
    """What the Setting that gives the rest has there."""
    if axis.key == "regularizer":
        return own
    if "." not in axis.key:
        return fixed.to_text()[axis.key]
    term, parameter = axis.key.split(".", 1)
    terms = {t.name: t.full_params() for t in fixed.regularizer}
    infos = term_axes([term])[axis.key]
    value = terms[term][parameter] if term in terms else getattr(infos.allowed, "default", "")
    return f"{value:g}" if isinstance(value, float) else str(value)


def _wrong(sentence: str) -> None:
    st.markdown(f":red[:material/error: {plain(sentence)}]")


# ------------------------------------------------------------------------------------- the text
def _as_text(made: str | None, by_hand: bool) -> str | None:
    """The study as text, to be read and changed; what it is then."""
    if by_hand:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info("The form is off: its text was changed by hand.", icon=":material/edit_note:")
            st.button("Back to the form", icon=":material/undo:", on_click=_back, key="study_form")
    elif made is None:
        return None
    else:
        st.session_state[_TEXT] = made
    with st.expander("The study as text (TOML)", icon=":material/edit_note:", expanded=by_hand):
        text = st.text_area(
            "TOML", height=300, max_chars=MAX_CHARACTERS, key=_TEXT, on_change=_changed,
            args=(made,), label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        st.caption(
            "A grid is the product of its lists; `0.1|1` inside a regularizer stands for one with each. "
            "What you change here is used as you write it, and turns the form off."
        )
    return str(text)


def _changed(made: str | None) -> None:
    st.session_state[_BY_HAND] = made is None or st.session_state[_TEXT].strip() != made.strip()


def _back() -> None:
    """Use the form again; what was written by hand is gone."""
    st.session_state[_BY_HAND] = False
