"""torch's CPU build comes first where that helps, and where it can't be had little time is lost."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from core.setting.paths import ROOT


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cpu_torch", ROOT / "deploy" / "cpu_torch.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<a href='torch.whl'>torch</a>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def page() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def fit(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that should get it."""
    monkeypatch.setattr(script.platform, "system", lambda: "Linux")
    monkeypatch.setattr(script, "_GPUS", ())
    monkeypatch.setattr(script.metadata, "version", _missing)


def _missing(name: str) -> str:
    from importlib import metadata

    raise metadata.PackageNotFoundError(name)


@pytest.mark.usefixtures("fit")
def test_it_asks_pip_for_what_is_pinned(
    script: ModuleType, page: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(script.subprocess, "run", run)
    assert script.main(page) == 0
    pinned = next(
        s for s in (ROOT / "requirements.txt").read_text().split() if s.startswith("torch==")
    )
    assert asked[0][-1] == pinned
    assert asked[0][asked[0].index("--find-links") + 1] == page
    assert f"torch: {pinned} for the CPU" in capsys.readouterr().err


@pytest.mark.usefixtures("fit")
@pytest.mark.parametrize("kind", ["refuses", "is silent"])
def test_a_page_that_can_not_be_reached_costs_little(
    script: ModuleType, kind: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(script.subprocess, "run", lambda *a, **k: pytest.fail("pip was asked"))
    monkeypatch.setattr(script.reached, "__defaults__", (0.5,))
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if kind == "is silent":
            server.listen()
        started = time.monotonic()
        assert script.main(f"http://127.0.0.1:{server.getsockname()[1]}/") == 0
        assert time.monotonic() - started < 3
    assert "can't be reached" in capsys.readouterr().err


@pytest.mark.usefixtures("fit")
def test_where_it_would_not_help_nothing_is_asked(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert script.why_not({}) == ""
    assert script.why_not({"LATENT_CLUSTERS_TORCH": "cuda"})
    monkeypatch.setattr(script, "_GPUS", (str(tmp_path),))
    assert script.why_not({}) == "there is a GPU"
    monkeypatch.setattr(script, "_GPUS", ())
    monkeypatch.setattr(script.metadata, "version", lambda name: "2.0")
    assert script.why_not({}) == "2.0 is installed"
    monkeypatch.setattr(script.platform, "system", lambda: "Darwin")
    assert "Linux" in script.why_not({})


def test_the_requirements_for_the_cpu_are_the_others_and_its_page(script: ModuleType) -> None:
    lines = (ROOT / "requirements-cpu.txt").read_text().splitlines()
    assert [s for s in lines if not s.startswith("#")] == [
        f"--find-links {script.PAGE}", "-r requirements.txt",
    ]  # fmt: skip
    assert "--find-links" not in (ROOT / "requirements.txt").read_text()
