"""The Decode page in a real browser: the place below the hand is decoded, and the address says it."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import numpy as np
from playwright.sync_api import Page, expect

from core.runs.store import Store
from tests.e2e.conftest import small_run

REST = "[data-testid=stApp][data-test-script-state=notRunning]"


def _pixels(page: Page) -> np.ndarray:
    """What is drawn of the place where one is, 0 to 1."""
    flat = page.evaluate(
        """() => {
          const canvas = document.querySelector(".dc-decoded canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return Array.from(data).filter((_, i) => i % 4 === 0);
        }"""
    )
    side = int(len(flat) ** 0.5)
    return np.array(flat).reshape(side, side) / 255


def test_the_place_below_the_hand_is_decoded(page: Page, address: str, app_store: Store) -> None:
    run = small_run(app_store, 3)
    page.goto(f"{address}/Decode?{urlencode({'run': run.name})}")
    said = page.locator(".dc-decoded p")
    expect(said).to_contain_text("Here is image 0")
    page.locator(REST).wait_for()
    first = run.decode(run.arrays["latents"][0])[0]
    np.testing.assert_allclose(_pixels(page), first, atol=1 / 128)

    page.locator(".dc-map").click(position={"x": 40, "y": 60})
    expect(page).to_have_url(re.compile("at="))
    page.locator(REST).wait_for()
    place = re.search(r"at=([^&]+)", page.url)
    assert place is not None
    latent = np.array([float(v) for v in place[1].replace("%2C", ",").split(",")])
    np.testing.assert_allclose(_pixels(page), run.decode(latent)[0], atol=1 / 64)
    expect(said).to_contain_text("times the usual distance")

    # a slider changes what is drawn while it moves, without a way to the server
    asked: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: asked.append("sent")))
    page.evaluate(
        """() => { const input = document.querySelector(".dc-sliders input");
          input.value = input.min; input.dispatchEvent(new Event("input")); }"""
    )
    moved = [run.arrays["latents"][:, 0].min(), *latent[1:]]
    np.testing.assert_allclose(_pixels(page), run.decode(np.array(moved))[0], atol=1 / 64)
    assert not asked

    page.reload()
    expect(said).to_contain_text("times the usual distance")
    np.testing.assert_allclose(_pixels(page), run.decode(latent)[0], atol=1 / 64)


def test_a_pinned_image_leads_to_its_place(page: Page, address: str, app_store: Store) -> None:
    run = small_run(app_store, 2)
    page.goto(f"{address}/?{urlencode(run.setting.to_text())}")
    page.wait_for_function(
        "() => { const v = [...(window.latentViews?.views.values() ?? [])][0];"
        " return v?.plot.isDrawn && v.state?.pieces && !v.isPending }"
    )
    box = page.locator(".lv-plot").first.bounding_box()
    assert box is not None
    flat = page.evaluate(
        "(() => { const v = [...latentViews.views.values()][0]; v.plot.moved();"
        " return Array.from(v.plot.where(v.state)) })()"
    )
    x, y = np.array(flat).reshape(-1, 3)[10, :2] + [box["x"], box["y"]]
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    page.wait_for_timeout(300)
    page.mouse.down()
    page.mouse.up()
    page.get_by_role("link", name="Decode here").click()
    expect(page.locator(".dc-decoded p")).to_contain_text("Here is image")
