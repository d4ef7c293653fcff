"""Studies of anything: a study or a sentence, in time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.setting.paths import ROOT
from core.studies.study import StudyError
from core.studies.study_file import parse_study, read_study
from tests.faults.mutants import HEX, mutants, tried

STUDIES = sorted(path.read_text() for path in (ROOT / "studies").glob("*.toml"))
JUNK = (
    '""', '"="', "nan", "inf", "-inf", "1e400", "[]", "[[]]", "[[1]]", "{}", "{a=1}", "[{}]", "true",
    "1979-05-27", "1979-05-27T07:32:00Z", "9" * 4200, HEX, f"[{HEX}]", "0b" + "1" * 15_000,
    '"\\u0000"', '"\\u202e"', '["heldout", "heldout"]', '[["heldout"]]', '"all"', "['kmeans']",
    '{method="kmeans"}', "[" * 200 + "]" * 200, "[" * 3000 + "]" * 3000, f'"{"a" * 15_000}"',
    f'"sine:weight={"|".join(["1"] * 3000)}"', f'"sine:{",".join(["weight=1|2"] * 1500)}"',
    f'"{"=1|1" * 4000}"', f'"{"=1|1|1" * 90_000}"', "100000", "100001", "-1", "0", "[0, 1, 2]",
    '"0,2|1"', '["none", "sine"]', "1.5", "'''x\ny'''", '"=cmd()"', '["0-9"]',
)  # fmt: skip
KEYS = (
    "measured_on", "trained_on", "name", "seeds", "seed", "digits", "regularizer", "epochs", "x",
    "latent_dim", "dataset", "method", "clusters", "neighbours", "learning_rate", "grid", "defaults",
    "clustering", "description", "k" * 5000,
)  # fmt: skip
TABLES = (
    "[clustering]\nmethod = ['kmeans']", f"[clustering]\nclusters = {HEX}", "[defaults]", "[[grid]]",
    "[[defaults]]", "[grid]", "[[grid]]\nname=''", "[clustering]\nmethod={}", "grid = 1", "[x]",
)  # fmt: skip


def _mutated(text: str, chance: Any) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    match chance.randrange(7):
        case 0:
            lines[at] = f"{chance.choice(KEYS)} = {chance.choice(JUNK)}"
        case 1:
            lines.insert(at, f"{chance.choice(KEYS)} = {chance.choice(JUNK)}")
        case 2:
            lines.insert(at, chance.choice(TABLES))
        case 3:
            data = bytearray(text.encode())
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            return data.decode(errors="replace")
        case 4:
            del lines[at:]
        case 5:
            key, equals, _ = lines[at].partition("=")
            lines[at] = f"{key}= {chance.choice(JUNK)}" if equals else lines[at]
        case _:
            lines[at] *= chance.randrange(2, 30)
    return "\n".join(lines) or "x"


def test_studies_of_any_text() -> None:
    for chance in mutants("study"):
        text = chance.choice(STUDIES)
        for _ in range(chance.choice((1, 1, 2, 3))):
            text = _mutated(text, chance)
        tried(lambda text=text: parse_study(text, Path("x.toml"), 1000), text)


HOSTILE = [
    pytest.param("a" + ".a" * 495_000 + " = 1", "dots", id="a name of half a million parts"),
    pytest.param("x = {" + "a." * 5000 + "a = 1}", "dots", id="such a name inside"),
    pytest.param("[" + "a." * 5000 + "a]", "dots", id="such a table"),
    pytest.param('[ "a"' + ' . "a"' * 50_000 + " ]", "dots", id="such a table in quotes"),
    pytest.param(f"[[grid]]\nepochs = {HEX}", "shorter numbers", id="a number of 4,000 digits"),
    pytest.param(f"[[grid]]\nseeds = {HEX}", "seeds must be|shorter", id="as many seeds"),
    pytest.param("[clustering]\nmethod = ['kmeans']\n[[grid]]\nseeds = 1", "method must", id="a list"),
    pytest.param(
        "[[grid]]\nregularizer = '" + "=1|1|1" * 90_000 + "'",
        "at most .* settings; got far more", id="3^90000 settings",
    ),
    pytest.param("x = " + "[" * 100_000, "not a TOML file", id="a deep list"),
    pytest.param("=" * 1_000_001, "over 1,000,000 bytes", id="a large file"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), HOSTILE)
def test_hostile_studies_are_a_sentence_in_time(text: str, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(text)
    with pytest.raises(StudyError, match=reason):
        read_study(file)
    assert tried(lambda: read_study(file), text)


def test_a_study_with_many_values_of_parts_is_no_hostile_one() -> None:
    weights = "|".join(f"0.{i}" for i in range(1, 100))
    text = f'[[grid]]\nregularizer = "sine:weight={weights}"\nlearning_rate = [0.1, 0.2, 0.3]'
    assert len(parse_study(text, Path("x.toml")).settings) == 3 * len(
        {float(f"0.{i}") for i in range(1, 100)}
    )
