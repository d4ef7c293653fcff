"""A real browser opens the app, sees the plot, trains a tiny Setting, reloads, finds it stored."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from core.config import Setting

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
TINY = Setting(dataset="digits", digits=(0, 1, 2), latent_dim=2, epochs=3, seed=7)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    checkpoints = tmp_path_factory.mktemp("app") / "checkpoints"
    shutil.copytree(ROOT / "checkpoints", checkpoints, ignore=shutil.ignore_patterns(".*", "set-*"))
    shutil.rmtree(checkpoints / TINY.name, ignore_errors=True)
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    server = subprocess.Popen(
        [*command, "--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"],
        cwd=ROOT,
        env={**os.environ, "LATENT_CLUSTERS_CHECKPOINTS": str(checkpoints)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.5)
        yield url
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(60_000)
        yield page
        browser.close()


def _query(setting: Setting) -> str:
    from urllib.parse import urlencode

    return urlencode(setting.to_text())


def test_first_view_is_a_shipped_run(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("held-out images; 5 clusters")).to_be_visible(timeout=60_000)
    assert "latent_dim=3" in page.url


def test_train_then_reload_finds_it(page: Page, address: str) -> None:
    page.goto(f"{address}/?{_query(TINY)}")
    page.get_by_role("button", name="Train", exact=False).first.click()
    expect(page.get_by_text("3 clusters found in latent space")).to_be_visible(timeout=90_000)
    page.reload()
    expect(page.get_by_text("3 clusters found in latent space")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("has not been trained yet")).to_have_count(0)


def test_nonsense_in_the_url_is_a_sentence(page: Page, address: str) -> None:
    page.goto(f"{address}/?latent_dim=banana")
    expect(page.get_by_text("latent_dim must be a whole number from 1 to 64")).to_be_visible(
        timeout=60_000
    )
