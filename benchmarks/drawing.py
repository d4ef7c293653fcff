"""Figures of studies as pictures for the README, drawn by Chromium."""

from __future__ import annotations

import tempfile
from pathlib import Path

import plotly.graph_objects as go
from playwright.sync_api import ViewportSize, sync_playwright

from benchmarks.pages import chromium


def draw(figure: go.Figure, target: Path) -> None:
    """A figure that has a width and a height as PNG."""
    browser_path = chromium()
    if browser_path is None:
        raise SystemExit("The picture needs Chromium: apt-get install chromium, or set CHROMIUM.")
    layout = figure.layout
    size = ViewportSize(width=int(layout.width) + 16, height=int(layout.height) + 16)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "figure.html"
        figure.write_html(page_file, include_plotlyjs=True, config={"displayModeBar": False})
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport=size)
        page.goto(page_file.as_uri())
        page.wait_for_selector(".plot-container .main-svg")
        page.locator(".plot-container").first.screenshot(path=target)
        browser.close()
