"""Term: a regularizer with all its parameters, as a Setting holds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.setting.checks import checked, listed, quoted
from core.setting.errors import SettingError
from core.setting.menu import REGULARIZERS, SCHEDULE, schedule_of
from core.setting.menu.info import Value

MAX_TERMS = 4


@dataclass(frozen=True)
class Term:
    """A regularizer and all its parameters, validated; text form `sine:weight=1.0,wavelength=2.0`.

    Parameters left out get their defaults, so two Terms that mean the same are equal.

    Raises:
        SettingError: a name or value that is not allowed; the message names what is.
    """

    name: str
    params: tuple[tuple[str, Value], ...] = ()

    def __post_init__(self) -> None:
        known = [name for name in REGULARIZERS if name != "none"]
        if self.name not in known:
            raise SettingError(
                f"regularizer must be {listed(['none', *known])}; got {quoted(self.name)}"
            )
        allowed = REGULARIZERS[self.name].parameters
        every = {**allowed, **schedule_of(self.name)}
        given = dict(self.params)
        for key in given:
            if key not in every:
                options = listed(allowed) if allowed else "nothing (it has no parameters)"
                raise SettingError(
                    f"parameter of regularizer {quoted(self.name)} must be {options}; got {quoted(key)}"
                )
        kept = []
        for key, p in every.items():
            given_or_default = given.get(key, p.default)
            where = f"{self.name}.{key}"
            value = checked(where, given_or_default, type(p.default), p, SettingError)
            if not p.late or value != p.default:
                kept.append((key, value))
        object.__setattr__(self, "params", tuple(kept))  # frozen; this is its constructor

    def full_params(self) -> dict[str, Value]:
        """Every parameter by name, also those that a Term leaves out at their defaults."""
        every = schedule_of(self.name) | dict(REGULARIZERS[self.name].parameters)
        return {key: p.default for key, p in every.items()} | dict(self.params)

    def strength(self, epoch: int, epochs: int) -> float:
        """Share of the term's weight that counts in an epoch (from 1 on) of so many, 0 to 1."""
        values = self.full_params()
        first, last, ramp = (int(values.get(key, 0)) for key in SCHEDULE)
        first = first or epochs // 2 + 1
        if epoch < first or (last and epoch > last):
            return 0.0
        return min(1.0, (epoch - first + 1) / (ramp + 1))

    def __str__(self) -> str:
        return term_text(self.name, dict(self.params))

    def own_params(self) -> dict[str, Value]:
        """The parameters that are not at their default."""
        usual = Term(self.name).full_params()
        return {key: value for key, value in self.params if value != usual[key]}

    @classmethod
    def parse(cls, text: str) -> Term:
        """Read the text form; raises SettingError naming what is wrong."""
        name, _, rest = text.strip().partition(":")
        params: list[tuple[str, Value]] = []
        for part in filter(None, rest.split(",")):
            key, equals, value = part.partition("=")
            if not equals:
                raise SettingError(
                    f"regularizer parameters must be written name=value,...; got {quoted(part)}"
                )
            params.append((key.strip(), value.strip()))
        return cls(name, tuple(params))


def term_text(name: str, params: Mapping[str, object]) -> str:
    """The text form of a term: `sine:weight=50.0,offset=1.0`."""
    # a plus sign joins terms, so 1e+20 is written 1e20
    text = ",".join(f"{key}={value}".replace("e+", "e") for key, value in params.items())
    return f"{name}:{text}" if text else name


def terms_from(value: Any) -> tuple[Term, ...]:
    """Terms from their text form (joined by `+`, which a URL may turn into a space) or a tuple.

    Raises:
        SettingError: something else, or terms that cannot go together.
    """
    if isinstance(value, str):
        parts = [p for p in re.split(r"[+\s]+", value) if p]
        _check_count(len(parts))  # before each is read
        value = () if parts in ([], ["none"]) else tuple(Term.parse(p) for p in parts)
    if isinstance(value, Term):
        value = (value,)
    if not isinstance(value, tuple) or not all(isinstance(t, Term) for t in value):
        raise SettingError(f"regularizer must be Terms or their text; got {quoted(value)}")
    names = [t.name for t in value]
    _check_count(len(names))
    if len(set(names)) < len(names):
        raise SettingError(f"regularizer must name each term once; got {'+'.join(names)}")
    feeding = [name for name in names if REGULARIZERS[name].feeds_decoder]
    if len(feeding) > 1:
        raise SettingError(
            f"regularizer must have at most one of the terms that decide what the decoder reads; "
            f"got {'+'.join(feeding)}"
        )
    return tuple(sorted(value, key=lambda t: t.name))  # one order, or equal Settings would differ


def _check_count(count: int) -> None:
    if count > MAX_TERMS:
        raise SettingError(f"regularizer must have at most {MAX_TERMS} terms; got {count}")
