"""Settings in addresses: as short as they go, and read one field at a time."""

from __future__ import annotations

from collections.abc import Mapping

from core.setting.errors import SettingError
from core.setting.names import recipe_of
from core.setting.setting import FIELDS, NPZ_NAME, Setting
from core.setting.term import term_text

# the defaults of other fields depend on these
_FIRST = ("dataset", "architecture")


def short_text(setting: Setting) -> dict[str, str]:
    """As `Setting.to_text`, without what has its default; the classes are always there.

    Of own images the size is, too, and how many clusters: these defaults are known only where they are.

    `Setting.from_text` reads it, as long as the defaults stay as they are: those that are in the names
    of stored Runs, so they do.
    """
    full, plain = setting.to_text(), Setting().to_text()
    usual = Setting(dataset=setting.dataset, architecture=setting.architecture).to_text()
    always = ("digits", "image_size") if NPZ_NAME.fullmatch(setting.dataset) else ("digits",)
    usual["clusters"] = plain["clusters"]
    text = {
        name: value
        for name, value in full.items()
        if name in always or value != (plain if name in _FIRST else usual)[name]
    }
    if "regularizer" in text:
        terms = (term_text(term.name, term.own_params()) for term in setting.regularizer)
        text["regularizer"] = "+".join(terms)
    return text


def read_text(text: Mapping[str, str]) -> tuple[Setting, list[str]]:
    """The Setting of an address: a field that cannot be followed costs that field alone.

    Args:
        text: fields and their values; others are passed over.

    Returns:
        The Setting, and a sentence for each field that kept its default.
    """
    given = {name: text[name] for name in (*_FIRST, *FIELDS) if name in text}
    try:
        return Setting.from_text(given), []
    except SettingError:
        pass  # which field it is, the loop finds
    taken: dict[str, str] = {}
    problems = []
    for name, value in given.items():
        try:
            Setting.from_text(taken | {name: value})
        except SettingError as error:
            problems.append(str(error))
        else:
            taken[name] = value
    return Setting.from_text(taken), problems


def command(setting: Setting) -> str:
    """The command line that trains a Setting: by its recipe, or by what is not at its default."""
    if (name := recipe_of(setting)) is not None:
        return f"python -m core train --recipe {name} --seed {setting.seed}"
    options = " ".join(f"--{n.replace('_', '-')} {v}" for n, v in short_text(setting).items())
    return f"python -m core train {options}"
