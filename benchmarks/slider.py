"""From a slider's move to the decoded image, in a browser beside a training.

`python -m benchmarks.slider --json`: the Decode page with its two Runs, and a training with one thread
in another process. A move is timed from the event of the hand to the second frame that the browser draws
after it, when the image is on the screen. Needs Chromium.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

from playwright.sync_api import sync_playwright

from benchmarks.pages import FLAGS, app, chromium
from benchmarks.pictures import at_rest
from core.setting.paths import ROOT

MOVES = 60
TRAINING = """
from core.runs.pipeline import make
from core.setting.setting import Setting
make(Setting(epochs=500), threads=1)"""
MOVE = """async (moves) => {
  const slider = document.querySelector(".dc-sliders input");
  const image = document.querySelector(".dc-decoded canvas");
  const [low, high] = [Number(slider.min), Number(slider.max)];
  const frame = () => new Promise(requestAnimationFrame);
  const found = [];
  let before = image.toDataURL();
  for (let i = 0; i < moves; i++) {
    await frame();
    const started = performance.now();
    slider.value = String(low + ((high - low) * ((i * 7) % moves)) / moves);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await frame();
    await frame();
    const taken = performance.now() - started;
    const after = image.toDataURL();
    if (after !== before) found.push(taken);
    before = after;
  }
  return found;
}"""


def measured() -> list[float]:
    """Milliseconds of each move that changed the image, shortest first."""
    training = subprocess.Popen([sys.executable, "-c", TRAINING], cwd=ROOT)
    try:
        with sync_playwright() as playwright, app() as address:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(f"{address}/Decode")
            at_rest(page)
            page.locator(".dc-sliders input").first.wait_for()
            found: list[float] = page.evaluate(MOVE, MOVES)
            browser.close()
            return sorted(found)
    finally:
        training.kill()
        training.wait()


def main() -> None:
    """Measure and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    times = measured()
    result = {
        "moves": len(times),
        "median_ms": round(times[len(times) // 2], 1),
        "p95_ms": round(times[int(0.95 * (len(times) - 1))], 1),
        "worst_ms": round(times[-1], 1),
    }
    print(result)
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
