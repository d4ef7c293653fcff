"""How long a visitor waits: `python -m benchmarks.pages --json`. Needs Chromium.

Starts the app on the stored Runs and drives a real browser. `first_view`: from opening the page to
the latent space drawn, in a process that nobody has visited; `next_visitor`: the same for a visitor
after that; `switch`: from choosing another recipe that is stored to its page being complete. Seconds;
the first figure is the median over fresh processes, the others over all visits.
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
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Browser, sync_playwright

from core.recipes import RECIPES

ROOT = Path(__file__).resolve().parent.parent
FLAGS = ["--no-sandbox", "--enable-unsafe-swiftshader", "--use-gl=angle", "--use-angle=swiftshader"]
DRAWN = ".js-plotly-plot .gl-container canvas"
COMPLETE = "[data-testid=stApp][data-test-script-state=notRunning]"
SWITCHES = ("vae", "sine", "ten-3d", "ten-2d", "plain")


@contextlib.contextmanager
def app() -> Iterator[str]:
    """A fresh process that serves the app; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", *options],
        cwd=ROOT,
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


def visit(browser: Browser, address: str) -> tuple[float, dict[str, float]]:
    """Seconds until the latent space is drawn, and of each switch, as a new visitor."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(address)
    page.locator(DRAWN).first.wait_for(timeout=120_000)
    first = time.perf_counter() - start
    page.locator(COMPLETE).wait_for(timeout=120_000)
    switches = {}
    for name in SWITCHES:
        page.get_by_role("combobox", name="Start from").click()
        option = page.get_by_role("option", name=RECIPES[name].label, exact=True)
        option.wait_for()
        start = time.perf_counter()
        option.click()
        wanted = urlencode(RECIPES[name].setting.to_text())
        page.wait_for_url(lambda url, w=wanted: _same(urlsplit(url).query, w), timeout=60_000)  # type: ignore[misc]
        page.locator(COMPLETE).wait_for(timeout=60_000)
        page.locator(".js-plotly-plot").first.wait_for()
        switches[name] = time.perf_counter() - start
    context.close()
    return first, switches


def _same(one: str, other: str) -> bool:
    return parse_qs(one) == parse_qs(other)


def main() -> None:
    """Measure and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    first, again, switches = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for _ in range(args.processes):
            with app() as address:
                seconds, cold = visit(browser, address)
                first.append(seconds)
                seconds, warm = visit(browser, address)
                again.append(seconds)
                switches += [*cold.values(), *warm.values()]
                print(f"first {first[-1]:.2f} s, next {again[-1]:.2f} s", cold, warm)
        browser.close()
    ours = {
        "first_view": statistics.median(first),
        "next_visitor": statistics.median(again),
        "switch": statistics.median(switches),
        "switch_worst": max(switches),
    }
    for name, value in ours.items():
        print(f"{name}: {value:.2f} s")
    if args.json:
        print(json.dumps({"ours": ours, "equal": f"{args.processes} processes, one machine"}))


if __name__ == "__main__":
    main()
