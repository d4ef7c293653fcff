"""What visitors take along: charts as pictures and pages, runs for other programs."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from urllib.parse import urlencode

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from core.export.embedding_projector import TENSORS, tensors
from core.runs.store import Store
from tests.e2e.conftest import small_run

RUNNING = "[data-testid=stApp][data-test-script-state=running]"


def _saved(page: Page, button: Locator, folder: Path, ending: str) -> Path:
    """What one click on a button saves, under a name with that ending."""
    # a page that is being put together may exchange the button under the click
    page.locator(RUNNING).wait_for(state="detached")
    with page.expect_download() as waiting:
        button.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.name.endswith(ending)
    return path


@pytest.fixture
def explore(page: Page, address: str, app_store: Store) -> Page:
    run = small_run(app_store, 2)
    page.goto(f"{address}/?{urlencode(run.setting.to_text())}")
    expect(page.get_by_text("3 clusters found in latent space")).to_be_visible()
    return page


def test_a_chart_is_saved_as_png_svg_and_a_page_that_saves_itself(
    explore: Page, tmp_path: Path
) -> None:
    explore.get_by_role("tab", name="Training").click()
    explore.get_by_role("button", name="Save chart").click()
    png = _saved(explore, explore.get_by_role("button", name="PNG", exact=True), tmp_path, ".png")
    picture = Image.open(png).convert("RGB")
    assert picture.size == (1800, 760)  # twice what the figure measures
    assert picture.getpixel((2, 2)) == (255, 255, 255)
    assert len(picture.getcolors(10**6)) > 10
    svg = _saved(explore, explore.get_by_role("button", name="SVG", exact=True), tmp_path, ".svg")
    text = svg.read_text(encoding="utf-8")
    assert text.startswith("<svg")
    assert "reconstruction, held out" in text
    html = _saved(
        explore, explore.get_by_role("button", name="HTML, works offline"), tmp_path, ".html"
    )
    assert {png.suffix, svg.suffix, html.suffix} == {".png", ".svg", ".html"}
    assert png.stem == svg.stem == html.stem
    browser = explore.context.browser
    assert browser is not None
    offline = browser.new_context(offline=True)
    alone = offline.new_page()
    alone.goto(html.as_uri())
    expect(alone.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    again = _saved(alone, alone.get_by_role("button", name="Save as SVG"), tmp_path, ".svg")
    assert "reconstruction, held out" in again.read_text(encoding="utf-8")
    offline.close()


def test_a_run_is_saved_for_tensorboard_and_the_projector(
    explore: Page, app_store: Store, tmp_path: Path
) -> None:
    run = small_run(app_store, 2)
    explore.get_by_role("tab", name="Export").click()
    for name, label, extra in (
        ("projector", "Embedding Projector (zip)", False),
        ("tensorboard", "TensorBoard (zip)", True),
    ):
        button = explore.get_by_role("button", name=label)
        path = _saved(explore, button, tmp_path, f"-{name}.zip")
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            assert archive.read(f"{run.name}/{TENSORS}") == tensors(run.arrays["latents"])
            assert any("tfevents" in file for file in archive.namelist()) == extra
