"""README and docs keep their word: commands run or parse, Python runs, files and links are there.

A block marked `sh` runs, line by line, in a copy of the repository. One marked `sh long` and commands
inside a sentence are only parsed: the command, its options and the files it names must exist.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from core.cli.main import _parser
from core.setting.errors import UserError
from core.setting.recipes import RECIPES, SHIPPED

ROOT = Path(__file__).resolve().parents[1]
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"]
PAGES += ["data/README.md", "checkpoints/README.md", "studies/README.md"]
PAGES += sorted(str(file.relative_to(ROOT)) for file in (ROOT / "docs").glob("*.md"))
# preparations for a machine, which a test must not make
PREPARATIONS = (
    "git",
    "docker",
    "ray",
    "source",
    "apt-get",
    "curl",
    "python3.11",
    ".venv/bin/pip",
    ".venv/bin/pre-commit",
)
IN_A_SENTENCE = re.compile(r"`((?:python -m (?:core|benchmarks)|make)\b[^`]* [^`]*)`")
DRAWS = ("benchmarks.sine", "benchmarks.menu")  # need Chromium

pytestmark = pytest.mark.slow


def blocks(page: str, kind: str) -> list[str]:
    """What the fenced blocks of a kind hold, e.g. "sh", "sh long", "python"."""
    text = (ROOT / page).read_text()
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def lines(texts: list[str]) -> list[list[str]]:
    """Commands as lists of words, without comments."""
    split = [shlex.split(line, comments=True) for text in texts for line in text.splitlines()]
    return [words for words in split if words]


def to_run(page: str, *, drawing: bool = False) -> list[list[str]]:
    found = lines(blocks(page, "sh"))
    return [words for words in found if (words[2:3] and words[2] in DRAWS) == drawing]


def problem(words: list[str]) -> str:
    """What is wrong with a command, judged without running it; empty: nothing."""
    if words[:2] == ["python", "-m"]:
        return _problem_of_module(words[2], words[3:])
    if words[0] == "make":
        made = subprocess.run(["make", "-n", *words[1:]], cwd=ROOT, capture_output=True, text=True)
        return made.stderr if made.returncode else ""
    return "" if words[0].startswith(PREPARATIONS) or words == [".ci/run"] else "unknown program"


def _problem_of_module(module: str, arguments: list[str]) -> str:
    if module == "core":
        try:
            _parser().parse_args(arguments)
        except UserError as error:
            return str(error)
        except SystemExit:  # --help
            pass
        named = [a for a in arguments if a.startswith("studies/") and not (ROOT / a).exists()]
        return f"no such file: {named}" if named else ""
    source = ROOT / (module.replace(".", "/") + ".py")
    if not source.is_file():
        return f"no module {module}"
    code = source.read_text()
    unknown = [a for a in arguments if a.startswith("--") and f'"{a}"' not in code]
    return f"no options {unknown}" if unknown else ""


@pytest.mark.parametrize("page", PAGES)
def test_documented_commands_exist(page: str) -> None:
    found = lines(blocks(page, "sh(?: long)?"))
    found += lines(IN_A_SENTENCE.findall((ROOT / page).read_text().replace("\n", " ")))
    wrong = {" ".join(words): problem(words) for words in found if problem(words)}
    assert wrong == {}


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("python -m core trian", id="no such command"),
        pytest.param("python -m core train --latent-dims 3", id="no such option"),
        pytest.param("python -m core train --recipe best", id="no such choice"),
        pytest.param("python -m core sweep studies/none.toml", id="no such study"),
        pytest.param("python -m benchmarks.nothing", id="no such benchmark"),
        pytest.param("python -m benchmarks.post --profiles", id="no such option of a benchmark"),
        pytest.param("make rnu", id="no such target"),
        pytest.param("latent-clusterz runs", id="no such program"),
    ],
)
def test_a_wrong_command_is_noticed(command: str) -> None:
    assert problem(shlex.split(command))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a clone holds, as far as commands need it, and two files of a reader's own."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("core", "benchmarks", "studies", "docs"):
        unneeded = shutil.ignore_patterns(".*", "tiny.csv", "own-*")
        shutil.copytree(ROOT / name, folder / name, ignore=unneeded)
    for name in SHIPPED:
        run = RECIPES[name].setting.name
        shutil.copytree(ROOT / "checkpoints" / run, folder / "checkpoints" / run)
    (folder / "data").mkdir()
    (folder / "data" / "MNIST").symlink_to(ROOT / "data" / "MNIST")
    random = np.random.default_rng(0)
    labels = random.integers(0, 3, 300)
    np.savez(folder / "latents.npz", X=random.normal(size=(300, 3)) + labels[:, None], y=labels)
    images = random.integers(0, 255, (300, 12, 12), dtype=np.uint8)
    np.savez(folder / "my-images.npz", images=images, labels=labels)
    return folder


def _run(arguments: list[str], folder: Path) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LATENT_CLUSTERS_", "PYTHON"))}
    kept["OMP_NUM_THREADS"] = "1"  # on few points threads wait for each other
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=kept, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{shlex.join(arguments)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


# `python -m MODULE ...`, one after the other in one process: torch is imported once
_MODULES = """
import json, runpy, sys
for words in json.loads(sys.argv[1]):
    sys.argv = words[2:]
    try:
        runpy.run_module(words[2], run_name="__main__", alter_sys=True)
    except SystemExit as stop:
        if stop.code:
            sys.exit(f"{words}: {stop.code}")
