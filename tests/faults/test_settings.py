"""Settings of anything, as text and as JSON, and addresses: a Setting or a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.runs.listing import RUN_NAME
from core.setting.errors import SettingError
from core.setting.links import read_text, short_text
from core.setting.setting import FIELDS, REGULARIZERS, Setting
from tests.faults.mutants import TEXTS, VALUES, check_sentence, mutants, tried

BASES = (
    Setting(),
    Setting.from_text({"regularizer": "sine+contrastive", "digits": "1,2"}),
    Setting(dataset="digits"),
    Setting(dataset="npz-0123456789ab", digits=(0, 999)),
)
PARAMETERS = ("weight", "from_epoch", "until_epoch", "ramp_epochs", "x")


def _text(chance: Any) -> dict[str, str]:
    text = chance.choice(BASES).to_text()
    for _ in range(chance.choice((1, 1, 2, 4))):
        name = chance.choice(list(FIELDS))
        old, junk = text.get(name, ""), chance.choice(TEXTS)
        match chance.randrange(6):
            case 0:
                text[name] = junk
            case 1 if old:
                at = chance.randrange(len(old))
                text[name] = old[:at] + chr(chance.randrange(1, 0x3000)) + old[at + 1 :]
            case 2:
                text[name] = old * chance.randrange(2, 50)
            case 3:
                text[chance.choice(("", "x", name.upper(), f"{name}\0", "__class__", junk))] = old
            case 4:
                text[name] = old + junk
            case _:
                term = chance.choice(list(REGULARIZERS))
                text["regularizer"] = f"{term}:{chance.choice(PARAMETERS)}={junk}"
    return text


def _json(chance: Any) -> Any:
    plain = chance.choice(BASES).to_json()
    for _ in range(chance.choice((1, 1, 2, 3))):
        plain[chance.choice(list(FIELDS))] = chance.choice(VALUES + TEXTS)
    return chance.choice([plain] * 20 + [[], None, "x", 1, [plain]])


def _use(setting: Setting) -> None:
    """What everything else does with one."""
    assert Setting.from_text(setting.to_text()) == setting
    assert Setting.from_text(short_text(setting)) == setting
    assert Setting.from_json(json.loads(json.dumps(setting.to_json()))) == setting
    assert RUN_NAME.fullmatch(setting.name)
    assert len(setting.name) < 200
    assert hash(setting) == hash(setting.replace())


def test_settings_of_text() -> None:
    for chance in mutants("text"):
        text = _text(chance)
        tried(lambda given=text: _use(Setting.from_text(given)), "\n".join([*text, *text.values()]))


def test_settings_of_json() -> None:
    for chance in mutants("json"):
        plain = _json(chance)
        given = (
            "\n".join(t for t in plain.values() if isinstance(t, str))
            if isinstance(plain, dict)
            else ""
        )
        tried(lambda plain=plain: _use(Setting.from_json(plain)), given)


def test_addresses_give_a_setting_and_a_sentence_for_each_field() -> None:
    for chance in mutants("address"):
        text = _text(chance)
        setting, problems = read_text(text)
        _use(setting)
        for problem in problems:
            check_sentence(problem, "\n".join(text.values()))


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize(
    "value",
    [[], {}, [[]], object(), b"x", 1j],
    ids=["list", "dict", "nested", "object", "bytes", "complex"],
)
def test_a_field_of_another_type_is_a_sentence(name: str, value: object) -> None:
    if (name, value) == ("regularizer", []):
        return  # none
    with pytest.raises(SettingError, match="must be"):
        Setting.from_json({name: value})
