"""The public names: imported when used, documented by examples that run."""

from __future__ import annotations

import doctest
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import core
from core import api
from core.runs.lookup import NoSuchRun
from core.runs.store import Store
from core.setting.setting import Setting

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", core.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    found = getattr(core, name)
    assert name in dir(core)
    assert name == "RECIPES" or (found.__doc__ or "").strip()


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'trian'"):
        core.trian  # noqa: B018


def test_importing_core_imports_nothing_heavy() -> None:
    code = "import sys, core; core.Setting(); print('torch' in sys.modules, 'numpy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert found.stdout.split() == ["False", "False"]


def test_examples_in_docstrings_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the shipped Runs; what an example trains goes elsewhere."""
    for recipe in ("plain", "tight"):
        name = core.RECIPES[recipe].setting.name
        shutil.copytree(ROOT / "checkpoints" / name, tmp_path / name)
    monkeypatch.setattr(api, "_store", lambda store: store or Store(tmp_path))
    outcome = doctest.testmod(api, extraglobs={"Setting": Setting})
    assert outcome.attempted > 8
    assert outcome.failed == 0


def test_the_same_training_is_loaded_not_repeated(tiny: Setting, store: Store) -> None:
    stages: list[str] = []
    first = api.train(tiny, store, progress=lambda stage, record: stages.append(stage))
    assert "training" in stages
    stages.clear()
    assert (
        api.train(tiny, store, progress=lambda stage, record: stages.append(stage)).name
        == first.name
    )
    assert stages == []
    assert api.load(tiny, store).name == first.name
    assert api.load(first.name[-10:], store).name == first.name


@pytest.mark.parametrize("part", ["no such run", "plain", ""])
def test_a_run_that_is_not_there_is_a_sentence(part: str, store: Store) -> None:
    with pytest.raises(NoSuchRun, match="run"):
        api.load(part, store)


def test_progress_is_one_line_that_is_written_over(tiny: Setting, store: Store, capsys) -> None:
    api.train(tiny, store)
    text = capsys.readouterr().err
    assert "\repoch 2 of 2" in text
    assert text.count("\n") == 1
