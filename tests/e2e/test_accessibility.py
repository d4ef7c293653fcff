"""What keeps people out, as far as axe-core finds it: no serious fault on any page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from benchmarks.pictures import PAGES, at_rest
from tests.e2e.conftest import new_page

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
def tab(browser: Browser) -> Iterator[Page]:
    """One page for all, so that what the app consists of is fetched once."""
    size = {"viewport": {"width": 1280, "height": 720}, "reduced_motion": "reduce"}
    with new_page(browser, **size) as page:
        yield page


@pytest.mark.parametrize("name", NAMES)
def test_no_serious_fault(tab: Page, address: str, name: str) -> None:
    tab.emulate_media(color_scheme="light")
    tab.goto(f"{address}/{PAGES[name]}")
    at_rest(tab, settle=1)
    faults = _faults(tab, "light")
    tab.emulate_media(color_scheme="dark")
    at_rest(tab, settle=1)
    assert faults + _faults(tab, "dark") == []


def _faults(page: Page, scheme: str) -> list[str]:
    found = Axe().run(page, context={"exclude": EXCLUDED})
    return [
        f"{scheme}: {fault['id']}: {fault['help']} ({node['target']})"
        for fault in found.response["violations"]
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]
