"""A study from a form: what can be varied, the values that people write, and the text of its file.

    text = study_text(Setting(), {"latent_dim": ["1", "2", "3"], "sine.weight": ["0.1", "1"]}, seeds=3)

What is not varied is that of one Setting. Imports nothing heavy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.setting.checks import Allowed, checked, quoted
from core.setting.datasets import DATASETS
from core.setting.links import short_text
from core.setting.menu import REGULARIZERS, schedule_of
from core.setting.menu.info import Value
from core.setting.setting import FIELDS, Setting
from core.setting.term import Term, term_text, terms_from
from core.studies.study import StudyError

MAX_VALUES = 100  # of one field
MAX_SEEDS = 20
_RANGE = re.compile(r"(\d{1,6})\s*[-–]\s*(\d{1,6})")
_FIRST = ("latent_dim", "regularizer", "digits", "epochs", "dataset")  # what most people vary
_TEXT = ("dataset", "digits", "regularizer")


@dataclass(frozen=True)
class Axis:
    """Something that a study can vary.

    Attributes:
        key: a field of Setting, or TERM.PARAMETER.
        label: name for people.
        help: one plain sentence.
        kind: type of its values.
        allowed: range of a number.
        choices: the values, where there are a few.
    """

    key: str
    label: str
    help: str
    kind: type
    allowed: Allowed
    choices: tuple[str, ...] = ()


def field_axes() -> dict[str, Axis]:
    """The fields of a Setting but the seed, those that most people vary first."""
    plain = Setting()
    names = [*_FIRST, *(name for name in FIELDS if name not in (*_FIRST, "seed"))]
    choices = {"dataset": tuple(DATASETS), "regularizer": tuple(REGULARIZERS)}
    return {
        name: Axis(
            name, FIELDS[name].label, FIELDS[name].help,
            str if name in _TEXT else type(getattr(plain, name)), FIELDS[name],
            choices.get(name, tuple(map(str, FIELDS[name].choices))),
        )
        for name in names
    }  # fmt: skip


def term_axes(texts: Iterable[str]) -> dict[str, Axis]:
    """The parameters of all terms in the texts of some regularizers."""
    found: dict[str, Axis] = {}
    for term in dict.fromkeys(term.name for text in texts for term in terms_from(text)):
        info = REGULARIZERS[term]
        for name, spec in {**info.parameters, **schedule_of(term)}.items():
            words = spec.label or name.replace("_", " ")
            label = f"{info.short}: {words[0].lower()}{words[1:]}"
            kind, key = type(spec.default), f"{term}.{name}"
            found[key] = Axis(key, label, spec.help, kind, spec, spec.choices)
    return found


def values(axis: Axis, text: str) -> list[str]:
    """The values that people wrote: `1-10`, `0.1, 1, 10`; of digits `0,2,4; 0-9`, set by set.

    Raises:
        StudyError: what must be, and what was given.
    """
    if axis.key == "digits":
        return [_classes(part) for part in text.split(";") if part.strip()] or _none(axis)
    found: list[str] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        found += map(str, _range(part)) if _RANGE.fullmatch(part) else [part]
        if len(found) > MAX_VALUES:
            raise StudyError(f"{axis.label} may have at most {MAX_VALUES} values")
    numbers = [checked(axis.label, one, axis.kind, axis.allowed, StudyError) for one in found]
    return list(dict.fromkeys(map(str, numbers))) or _none(axis)


def _none(axis: Axis) -> list[str]:
    example = "0,2,4; 0-9" if axis.key == "digits" else "1-10 or 1, 2, 5"
    raise StudyError(f"{axis.label} must have at least one value, written like {example}")


def _range(part: str) -> list[int]:
    ends = _RANGE.fullmatch(part)
    assert ends is not None
    low, high = int(ends[1]), int(ends[2])
    if not 0 <= high - low < MAX_VALUES:
        raise StudyError(
            f"a range must go up, by at most {MAX_VALUES} values, like 1-10; got {quoted(part)}"
        )
    return list(range(low, high + 1))


def _classes(text: str) -> str:
    """A set of classes: `0,2, 5-9` as `0,2,5,6,7,8,9`."""
    found: list[int] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        if not (_RANGE.fullmatch(part) or part.isdecimal()) or len(part) > 20:
            raise StudyError(
                "Digits must be classes, written like 0,2,4 or 0-9, with ; between sets; "
                f"got {quoted(part)}"
            )
        found += _range(part) if _RANGE.fullmatch(part) else [int(part)]
    return ",".join(map(str, sorted(set(found))))


# ------------------------------------------------------------------------------------ the file
def study_text(fixed: Setting, varied: Mapping[str, Sequence[str]], seeds: int) -> str:
    """The TOML of a study with one grid.

    Args:
        fixed: what is not varied, but for the seed.
        varied: values by key of an Axis.
        seeds: how many, from 0 on.
    """
    text = short_text(fixed)
    own = text.pop("regularizer", "none")
    rest = {k: v for k, v in text.items() if k not in varied and k != "seed"}
    fields = {key: list(v) for key, v in varied.items() if "." not in key and key != "regularizer"}
    params = {key: list(v) for key, v in varied.items() if "." in key}
    regularizers = [_with_values(one, params) for one in varied.get("regularizer", [own])]
    name = " x ".join(key.replace("_", " ").replace(".", " ") for key in varied) or "seeds"
    lines = ["# Made with the form of the Sweep page.", "[defaults]"]
    lines += [f"{key} = {_toml(key, value)}" for key, value in rest.items()]
    lines += ["", "[[grid]]", f"name = {json.dumps(name[:80])}"]
    lines += [f"{k} = [{', '.join(_toml(k, v) for v in values)}]" for k, values in fields.items()]
    lines.append(f"regularizer = {json.dumps(regularizers)}")
    lines.append(f"seeds = {seeds}")
    return "\n".join(lines) + "\n"


def _toml(key: str, value: str) -> str:
    return value if isinstance(getattr(Setting(), key), int | float) else json.dumps(value)


def _with_values(text: str, params: Mapping[str, Sequence[str]]) -> str:
    """A regularizer with all values of the parameters that its terms have: `sine:weight=0.1|1`."""
    return "+".join(_term(term, params) for term in terms_from(text)) or "none"


def _term(term: Term, params: Mapping[str, Sequence[str]]) -> str:
    varied: dict[str, Value] = {
        key.partition(".")[2]: "|".join(values)
        for key, values in params.items()
        if key.partition(".")[0] == term.name
    }
    return term_text(term.name, term.own_params() | varied)
