"""The command line: whatever goes wrong is a sentence on standard error, and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.cli import main as cli
from core.setting.paths import ROOT
from tests.faults.mutants import in_time


def _run(*command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "core", *command],
        cwd=ROOT, capture_output=True, env=os.environ | environment, timeout=60,
    )  # fmt: skip


def test_nobody_who_reads_the_output_is_no_traceback() -> None:
    """As after `| head`."""
    read, write = os.pipe()
    os.close(read)
    try:
        command = [sys.executable, "-m", "core", "runs"]
        ended = subprocess.run(command, cwd=ROOT, stdout=write, stderr=subprocess.PIPE, timeout=60)
    finally:
        os.close(write)
    assert (ended.returncode, ended.stderr) == (1, b"")


def test_a_console_without_utf_8_shows_what_it_can() -> None:
    ended = _run("train", "--help", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert ended.returncode == 0
    results = ROOT / "studies" / "results" / "headline.csv"
    ended = _run("table", str(results), "--by", "regularizer", PYTHONIOENCODING="ascii")
    assert (ended.returncode, b"Traceback" in ended.stderr) == (0, False)
    assert b"0.9877 ? 0.0013" in ended.stdout


@pytest.fixture
def loop(tmp_path: Path) -> Path:
    path = tmp_path / "loop"
    path.symlink_to(path)
    return path


COMMANDS = ("sweep", "table", "metrics", "add")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", ["loop", "pipe", "folder", "none", "long", "device"])
def test_a_path_of_any_kind_is_a_sentence(
    command: str, kind: str, tmp_path: Path, loop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    path = {"loop": loop, "long": tmp_path / ("x" * 5000), "device": Path("/dev/zero")}
    with in_time():
        status = cli.main([command, str(path.get(kind, tmp_path / kind))])
    said = capsys.readouterr().err
    assert status in (1, 2)
    assert said
    assert "should not happen" not in said


def test_more_clusters_than_points_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "latents.npy"
    np.save(file, np.eye(4))
    assert cli.main(["metrics", str(file), "--clusters", "9"]) == 2
    assert "--clusters must be at most the number of points, 4; got 9" in capsys.readouterr().err


def test_an_error_that_nobody_thought_of_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(args: object) -> None:
        raise KeyError("x" * 5000)

    monkeypatch.setattr(cli.command("runs"), "run", fails)
    assert cli.main(["runs"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("This should not happen (KeyError")
    assert len(said) < 400
    monkeypatch.setenv(cli.TRACEBACK, "1")
    with pytest.raises(KeyError):
        cli.main(["runs"])
