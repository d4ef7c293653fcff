"""What is written twice about the package agrees: versions, requirements, the wheel's folders."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
# what a file pins, and what may be installed according to pyproject.toml
PAIRS = {
    "requirements.txt": PROJECT["dependencies"] + EXTRAS["app"],
    "requirements-cluster.txt": EXTRAS["cluster"],
}


@pytest.mark.parametrize("file", PAIRS)
def test_ranges_admit_what_is_pinned_and_nothing_is_missing(file: str) -> None:
    lines = re.findall(r"^([\w-]+)==(\S+)$", (ROOT / file).read_text(), re.MULTILINE)
    pinned = {name.lower(): version for name, version in lines}
    ranges = {r.name.lower(): r.specifier for r in map(Requirement, PAIRS[file])}
    assert pinned.keys() == ranges.keys()
    for name, version in pinned.items():
        assert ranges[name].contains(version), f"{name} {version} is not in {ranges[name]}"


def test_the_citation_gives_the_version_of_the_package() -> None:
    assert f"\nversion: {PROJECT['version']}\n" in (ROOT / "CITATION.cff").read_text()


def test_every_folder_of_code_is_a_package() -> None:
    """One without `__init__.py` would be missing from the wheel."""
    folders = {file.parent for file in (ROOT / "core").rglob("*.py")}
    assert [f for f in sorted(folders) if not (f / "__init__.py").is_file()] == []
