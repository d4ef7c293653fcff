"""Thumbnails at the points of the latent view, and images below it that are pinned by a click."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from core.runs.store import Store
from tests.e2e.conftest import small_run

VIEW = "[...latentViews.views.values()][0]"


def _settle(page: Page) -> None:
    expect(page.locator(".lv .js-plotly-plot").first).to_be_visible()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.wait_for_function(
        f"() => {{ const v = {VIEW}; return v.plot.isDrawn && v.state?.pieces && !v.isPending }}"
    )


def _drawn(page: Page) -> list[dict[str, float]]:
    """Row and place of each thumbnail."""
    return list(page.evaluate(f"{VIEW}.overlay.drawn.thumbs"))


def _ink(page: Page, thumb: dict[str, Any]) -> int:
    """Opacity, 0 to 255, in the middle of a thumbnail."""
    return int(
        page.evaluate(
            """({x, y}) => {
              const canvas = document.querySelector(".lv-over");
              const scale = canvas.width / canvas.clientWidth;
              return canvas.getContext("2d").getImageData(scale * x, scale * y, 1, 1).data[3];
            }""",
            thumb,
        )
    )


def test_images_at_the_points_turn_with_them_and_a_gallery_image_is_pinned(
    page: Page, address: str, app_store: Store
) -> None:
    run = small_run(app_store, 3)
    page.goto(f"{address}/?{urlencode({**run.setting.to_text(), 'details': 'Read the clusters'})}")
    _settle(page)
    assert _drawn(page) == []
    page.get_by_role("button", name="Images at the points").click()
    thumbnails = page.locator(".lv-over[data-thumbnails]:not([data-thumbnails='0'])")
    expect(thumbnails).to_have_count(1)
    expect(page).to_have_url(re.compile(r"thumbnails=on"))
    _settle(page)
    page.wait_for_function(f"() => {VIEW}.overlay.tiles.slots.size > 0")
    before = {thumb["row"]: thumb for thumb in _drawn(page)}
    assert len(before) > 5
    assert all(_ink(page, thumb) > 200 for thumb in before.values())
    page.locator(".lv-stage").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_function(
        f"([row, x]) => {VIEW}.overlay.drawn.thumbs.some((t) => t.row === row && t.x !== x)",
        arg=[next(iter(before)), next(iter(before.values()))["x"]],
    )
    after = {thumb["row"] for thumb in _drawn(page)}
    assert len(after & set(before)) > len(before) / 2  # most stay
    page.keyboard.press("i")
    expect(page.locator(".lv-over")).to_have_attribute("data-thumbnails", "0")

    tile = page.locator(".gl button").nth(2)
    row = int(tile.get_attribute("data-row") or -1)
    tile.hover()
    page.wait_for_function(f"() => {VIEW}.state.marked === {row}")
    tile.click()
    expect(page.get_by_text(f"Image {row} · digit")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"pinned={row}\b"))
    expect(page.locator(f".gl button[data-row='{row}']").first).to_have_attribute(
        "aria-pressed", "true"
    )
    assert page.evaluate(f"{VIEW}.state.pinned") == row
    page.reload()  # the address alone says it
    _settle(page)
    page.wait_for_function(f"() => {VIEW}.state.pinned === {row}")
    expect(page.locator(".lv-card").first).to_have_attribute("data-row", str(row))
