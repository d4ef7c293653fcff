"""The latent view in a real browser, 10,000 points in 3-D: `python -m benchmarks.view --json`.

Needs Chromium. `hover_ms`: from a movement of the pointer to the card with its images drawn, measured
in the browser over 100 points. `colour_kB`: all that the server sends for another colouring, the worst
of three. `first_load_kB`: all that the view fetches or is sent on first opening it, plotly.js and
Streamlit's own files apart. `frames_per_second`: while turning; `turn_ms` says how long plotly takes
for one step and `frame_ms` how long until the browser has drawn it (here: in software, without a GPU).
"""

from __future__ import annotations

import argparse
import json
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

from benchmarks.pages import COMPLETE, FLAGS, app, chromium
from core.setting.recipes import RECIPES

VIEW = "[...latentViews.views.values()][0]"
READY = f"""() => {{
  const view = window.latentViews && {VIEW};
  return view?.state?.pieces && view.state.neighbours;
}}"""
HOVER = f"""async () => {{
  const view = {VIEW}, {{ state, plot }} = view, times = [];
  const box = plot.div.getBoundingClientRect();
  for (let k = 0; k < 110; k++) {{
    const row = (k * 7919) % state.n, at = plot.where(state);
    const [x, y] = [box.left + at[3 * row], box.top + at[3 * row + 1]];
    view.hover(-1);
    await new Promise((r) => requestAnimationFrame(() => setTimeout(r, 30)));
    const start = performance.now();
    const move = {{ clientX: x, clientY: y, bubbles: true }};
    view.stage.dispatchEvent(new PointerEvent("pointermove", move));
    if (view.card.row < 0) continue; // outside the picture
    await view.card.drawn;
    const drawn = performance.now();
    if (k >= 10) times.push(drawn - start);
  }}
  return times.sort((a, b) => a - b);
}}"""
TURN = f"""async () => {{
  const view = {VIEW}, steps = [], frames = [], start = performance.now();
  for (let k = 0; performance.now() - start < 5000; k++) {{
    const a = performance.now();
    await view.plot.turn(0.05);
    const b = performance.now();
    await new Promise(requestAnimationFrame);
    steps.push(b - a); frames.push(performance.now() - b);
  }}
  const mean = (v) => v.reduce((p, q) => p + q, 0) / v.length;
  return [steps.length / ((performance.now() - start) / 1000), mean(steps), mean(frames)];
}}"""


class Traffic:
    """Bytes that reach the browser, as they travel (compressed)."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        self._own: dict[str, bool] = {}
        client = page.context.new_cdp_session(page)
        client.send("Network.enable")
        client.on("Network.responseReceived", self._response)
        client.on("Network.loadingFinished", self._finished)
        client.on("Network.webSocketFrameReceived", self._frame)

    def _response(self, event: dict[str, Any]) -> None:
        url = event["response"]["url"]
        self._own[event["requestId"]] = "/media/" in url or "/latent_view/" in url

    def _finished(self, event: dict[str, Any]) -> None:
        if self._own.get(event["requestId"]):
            self.bytes += int(event["encodedDataLength"])

    def _frame(self, event: dict[str, Any]) -> None:
        payload = event["response"]["payloadData"]
        # binary frames are given in base64
        self.bytes += len(payload) * 3 // 4 if event["response"]["opcode"] == 2 else len(payload)


def main() -> None:
    """Measure and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with sync_playwright() as playwright, app() as address:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(120_000)
        traffic = Traffic(page)
        page.goto(f"{address}/?{urlencode(RECIPES['ten-3d'].setting.to_text())}")
        page.wait_for_function(READY)
        page.locator(COMPLETE).wait_for()
        page.mouse.move(640, 640)  # the first card fetches the images
        page.mouse.move(645, 640)
        page.wait_for_timeout(3000)
        first = traffic.bytes
        changes = []
        for text, name in (("Cluster", "cluster"), ("Error", "reconstruction"), ("Digit", "digit")):
            before = traffic.bytes
            pills = page.locator("[data-testid=stMain] [data-testid=stButtonGroup]").nth(1)
            pills.get_by_text(text, exact=True).click()
            page.wait_for_function(f"() => {VIEW}.state.data.colour === '{name}'")
            page.locator(COMPLETE).wait_for()
            page.wait_for_timeout(2000)
            changes.append(traffic.bytes - before)
        times = page.evaluate(HOVER)
        fps, turn, frame = page.evaluate(TURN)
        points = page.evaluate(f"{VIEW}.state.drawn")
        browser.close()
    ours = {
        "points": points,
        "hover_ms": {"median": times[len(times) // 2], "p95": times[int(0.95 * len(times))]},
        "colour_kB": max(changes) / 1000,
        "first_load_kB": first / 1000,
        "frames_per_second": fps,
        "turn_ms": turn,
        "frame_ms": frame,
    }
    for name, value in ours.items():
        print(name, value)
    if args.json:
        print(json.dumps({"ours": ours, "equal": "one browser, software rendering"}))


if __name__ == "__main__":
    main()