"""


def _run_all(commands: list[list[str]], folder: Path) -> None:
    strange = [words for words in commands if words[:2] != ["python", "-m"]]
    assert strange == [], "not for a test to run, mark it long"
    _run(["-c", _MODULES, json.dumps(commands)], folder)


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if to_run(page)])
def test_documented_commands_run(page: str, copy: Path) -> None:
    _run_all(to_run(page), copy)


@pytest.mark.browser
@pytest.mark.parametrize("page", [page for page in PAGES if to_run(page, drawing=True)])
def test_figures_of_studies_are_drawn_as_documented(page: str, copy: Path) -> None:
    _run_all(to_run(page, drawing=True), copy)


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")])
def test_documented_python_runs(page: str, copy: Path) -> None:
    for code in blocks(page, "python"):
        _run(["-c", code], copy)


@pytest.mark.parametrize("page", PAGES)
def test_files_and_links_are_there(page: str) -> None:
    text = (ROOT / page).read_text()
    links = {link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if ":" not in link}
    found = [
        link for link in sorted(links) if link and not (ROOT / page).parent.joinpath(link).exists()
    ]
    files = set(
        re.findall(r"`((?:core|pages|tests|benchmarks|static|studies|docs)/[\w./*-]*)`", text)
    )
    found += [file for file in sorted(files) if "NAME" not in file and not any(ROOT.glob(file))]
    assert found == []


def test_the_map_of_packages_is_that_of_the_layers() -> None:
    """Every package is named, lower ones first, as `make lint` checks their imports."""
    section = (ROOT / "docs/architecture.md").read_text().split("## The map")[1].split("\n## ")[0]
    cells = [row[0] for row in _rows(section) if "`core/" in row[0] or "`pages/`" in row[0]]
    named = [re.findall(r"`((?:core|pages)[\w/]*?)(?:\.py|/)`", cell) for cell in cells]
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = [layer.split(" | ") for layer in reversed(config["contracts"][0]["layers"])]
    expected = [name.replace(".", "/") for layer in layers for name in sorted(layer)]
    assert [name for row in named for name in row] == expected


def _rows(text: str) -> list[list[str]]:
    """The cells of each row of the Markdown tables in a text."""
    rows = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows]


@cache
def _printed_rows(command: str) -> list[list[str]]:
    return _rows(_run(shlex.split(command)[1:], ROOT))


def _printed(numbers: list[str], command: str) -> bool:
    """Whether one row of what a command prints holds all of these numbers, in any column."""
    rows = _printed_rows(command)
    return any(all(any(c.startswith(n) for c in row) for n in numbers) for row in rows)


def test_the_main_table_is_what_its_command_prints() -> None:
    text = (ROOT / "README.md").read_text()
    command = " ".join(next(words for words in to_run("README.md") if "table" in words))
    rows = [row[2:] for row in _rows(text) if row[0] in ("all ten", "even")]
    assert len(rows) == 4
    assert [row for row in rows if not _printed(row, command)] == []


def test_scores_of_known_methods_are_what_their_commands_print() -> None:
    rows = [row for row in _rows((ROOT / "docs/field.md").read_text()) if "core table" in row[-1]]
    assert len(rows) == 3
    assert [row for row in rows if not _printed(row[1:3], row[-1].strip("`"))] == []


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().split()) <= 900
