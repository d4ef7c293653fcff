"""One validator for all that people write: fields of a Setting, parameters, studies, options.

A value comes as what it is or as its text; what is returned has the right type and lies in range. The
message of an error says what was expected and what was given.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol


class Allowed(Protocol):
    """What a value may be: one of `choices`, or else a number from `minimum` to `maximum`."""

    @property
    def minimum(self) -> float: ...
    @property
    def maximum(self) -> float: ...
    @property
    def choices(self) -> tuple[Any, ...]: ...


class Limits(NamedTuple):
    """The plainest `Allowed`."""

    minimum: float = 0.0
    maximum: float = math.inf
    choices: tuple[Any, ...] = ()


_MAX_QUOTED = 80  # characters
_MAX_BITS = 600
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _MAX_QUOTED + 2
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxset = 12


def listed(names: Iterable[Any]) -> str:
    """`a, b or c`."""
    texts = [str(name) for name in names]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"


def quoted(value: Any) -> str:
    """The value as a sentence quotes it: what it is, cut short where it is long.

    >>> quoted("x" * 1000)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx …"
    """
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:  # Python writes none so long
        return "a number of hundreds of digits"
    cut = value[:_MAX_QUOTED] if isinstance(value, str | bytes) else value
    try:
        text = _SHORT.repr(cut)
    except Exception:  # of a foreign object, or of a list with such a number
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= _MAX_QUOTED else f"{text[: _MAX_QUOTED - 1]} …"


def number(value: Any, kind: type) -> int | float | None:
    """The value as `kind` (int or float, finite), from a number or its text; None when it is neither."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
        if kind is float:
            # + 0.0 makes a negative zero a plain one: equal Settings must have one name
            return found + 0.0 if math.isfinite(found) else None
        # not int(found): a seed above 2**53 would be rounded instead of refused
        return int(value) if isinstance(value, int | str) or found == int(found) else None
    except (ValueError, OverflowError):
        return None


def finite_number(value: Any) -> float | None:
    """A finite float from a number of any type or its text; None otherwise: files may hold anything."""
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def checked(
    name: str, value: Any, kind: type, allowed: Allowed, error: type[ValueError] = ValueError
) -> Any:
    """`value` as `kind` (int, float or str), among the choices or inside the range of `allowed`.

    Raises:
        error: it is something else; the message names the value, what is allowed and what was given.
    """
    found = value if kind is str else number(value, kind)
    if allowed.choices or kind is str:
        if found not in allowed.choices:
            raise error(f"{name} must be {listed(allowed.choices)}; got {quoted(value)}")
        return found
    if found is None or not allowed.minimum <= found <= allowed.maximum:
        what = "a whole number" if kind is int else "a number"
        bounds = f"from {allowed.minimum:g} to {allowed.maximum:.12g}"
        if allowed.maximum == math.inf:
            bounds = f"of at least {allowed.minimum:g}"
        raise error(f"{name} must be {what} {bounds}; got {quoted(value)}")
    return found


def only_known(
    what: str, given: Iterable[str], known: Iterable[str], error: type[ValueError] = ValueError
) -> None:
    """Raise `error` for the first name that is not known."""
    names = list(known)
    for name in given:
        if name not in names:
            raise error(f"{what} must be {listed(names)}; got {quoted(name)}")


def mapping(what: str, value: Any, error: type[ValueError] = ValueError) -> Mapping[str, Any]:
    """The value, which must be an object with names."""
    if not isinstance(value, dict):
        raise error(f"{what} must be an object with names; got {type(value).__name__}")
    return value
