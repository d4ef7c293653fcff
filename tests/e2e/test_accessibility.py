"""What keeps people out, as far as axe-core finds it: no serious fault on any page."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from benchmarks.pictures import PAGES, at_rest

SERIOUS = {"serious", "critical"}
# Streamlit's own: its main menu and the frame it puts around the whole app
EXCLUDED = [[".stAppHeader"], ["iframe"]]


# pages with something on them that no other has; dark where the colours are our own
LIGHT = ("beginning", "explore-plain", "explore-untrained", "compare", "runs", "sweep", "method")
DARK = ("explore-plain", "compare")


@pytest.mark.parametrize(
    ("name", "scheme"), [(n, "light") for n in LIGHT] + [(n, "dark") for n in DARK]
)
def test_no_serious_fault(browser: Browser, address: str, name: str, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": 1280, "height": 720},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{address}/{PAGES[name]}")
    at_rest(page)
    found = Axe().run(page, context={"exclude": EXCLUDED})
    faults = [
        f"{fault['id']}: {fault['help']} ({node['target']})"
        for fault in found.response["violations"]
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]
    context.close()
    assert faults == []
