"""Pictures of every page: `python -m benchmarks.pictures` (`make pictures`). Needs Chromium.

Starts the app and opens each page at three sizes, light and dark, as files in pictures/, which git
ignores, to be looked at, and takes the README's picture, docs/explore.png, the same way. With
--only TEXT only the pages whose name contains it; `readme` is the README's.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from benchmarks.pages import AT_HAND, FLAGS, app, chromium
from core.setting.links import short_text
from core.setting.recipes import RECIPES
from core.setting.setting import Setting

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "pictures"
SIZES = ((1440, 900), (1280, 720), (390, 844))
REST = "[data-testid=stApp][data-test-script-state=notRunning]"
SECONDS = 1_000


def _explore(name: str, **more: str) -> str:
    return "?" + urlencode(short_text(RECIPES[name].setting) | more)


PAGES = {
    "beginning": "",
    "explore-plain": _explore("plain"),
    "explore-tight-ten": _explore("tight-ten"),
    "explore-beside": _explore("plain", beside=RECIPES["tight"].setting.name),
    "explore-images": _explore(
        "ten-2d", thumbnails="on", contours="true", details="Read the clusters", pinned="12"
    ),
    "explore-10d": _explore("ten-10d"),
    "explore-untrained": "?" + urlencode(short_text(Setting(latent_dim=5))),
    "decode": "Decode",
    "decode-morph": "Decode?show=morph&pick_ends=true",
    "decode-averages": "Decode?show=averages",
    "classify": "Classify?on=5",
    "classify-confusions": "Classify?on=5&show=confusions",
    "compare": "Compare",
    "runs": "Runs",
    "embeddings": "Embeddings?embedding=components&beside=small",
    "sweep": "Sweep",
    "method": "Method",
}


def at_rest(page: Page, settle: float = 3) -> None:
    """Wait until the page is drawn: nothing runs, and plots that there are have all they show.

    Args:
        page: that is loading.
        settle: seconds in which nothing may begin to run again.
    """
    page.locator(REST).wait_for(timeout=120 * SECONDS)
    if page.locator(".latent-view, .js-plotly-plot").count():
        page.locator(".js-plotly-plot").first.wait_for(timeout=60 * SECONDS)
    if page.locator(".latent-view").count():
        page.wait_for_function(AT_HAND, timeout=60 * SECONDS)
    page.wait_for_timeout(settle * SECONDS)
    page.locator(REST).wait_for(timeout=120 * SECONDS)


def views(browser: Browser) -> Iterator[tuple[str, Page]]:
    """A page for each size and scheme, and their name."""
    for width, height in SIZES:
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport=ViewportSize(width=width, height=height),
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
            )
            yield f"{width}-{scheme}", context.new_page()
            context.close()


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="pages whose name contains this")
    args = parser.parse_args()
    with sync_playwright() as playwright, app() as address:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        if args.only in "readme":
            page = browser.new_page(viewport=ViewportSize(width=1280, height=720))
            page.goto(f"{address}/{PAGES['explore-tight-ten']}")
            at_rest(page)
            page.screenshot(path=ROOT / "docs" / "explore.png")
        FOLDER.mkdir(exist_ok=True)
        for view, page in views(browser):
            for name, path in PAGES.items():
                if args.only in name:
                    page.goto(f"{address}/{path}")
                    at_rest(page)
                    page.screenshot(path=FOLDER / f"{name}-{view}.png")
                    print(f"pictures/{name}-{view}.png", flush=True)


if __name__ == "__main__":
    main()
