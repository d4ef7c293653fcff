"""What the browser of the other tests leaves out: points are drawn, in the colours of their classes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from core.figures.style import class_colour
from core.runs.store import Store
from tests.e2e.conftest import CHROMIUM, FLAGS, small_run


@pytest.fixture(scope="module")
def drawing(context: BrowserContext) -> Iterator[Page]:
    """A page of a browser that draws."""
    assert context.browser is not None
    browser = context.browser.browser_type.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser.new_page(viewport={"width": 1000, "height": 800})
    browser.close()


@pytest.mark.parametrize("dims", [2, 3])
def test_points_are_drawn(drawing: Page, address: str, app_store: Store, dims: int) -> None:
    run, page = small_run(app_store, dims), drawing
    page.goto(f"{address}/?{urlencode(run.setting.to_text())}")
    expect(page.locator(".lv .js-plotly-plot").first).to_be_visible()
    plot = page.locator(".lv-plot").first
    colours = [class_colour(label) for label in run.setting.digits]

    def drawn() -> list[int]:
        """Pixels of each class's colour."""
        pixels = np.asarray(Image.open(io.BytesIO(plot.screenshot())).convert("RGB"), int)
        wanted = np.array([re.findall(r"\d+", colour) for colour in colours], int)
        return [int((abs(pixels - colour).max(axis=2) < 12).sum()) for colour in wanted]

    for _ in range(60):
        if min(drawn()) > 100:
            break
        page.wait_for_timeout(500)
    assert min(drawn()) > 100
