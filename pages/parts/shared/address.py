"""The address of a page and its controls always say the same, and no click is lost.

The address is read when a session begins, when one comes from another page, goes back, or follows a
link; at no other time. A click brings along the address that the browser had when it was sent, which
may be older than what this session has written since. So an address that this session wrote itself is
an echo and says nothing new.

Each function that declares a control is called right before the control is drawn, and gives the key to
draw it with. Values at their default are left out of the address.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_KEY = "address"
_KEPT = 500  # addresses that may still come back as an echo
_LONGEST = 2_000  # characters of one value
Values = dict[str, list[str]]


@dataclass
class _Address:
    """What a session knows of its address.

    Attributes:
        page: the page that is shown.
        new: what the address that was read last says.
        read: keys of controls that have taken their value from it.
        defaults: of controls: one that is at its default follows when that changes.
        held: what controls held: Streamlit forgets those of one that a run does not draw.
        came: the address that came with this run.
        said: what the controls of this run say, by key.
        written: addresses that this session has read or written, the newest last.
        pages: what was said last on each page.
        problems: sentences on what could not be read; forgotten as soon as the controls say something
            else than `settled`.
        settled: what the controls said when all of a new address had been read.
    """

    page: str = ""
    new: Values = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    defaults: dict[str, Any] = field(default_factory=dict)
    held: dict[str, Any] = field(default_factory=dict)
    came: str = ""
    said: Values = field(default_factory=dict)
    written: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT))
    pages: dict[str, Values] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    settled: str | None = None


def _here() -> _Address:
    here = st.session_state.get(_KEY)
    if not isinstance(here, _Address):
        here = st.session_state[_KEY] = _Address()
    return here


def begin(page: str) -> None:
    """Read the address if it is new; before any control of a page is drawn."""
    here = _here()
    came = {name: st.query_params.get_all(name) for name in st.query_params}
    here.came, here.said = urlencode(came, doseq=True), {}
    back = getattr(get_script_run_ctx(), "is_history_navigation", False)
    if here.page == page and here.came in here.written and not back:
        return
    # who comes back to a page by its link in the menu finds it as it was
    before = here.pages.get(page, {}) if here.page != page and not came else {}
    here.page, here.new, here.read = page, before | came, set()
    here.problems, here.settled = [], None
    here.written.append(here.came)
    for key in here.defaults:  # what the address does not say is at its default
        st.session_state.pop(key, None)
    here.defaults, here.held = {}, {}


def write() -> None:
    """Write what the controls say; at the end of a page."""
    here = _here()
    text = urlencode(here.said, doseq=True)
    # Equal to what came is not enough: the browser may not have seen what was written last.
    if text != here.came or text != here.written[-1]:
        st.query_params.from_dict(here.said)
        here.written.append(text)
    here.pages[here.page] = here.said
    if here.settled is None:
        here.settled = text
    elif here.settled != text:
        here.problems = []


def begin_part(keys: Iterable[str]) -> None:
    """Before the controls of a part of a page that may run alone (`st.fragment`) are drawn."""
    for key in keys:
        _here().said.pop(key, None)


def write_part() -> None:
    """Write what the controls say, at the end of such a part; `write` does in runs of the whole page."""
    here = _here()
    if getattr(get_script_run_ctx(), "fragment_ids_this_run", None):
        text = urlencode(here.said, doseq=True)
        if text != here.written[-1]:
            st.query_params.from_dict(here.said)
            here.written.append(text)
        here.pages[here.page] = here.said


def said() -> Mapping[str, list[str]]:
    """What the controls of this run say so far, by key, without what is at its default."""
    return _here().said


def link() -> str:
    """The address of what this run has said so far, to be copied."""
    base = str(st.context.url or "").split("?")[0].rstrip("/")
    return f"{base}/?{urlencode(_here().said, doseq=True)}"


def forget(keys: Iterable[str]) -> None:
    """Set controls to their defaults, in a callback."""
    here = _here()
    for key in keys:
        st.session_state.pop(key, None)
        here.held.pop(key, None)
        here.read.add(key)


def declared() -> list[str]:
    """Keys of the controls of this page."""
    return list(_here().defaults)


def problems() -> list[str]:
    """Sentences on what in the address could not be followed."""
    return _here().problems


def problem(sentence: str) -> None:
    """Note that something in the address could not be followed."""
    _here().problems.append(sentence)


def say(values: Mapping[str, str | Sequence[str]]) -> None:
    """Put values into the address that no control here declares."""
    for name, value in values.items():
        _here().said[name] = [value] if isinstance(value, str) else list(value)


def taken(key: str, names: Iterable[str]) -> dict[str, str] | None:
    """What a new address says of these names; None if it was read before.

    Args:
        key: names the reader: each reads a new address once.
        names: of the address.
    """
    here = _here()
    if key in here.read:
        return None
    here.read.add(key)
    return {name: here.new[name][-1][:_LONGEST] for name in names if here.new.get(name)}


def choice(
    key: str, options: Sequence[Any], default: Any, label: Callable[[Any], str] = str
) -> str:
    """Declare a control for one of `options` (or None, if that is the default).

    Args:
        key: of the control and in the address.
        options: what can be chosen.
        default: at the start.
        label: name of an option; the address may name it so, too.
    """

    def read(values: list[str]) -> Any:
        return next((o for o in options if values[-1] in (str(o), label(o))), default)

    def valid(value: Any) -> Any:
        return value if value in options or value == default else default

    return _declare(key, default, read, lambda value: [str(value)], valid)


def choices(key: str, options: Sequence[Any], default: Sequence[Any] = (),
            label: Callable[[Any], str] = str) -> str:  # fmt: skip
    """Declare a control for several of `options`; what the address says of none of them is not heard."""

    def read(values: list[str]) -> list[Any]:
        found = [o for o in options if str(o) in values or label(o) in values]
        return found if found or values == [""] else list(default)

    def valid(value: Any) -> list[Any]:
        return [v for v in value or () if v in options]

    return _declare(key, list(default), read, lambda value: [str(v) for v in value] or [""], valid)


def number(key: str, low: float, high: float, default: float) -> str:
    """Declare a control for a number from `low` to `high`, of the type of `default`."""
    kind = type(default)

    def read(values: list[str]) -> Any:
        try:
            value = float(values[-1])
        except ValueError:
            return default
        if not math.isfinite(value) or not low <= value <= high or kind(value) != value:
            return default
        return kind(value)

    def valid(value: Any) -> Any:
        return value if isinstance(value, int | float) and low <= value <= high else default

    return _declare(key, default, read, lambda value: [f"{value:.10g}"], valid)


def whole_or_none(key: str, low: int, high: int) -> str:
    """Declare a control for a whole number from `low` to `high`, or None, as it is at first."""

    def read(values: list[str]) -> int | None:
        return int(values[-1]) if values[-1].isascii() and values[-1].isdecimal() else None

    def valid(value: Any) -> int | None:
        return int(value) if isinstance(value, int | float) and low <= value <= high else None

    return _declare(key, None, read, lambda value: [str(value)], valid)


def flag(key: str, *, default: bool = False) -> str:
    """Declare a control that is on or off."""
    return _declare(
        key,
        default,
        lambda values: values[-1].lower() == "true",
        lambda value: [str(value).lower()],
        bool,
    )


def text(key: str, most: int, default: str = "") -> str:
    """Declare a control for a text of at most so many characters."""
    return _declare(
        key,
        default,
        lambda values: values[-1][:most],
        lambda value: [value],
        lambda value: str(value or "")[:most],
    )


def words(key: str, valid: Callable[[str], bool], most: int) -> str:
    """Declare a list of words, at most so many, which no control holds: an entry of the session."""

    def kept(values: Any) -> list[str]:
        return list(dict.fromkeys(word for word in values if valid(word)))[:most]

    return _declare(
        key,
        [],
        lambda values: kept(values[-1][:_LONGEST].split(",")),
        lambda value: [",".join(value)],
        kept,
    )


def _declare(
    key: str,
    default: Any,
    read: Callable[[list[str]], Any],
    written: Callable[[Any], list[str]],
    valid: Callable[[Any], Any],
) -> str:
    """Give a control its value: of a new address, else the one it has, else its default."""
    here, state = _here(), st.session_state
    values = here.new.get(key) if key not in here.read else None
    here.read.add(key)
    if values:
        value = read([v[:_LONGEST] for v in values])
    else:
        value = state.get(key, here.held.get(key, default))
        if key in here.defaults and value == here.defaults[key]:
            value = default
    value = valid(value)
    here.defaults[key], here.held[key] = default, value
    if key not in state or state[key] != value:
        state[key] = value
    if value != default:
        here.said[key] = written(value)
    return key
