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


# pages with something on them that no other has; dark where the colours are our own
LIGHT = (
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
DARK = ("explore-plain", "compare")


@pytest.fixture(scope="module")
def tabs(browser: Browser) -> Iterator[dict[str, Page]]:
    """A page for each colour scheme, so that what the app consists of is fetched once."""
    size = {"viewport": {"width": 1280, "height": 720}, "reduced_motion": "reduce"}
    with (
        new_page(browser, **size, color_scheme="light") as light,
        new_page(browser, **size, color_scheme="dark") as dark,
    ):
        yield {"light": light, "dark": dark}


@pytest.mark.parametrize(
    ("name", "scheme"), [(n, "light") for n in LIGHT] + [(n, "dark") for n in DARK]
)
def test_no_serious_fault(tabs: dict[str, Page], address: str, name: str, scheme: str) -> None:
    page = tabs[scheme]
    page.goto(f"{address}/{PAGES[name]}")
    at_rest(page)
    found = Axe().run(page, context={"exclude": EXCLUDED})
    faults = [
        f"{fault['id']}: {fault['help']} ({node['target']})"
        for fault in found.response["violations"]
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]
    assert faults == []
