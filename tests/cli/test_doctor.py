"""`python -m core doctor`: what is wrong is named, with what to do, and nothing is changed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from core.cli import checkup
from core.cli.main import main
from core.runs.store import Store
from core.setting import paths
from core.setting.setting import Setting
from core.training.containers import Limit
from tests.trained import train


@pytest.fixture
def asked(store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Ask it about a store; exit status and its checks that are wrong, by their problem."""
    monkeypatch.setattr("core.training.capacity.available_memory", lambda: 8_000_000_000)

    def ask() -> tuple[int, dict[str, dict[str, str]]]:
        status = main(["doctor", "--json", "--checkpoints", str(store.root)])
        checks = json.loads(capsys.readouterr().out)["checks"]
        assert all(check["advice"] for check in checks if check["problem"])
        return status, {check["problem"]: check for check in checks if check["problem"]}

    return ask


def test_where_all_is_well_it_says_so(asked: Any, tiny: Setting, store: Store) -> None:
    train(tiny, store)
    assert asked() == (0, {})


def test_it_is_for_people_too(tiny: Setting, store: Store, capsys: Any) -> None:
    train(tiny, store)
    main(["doctor", "--checkpoints", str(store.root)])
    said = capsys.readouterr().out
    assert "runs       1 run whole, 0 damaged" in said
    assert "mnist: here, content checked" in said
    assert said.count("torch") >= 1


def test_a_damaged_run_is_named_and_stays(asked: Any, tiny: Setting, store: Store) -> None:
    run = train(tiny, store)
    (run.folder / "weights.safetensors").write_bytes(b"")
    status, wrong = asked()
    assert status == 1
    (check,) = wrong.values()
    assert check["value"] == run.name
    assert "checksum" in check["problem"]
    assert check["advice"] == "train the setting again"
    assert run.folder.is_dir()


def test_missing_and_other_packages_are_named(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = metadata.version

    def version(name: str) -> str:
        if name == "plotly":
            raise metadata.PackageNotFoundError(name)
        return "1.0+cpu" if name == "pandas" else real(name)

    monkeypatch.setattr(metadata, "version", version)
    status, wrong = asked()
    assert status == 1
    missing, other = wrong
    assert missing == "not installed: plotly"
    assert other.startswith("other versions than tested: pandas 1.0+cpu (tested: ")


@pytest.mark.parametrize("kind", ["missing", "damaged"])
def test_data_are_checked_by_their_content(
    asked: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(paths, "DATA_DIR", tmp_path / "data")
    if kind == "damaged":
        shutil.copytree(
            paths.ROOT / "data" / "MNIST",
            tmp_path / "data" / "MNIST",
            ignore=shutil.ignore_patterns("*-ubyte"),  # unpacked ones would do
        )
        path = tmp_path / "data/MNIST/raw/t10k-labels-idx1-ubyte.gz"
        path.write_bytes(path.read_bytes()[:-100])
    status, wrong = asked()
    assert status == 1
    (check,) = wrong.values()
    assert check["advice"] == "git checkout data/MNIST"
    said = {"missing": "MNIST is not here", "damaged": "t10k-labels-idx1-ubyte.gz: it is cut off"}
    assert check["problem"] == said[kind]


def test_little_memory_is_a_problem(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.training.capacity.available_memory", lambda: 600_000_000)
    monkeypatch.setattr("core.training.containers.memory_limit", lambda: Limit(10**9, 6 * 10**8))
    status, wrong = asked()
    assert status == 1
    assert "1.0 GB" in wrong["that is little"]["value"]


def test_a_store_that_can_not_be_written_is_a_problem(
    asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runs.store.not_writable", lambda folder: "Read-only file system")
    status, wrong = asked()
    assert status == 1
    assert "Nothing can be stored" in next(iter(wrong))


def test_a_part_that_fails_is_a_problem_and_the_others_are_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fails(*_: object) -> None:
        raise ImportError("broken")

    monkeypatch.setattr("core.training.capacity.available_memory", fails)
    found = {check.name: check for check in checkup.look(tmp_path)}
    assert found["memory"].problem == "ImportError: broken"
    assert list(found) == ["Python", "packages", "data", "runs", "memory", "processor", "GPU"]


@pytest.mark.parametrize("command", ["doctor", "runs"])
def test_a_missing_package_is_a_sentence(command: str) -> None:
    code = (
        f"import sys, runpy; sys.modules['safetensors'] = None; sys.argv = ['core', '{command}']\n"
    )
    code += "runpy.run_module('core', run_name='__main__')"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=paths.ROOT, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "safetensors" in ended.stdout + ended.stderr
    assert "python -m pip install -r requirements.txt" in ended.stdout + ended.stderr
