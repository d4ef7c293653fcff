"""What no file may do: import upwards, unpickle, need streamlit in core, rerun to save."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_imports_point_one_way() -> None:
    """The layers are those of `pyproject.toml`, section importlinter."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout[-3000:] + found.stderr[-2000:]


def test_core_imports_without_streamlit() -> None:
    modules = "core.cli.main, core.jobs.sweeps, core.figures.trade_offs"
    code = f"import sys; sys.modules['streamlit'] = None; import {modules}"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_nothing_is_unpickled() -> None:
    forbidden = re.compile(
        r"\b(import|from) (c?[pP]ickle|dill|joblib|shelve|marshal)\b"
        r"|(?<!safetensors\.)\btorch\.load\(|allow_pickle=True|read_pickle"
    )
    for file in (ROOT / "core").rglob("*.py"):
        assert not forbidden.search(file.read_text()), file


def test_no_download_runs_the_page_again() -> None:
    """The next run would take away the file that the click had asked for."""
    for file in (ROOT / "pages").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "download_button":
                given = {keyword.arg: keyword.value for keyword in node.keywords}
                assert ast.unparse(given.get("on_click", ast.Constant(None))) == "'ignore'", file


def test_values_that_stand_alone_in_a_page_are_no_output() -> None:
    """`draw() if ready else wait()` would write None below what it draws."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert config["runner"]["magicEnabled"] is False
