"""How long a visitor waits: `python -m benchmarks.pages --json`. Needs Chromium.

Starts the app on the stored Runs and drives a real browser (software rendering, no GPU). Seconds by the
page's own clock, medians: `first_view`, from opening the page until both of its latent spaces are drawn,
in a process that nobody has visited and a browser that has nothing cached; `next_visitor`, another such
browser after that; `again`, the same browser once more; `bare_...`, the same of a Streamlit app with
nothing but a 3-D scatter of the same points (`benchmarks.bare_page`), in turns; `switch`, from pressing
the mouse on another stored recipe to its latent space drawn (without the gliding there, by
prefers-reduced-motion), and `switch_first`, the first time a Run is asked for.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from core.setting.recipes import RECIPES

ROOT = Path(__file__).resolve().parent.parent
FLAGS = ["--no-sandbox", "--enable-unsafe-swiftshader", "--use-gl=angle", "--use-angle=swiftshader"]
DRAWN = ".js-plotly-plot .gl-container canvas"
# Each of these can be seen, as often as it is named, and three frames more have come, so that it is
# drawn, too: since when, by the page's own clock. The driver itself would ask only twice a second.
SEEN = """async (selectors) => {
  const frame = () => new Promise(requestAnimationFrame);
  const seen = (selector) => {
    let left = selectors.filter((other) => other === selector).length;
    const there = [...document.querySelectorAll(selector)];
    return there.some((found) => found.getClientRects().length && !--left); // no more than needed
  };
  while (!selectors.every(seen)) await frame();
  for (let left = 3; left; left--) await frame();
  return (performance.now() - (window.pressed ?? 0)) / 1000;
}"""
# what the driver does before it presses, a fifth of a second, nobody waits for
PRESSED = "addEventListener('mousedown', () => (window.pressed = performance.now()), true)"
OPENED = ("first_view", "next_visitor", "again")
BARE = "benchmarks/bare_page.py"
COMPLETE = "[data-testid=stApp][data-test-script-state=notRunning]"
# the view has the Run's points and draws nothing any more
SHOWS = """(name) => {
  const view = window.latentViews && [...latentViews.views.values()][0];
  const state = view?.state;
  return state?.data.latents.startsWith(name) && state.positions === state.final && !view.isPending
    && performance.now() - window.pressed;
}"""
# what the cards show has come, too, which a worker computes once the views are drawn
AT_HAND = "() => [...latentViews.views.values()].every((view) => view.state?.pieces)"
SWITCHES = ("vae", "sine", "ten-3d", "ten-2d", "plain")


def chromium() -> str | None:
    """The system's Chromium."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


@contextlib.contextmanager
def app(script: str = "streamlit_app.py") -> Iterator[str]:
    """A fresh process that serves the app, or another one; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", script, *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def opened(page: Page, address: str, *what: str) -> float:
    """Seconds from opening the page until all of that is drawn."""
    page.goto(address, wait_until="commit")
    return seen(page, *what)


def seen(page: Page, *what: str) -> float:
    """Seconds from opening the page, or where `PRESSED` was evaluated from a press, to all of that."""
    found = page.evaluate(SEEN, what)
    page.locator(COMPLETE).wait_for(timeout=120_000)
    page.wait_for_timeout(500)
    return float(found)


def switches(page: Page) -> list[float]:
    """Seconds from choosing each recipe to its latent space drawn."""
    found = []
    page.evaluate(PRESSED)
    for name in SWITCHES:
        page.get_by_role("combobox", name="Start from").click()
        option = page.get_by_role("option", name=RECIPES[name].label, exact=True)
        option.wait_for()
        option.click()
        drawn = page.wait_for_function(SHOWS, arg=RECIPES[name].setting.name, timeout=60_000)
        found.append(drawn.json_value() / 1000)
        page.locator(COMPLETE).wait_for(timeout=60_000)
        page.wait_for_timeout(1500)
    return found


def _visits(browser: Browser, address: str, prefix: str, times: dict[str, list[float]]) -> None:
    """Two visitors of a fresh process, the second one twice; with no prefix of the whole app."""
    spaces = [DRAWN] if prefix else [DRAWN, DRAWN]  # the beginning has two
    for kind in OPENED[:2]:
        context = browser.new_context(
            viewport={"width": 1400, "height": 900}, reduced_motion="reduce"
        )
        page = context.new_page()
        times[prefix + kind].append(opened(page, address, *spaces))
        if not prefix:
            page.wait_for_function(AT_HAND, timeout=60_000)
        if kind == OPENED[1]:
            if not prefix:
                opened(page, f"{address}/?digits=0,2,4,6,8", DRAWN)
                times["switch_first"] += switches(page)
                times["switch"] += switches(page)
            times[prefix + OPENED[2]].append(opened(page, address, *spaces))
        context.close()


def main() -> None:
    """Measure and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    kinds = (*OPENED, *(f"bare_{name}" for name in OPENED), "switch_first", "switch")
    times: dict[str, list[float]] = {name: [] for name in kinds}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for _ in range(args.processes):
            with app() as address:
                _visits(browser, address, "", times)
            with app(BARE) as address:
                _visits(browser, address, "bare_", times)
            print({name: [round(v, 2) for v in values] for name, values in times.items()})
        browser.close()
    ours = {name: statistics.median(values) for name, values in times.items()}
    for name, value in ours.items():
        print(f"{name}: {value:.2f} s")
    if args.json:
        print(json.dumps({"ours": ours, "equal": f"{args.processes} processes, one machine"}))


if __name__ == "__main__":
    main()
