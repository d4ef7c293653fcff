"""Ten thousand Runs on the Compare page: `python -m benchmarks.compare --json`. Needs Chromium.

The Runs are made up, the same each time, in a temporary folder: 20 regularizers, 5 latent dimensions, 2
sets of digits and 50 seeds, each with a run.json as the store writes it (no weights). Seconds, medians:
`build`, reading all of them once; `renew`, after one more; `open`, from the kept file in a new process
(without imports); `check`, that nothing has changed; `script_first`, the page's script for the first
visitor, `script_next` for the next one, and `script_filter` after a filter has changed; in a browser, by
the page's own clock, from opening the page until its chart and its table are drawn: `fresh_process`,
for the first visitor, `fresh_browser`, one that has nothing cached, `first_view`, one that was here
before (of which `heading` until the page's heading is there), `turned_to`, from another page of the
app; `filter`, from pressing the mouse on a filter to the new chart; `bare_first_view`, the same as
`first_view` of a Streamlit app with nothing but a chart and a table (`benchmarks.bare_page`). How much
of it is due to the number of Runs says the same with `--runs 100`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks.pages import BARE, COMPLETE, FLAGS, PRESSED, ROOT, app, chromium, opened, seen
from core.compare.index import load, stamp
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import Evaluation
from core.runs import content
from core.runs.run import LATENTS, WEIGHTS
from core.runs.store import Store
from core.setting.setting import REGULARIZERS, Setting, Term

DRAWN = (
    ".js-plotly-plot .scatterlayer .point, .js-plotly-plot .gl-canvas",
    "[data-testid=stDataFrame] canvas",
)
HEADING = "h1"
DIGITS = ((0, 2, 4, 6, 8), tuple(range(10)))
DIMS = (2, 3, 5, 8, 10)
SEEDS = 50
TERMS = ("none", *(name for name in REGULARIZERS if name != "none"))[:20]
VERSIONS = {"torch": "2.13.0", "torchvision": "0.28.0", "scikit-learn": "1.9.1",
            "numpy": "2.4.6", "scipy": "1.17.1"}  # fmt: skip


def settings(count: int) -> Iterator[Setting]:
    """So many Settings, at most 10,000; fewer have fewer seeds."""
    every = itertools.product(range(SEEDS), TERMS, DIMS, DIGITS)
    for seed, term, dims, digits in itertools.islice(every, count):
        terms = () if term == "none" else (Term(term),)
        yield Setting(digits=digits, latent_dim=dims, regularizer=terms, seed=seed)


def made_up(setting: Setting) -> tuple[Evaluation, list[dict[str, Any]]]:
    """Scores and a history that no training gave, the same each time for a Setting."""
    rng = np.random.default_rng(int(setting.hash, 16))
    terms = setting.to_text()["regularizer"]
    level = 0.4 + 0.03 * (len(terms) % 12) + 0.02 * setting.latent_dim
    values: dict[str, float | None] = {
        name: float(np.clip(level + rng.normal(0, 0.04), 0, 1)) for name in METRICS
    }
    values["calinski_harabasz"] = float(4000 * level + rng.normal(0, 200))
    values["reconstruction_mse"] = float(0.06 / setting.latent_dim + rng.uniform(0, 0.01))
    k = setting.n_clusters
    history = [
        {
            "epoch": epoch,
            "train": {"reconstruction": float(0.05 + 0.1 / epoch)},
            "heldout": {"reconstruction": float(0.05 + 0.1 / epoch + rng.normal(0, 0.001))},
            "seconds": 1.0,
        }
        for epoch in range(1, setting.epochs + 1)
    ]
    return Evaluation("test", 10_000, "kmeans", k, 0, 5, values, {}), history


def write(root: Path, setting: Setting) -> None:
    """A made-up Run's run.json, as the store writes it."""
    evaluation, history = made_up(setting)
    provenance = {
        "trained_at": f"2026-01-01T00:00:{setting.seed:02d}+00:00", "training_seconds": 30.0,
        "device": "cpu", "machine": "made up", "python": "3.11", "versions": VERSIONS,
        "command": setting.command(),
    }  # fmt: skip
    about = {
        "format": content.FORMAT, "setting": setting.to_json(), "evaluation": evaluation.to_json(),
        "history": history, "provenance": provenance,
        "sha256": dict.fromkeys((WEIGHTS, LATENTS), "0" * 64),
    }  # fmt: skip
    folder = root / setting.name
    folder.mkdir(parents=True)
    (folder / "run.json").write_bytes(content.to_bytes(about))


