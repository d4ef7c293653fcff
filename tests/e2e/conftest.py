"""A real app and a real browser, for the tests in this folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from core.runs.pipeline import train
from core.runs.run import Run
from core.runs.store import Store
from core.setting.setting import Setting

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--enable-unsafe-swiftshader",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


# without a graphics card, drawing takes as long as all else: `test_drawing` does it, the others do not
UNDRAWN = ["--disable-gl-drawing-for-tests", "--disable-accelerated-2d-canvas"]

SIZE: Any = {"width": 1400, "height": 1000}

expect.set_options(timeout=60_000)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            item.add_marker(
                pytest.mark.xdist_group("browser")
            )  # one server and one browser for all
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def app_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The shipped Runs, and whatever the tests train."""
    checkpoints = tmp_path_factory.mktemp("app") / "checkpoints"
    shutil.copytree(ROOT / "checkpoints", checkpoints, ignore=shutil.ignore_patterns(".*", "set-*"))
    return Store(checkpoints)


@contextlib.contextmanager
def serve(store: Store, **environment: str) -> Iterator[int]:
    """A server of the app with a store of its own; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    server = subprocess.Popen(
        [*command, "--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"],
        cwd=ROOT,
        env={
            **os.environ,
            "LATENT_CLUSTERS_WORKERS": "",
            "LATENT_CLUSTERS_CHECKPOINTS": str(store.root),
            **environment,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.5)
        yield port
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="session")
def address(app_store: Store) -> Iterator[str]:
    with serve(app_store) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser that keeps in a folder what it fetched and compiled: later pages take less to load."""
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("browser"),
            executable_path=CHROMIUM,
            args=[*FLAGS, *UNDRAWN],
            viewport=SIZE,
        ) as context,
    ):
        context.set_default_timeout(60_000)
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of its own, of a visitor who is new."""
    context.clear_cookies()
    with context.new_page() as page:
        yield page


@pytest.fixture(scope="module")
def tab(context: BrowserContext) -> Iterator[Page]:
    """One page for all tests of a file."""
    with context.new_page() as page:
        yield page


def small_run(store: Store, latent_dim: int) -> Run:
    """A trained Run of small images, which are sent without loss."""
    setting = Setting(dataset="digits", digits=(0, 1, 2), latent_dim=latent_dim, epochs=3, seed=5)
    return store.find(setting) or train(setting, store)
