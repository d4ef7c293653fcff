"""How a field of Setting is shown, checked and written; the metadata of its dataclass field."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from core.setting.checks import number, quoted
from core.setting.errors import SettingError
from core.setting.menu.info import Value


@dataclass(frozen=True)
class FieldInfo:
    """What is said of a field, and which values it may have.

    Attributes:
        label: name for people.
        help: one plain sentence.
        minimum, maximum: inclusive range of a number.
        choices: allowed values of a str (or of an int that has few).
        advanced: belongs behind "more" in a form.
        since_default: for a field added after Runs were stored: the value that old Runs had.
            At that value the field is left out of the hash, so their names stay valid.
    """

    label: str
    help: str
    minimum: float = 0.0
    maximum: float = math.inf
    choices: tuple[Value, ...] = ()
    advanced: bool = False
    since_default: Any = None


def option(default: Any, label: str, help: str, **info: Any) -> Any:  # noqa: A002
    return dataclasses.field(default=default, metadata={"info": FieldInfo(label, help, **info)})


def digits_from(value: Any) -> tuple[int, ...]:
    """Classes in order, without repetition; from a sequence or its text `0,2,4`.

    Raises:
        SettingError: no class, or something that is none.
    """
    parts = [p for p in value.split(",") if p.strip()] if isinstance(value, str) else value
    if isinstance(parts, int) and not isinstance(parts, bool):
        parts = [parts]
    if not isinstance(parts, list | tuple | set | frozenset):
        parts = [None]
    numbers = [number(p, int) for p in parts]
    if not numbers or any(n is None or not 0 <= n <= 999 for n in numbers):
        raise SettingError(
            f"digits must be at least one class, written like 0,2,4,6,8; got {quoted(value)}"
        )
    return tuple(sorted({int(n) for n in numbers if n is not None}))
