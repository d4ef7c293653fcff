"""What keeps people out, as far as axe-core finds it: no serious fault on any page."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from benchmarks.pictures import PAGES, at_rest

SERIOUS = {"serious", "critical"}
# Streamlit's own: its main menu and the frame it puts around the whole app
EXCLUDED = [[".stAppHeader"], ["iframe"]]


# pages with something on them that no other has
NAMES = (
    "beginning",
    "explore-plain",
    "explore-images",
    "explore-untrained",
    "decode",
    "classify",
    "classify-confusions",
    "compare",
    "runs",
    "sweep",
    "method",
)


@pytest.fixture(scope="module")
def tab(tab: Page) -> Page:
    """A small screen where nothing moves."""
    tab.set_viewport_size({"width": 1280, "height": 720})
    tab.emulate_media(reduced_motion="reduce")
    return tab


@pytest.mark.parametrize("name", NAMES)
def test_no_serious_fault(tab: Page, address: str, name: str) -> None:
    tab.emulate_media(color_scheme="light")
    tab.goto(f"{address}/{PAGES[name]}")
    at_rest(tab, settle=0.5)
    faults = _faults(tab, "light")
    tab.emulate_media(color_scheme="dark")
    at_rest(tab, settle=0.5)
    # all else is as in light
    assert faults + _faults(tab, "dark", runOnly=["color-contrast"]) == []


def _faults(page: Page, scheme: str, **options: Any) -> list[str]:
    options = {"resultTypes": ["violations"]} | options
    found = Axe().run(page, context={"exclude": EXCLUDED}, options=options)
    return [
        f"{scheme}: {fault['id']}: {fault['help']} ({node['target']})"
        for fault in found.response["violations"]
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]