def seconds(work: Callable[[], Any]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def of_index(folder: Path, count: int, repeats: int) -> dict[str, float]:
    """The index, without a page."""
    store, nothing = Store(folder / "checkpoints"), folder / "results"
    every = list(settings(count))
    for setting in every[:-1]:
        write(store.root, setting)
    found = {"build": seconds(lambda: load(store, nothing))}
    write(store.root, every[-1])
    found["renew"] = seconds(lambda: load(store, nothing))
    again = (
        "import sys, time; from pathlib import Path; from core.runs.store import Store; "
        "from core.compare import index; start = time.perf_counter(); "
        "found = index.load(Store(Path(sys.argv[1])), Path(sys.argv[2])); "
        "print(time.perf_counter() - start, len(found.rows))"
    )
    opened = []
    for _ in range(repeats):
        command = [sys.executable, "-c", again, str(store.root), str(nothing)]
        said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        if int(said.split()[1]) != count:
            raise RuntimeError(f"the index must have {count:,} rows; got {said.split()[1]}")
        opened.append(float(said.split()[0]))
    found["open"] = statistics.median(opened)
    found["check"] = statistics.median(seconds(lambda: stamp(store, nothing)) for _ in range(9))
    return found


def of_script(repeats: int) -> dict[str, float]:
    """The page's script, without a browser; the folders are in the environment."""
    from streamlit.testing.v1 import AppTest

    def visitor() -> AppTest:
        # not by way of Explore: it opens Runs, and these have no weights
        test = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120)
        return test.switch_page("pages/Compare.py")

    first = visitor()
    found = {"script_first": seconds(first.run)}
    next_one, filtered = [], []
    for _ in range(repeats):
        test = visitor()
        next_one.append(seconds(test.run))
        for dims in DIMS:
            test.multiselect(key="where_latent_dim").set_value([str(dims)])
            filtered.append(seconds(test.run))
            if test.exception or test.error:
                raise RuntimeError("the page must be drawn; it was not")
    return found | {
        "script_next": statistics.median(next_one),
        "script_filter": statistics.median(filtered),
    }


def turned_to(page: Page) -> float:
    """Seconds from pressing the page's link on another page of the app until it is drawn."""
    page.get_by_role("link", name="Method").first.click()
    page.get_by_text("kNN accuracy", exact=False).first.wait_for()
    page.locator(COMPLETE).wait_for()
    page.wait_for_timeout(500)
    page.evaluate(PRESSED)
    page.get_by_role("link", name="Compare").first.click()
    return seen(page, *DRAWN)


# how many means the chart has: one for each regularizer shown
MEANS = "document.querySelector('.js-plotly-plot')?.data?.at(-1)?.customdata?.length"


def filters(page: Page) -> list[float]:
    """Seconds from choosing a regularizer in the sidebar to its chart, for some of them."""
    found = []
    every = page.evaluate(MEANS)
    page.evaluate(PRESSED)
    for label in (REGULARIZERS[term].short for term in TERMS[1:6]):
        page.get_by_role("combobox", name="Regularizer", exact=True).fill(label)
        option = page.get_by_role("option", name=label, exact=True)
        option.wait_for()
        option.click()
        drawn = page.wait_for_function(f"{MEANS} === 1 && performance.now() - pressed")
        found.append(drawn.json_value() / 1000)
        page.locator(COMPLETE).wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Show everything").click()
        page.wait_for_function(f"(every) => {MEANS} === every", arg=every)
        page.locator(COMPLETE).wait_for()
    return found


def of_browser(repeats: int) -> dict[str, float]:
    """The page in a real browser, software rendering."""
    times: dict[str, list[float]] = {
        name: []
        for name in (
            "fresh_process",
            "fresh_browser",
            "first_view",
            "heading",
            "turned_to",
            "filter",
            "bare_first_view",
        )
    }
    with sync_playwright() as playwright, app() as address:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for visit in range(repeats + 1):
            context = browser.new_context(viewport={"width": 1400, "height": 900})
            context.set_default_timeout(60_000)
            page = context.new_page()
            times["fresh_browser" if visit else "fresh_process"].append(
                opened(page, f"{address}/Compare", *DRAWN)
            )
            if visit:
                times["turned_to"].append(turned_to(page))
                times["filter"] += filters(page)
                page.close()
                page = context.new_page()
                times["first_view"].append(opened(page, f"{address}/Compare", *DRAWN))
                times["heading"].append(opened(page, f"{address}/Compare", HEADING))
            context.close()
        with app(BARE) as address:
            context = browser.new_context(viewport={"width": 1400, "height": 900})
            opened(context.new_page(), f"{address}/?table", *DRAWN)
            for _ in range(repeats):
                page = context.new_page()
                times["bare_first_view"].append(opened(page, f"{address}/?table", *DRAWN))
                page.close()
        browser.close()
    return {name: statistics.median(values) for name, values in times.items()}


def tell(found: dict[str, float]) -> None:
    """Print at once: a browser that can't be driven must not cost the other figures."""
    for key, value in found.items():
        print(f"{key}: {value:.3f} s", flush=True)


def main() -> None:
    """Measure and print; with --json the last line is one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["LATENT_CLUSTERS_CHECKPOINTS"] = str(folder / "checkpoints")
        os.environ["LATENT_CLUSTERS_RESULTS"] = str(folder / "results")
        os.environ["LATENT_CLUSTERS_WARM_UP"] = "0"
        ours = of_index(folder, args.runs, args.repeats)
        tell(ours)
        # in a process of its own: this one has read where Runs are
        code = (
            "import json; from benchmarks.compare import of_script; "
            f"print(json.dumps(of_script({args.repeats})))"
        )
        said = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
        )
        tell(script := json.loads(said.stdout.splitlines()[-1]))
        tell(browser := of_browser(args.repeats))
        ours |= script | browser
    if args.json:
        print(json.dumps({"ours": ours, "equal": f"{args.runs:,} made-up runs, one machine"}))


if __name__ == "__main__":
    main()
