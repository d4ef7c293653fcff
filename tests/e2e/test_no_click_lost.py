"""However quick the clicks and slow the line, controls, page and address end up saying the same.

LATENT_CLUSTERS_SEQUENCES in the environment says how many sequences of clicks are tried.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import Page

from core.runs.store import Store
from core.setting.links import read_text
from core.setting.names import title
from core.setting.setting import Setting
from pages.parts.explore.widgets import DIMENSIONS
from pages.parts.shared.space import COLOURS
from tests.e2e.conftest import serve, small_run
from tests.e2e.slow_line import slow_line

SEQUENCES = int(os.environ.get("LATENT_CLUSTERS_SEQUENCES", "2"))
ONE_WAY = 0.1  # seconds
PATIENCE = 15.0  # seconds
REST = "[data-testid=stApp][data-test-script-state=notRunning]"
PILLS = ".st-key-field_digits [role=toolbar] button"
COLOUR_KEYS = [key for key in COLOURS if key != "mistake"]


class State(NamedTuple):
    """What controls, title or address say.

    Attributes:
        setting: of which Setting.
        colour: a key of `COLOURS`; None where no space is drawn.
    """

    setting: Setting
    colour: str | None


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Setting]]:
    """An app 200 ms away, there and back, that trains and times nothing, and its one Run."""
    store = Store(tmp_path_factory.mktemp("far") / "checkpoints")
    run = small_run(store, 3)
    with (
        serve(store, LATENT_CLUSTERS_TRAINING_MINUTES="0", LATENT_CLUSTERS_WARM_UP="0") as port,
        slow_line(port, ONE_WAY) as away,
    ):
        yield f"http://127.0.0.1:{away}", run.setting


def _rest(page: Page) -> None:
    """Wait until nothing has run for a second."""
    end, since = time.monotonic() + 60, None
    while since is None or time.monotonic() - since < 1.0:
        assert time.monotonic() < end
        at_rest = page.locator(REST).count() > 0
        since = (since or time.monotonic()) if at_rest else None
        page.wait_for_timeout(50)


class Clicks:
    """Clicks of one sequence, and what they must lead to."""

    def __init__(self, page: Page, start: State, rng: random.Random) -> None:
        self.page, self.rng, self.state = page, rng, start
        self.passed = [start]

    def _now(self, **changes: object) -> None:
        self.state = State(self.state.setting.replace(**changes), self.state.colour)
        self.passed.append(self.state)

    def _pause(self, least: int, most: int) -> None:
        self.page.wait_for_timeout(self.rng.randint(least, most))

    def keys(self) -> None:
        """Arrow keys on the slider of the latent dimension."""
        self.page.get_by_role("slider", name="Latent dimension").focus()
        for _ in range(self.rng.randint(2, 7)):
            step = self.rng.choice((1, 1, -1))
            self.page.keyboard.press("ArrowRight" if step > 0 else "ArrowLeft")
            place = DIMENSIONS.index(self.state.setting.latent_dim) + step
            self._now(latent_dim=DIMENSIONS[min(max(place, 0), len(DIMENSIONS) - 1)])
            self._pause(80, 300)

    def digits(self) -> None:
        """Clicks on digits, which never leave none."""
        for _ in range(self.rng.randint(2, 6)):
            digits, digit = set(self.state.setting.digits), self.rng.randrange(10)
            if digits == {digit}:
                continue
            self.page.locator(PILLS).nth(digit).click()
            self._now(digits=tuple(sorted(digits ^ {digit})))
            self._pause(100, 250)

    def colour(self) -> None:
        """Another colour, where a space is drawn."""
        box = self.page.get_by_role("combobox", name="Colour by")
        if not box.count():
            return
        colour = self.rng.choice([c for c in COLOUR_KEYS if c != self.state.colour])
        box.click()
        name = f"Colour: {COLOURS[colour].lower()}"
        self.page.get_by_role("option", name=name, exact=True).click()
        self.state = State(self.state.setting, colour)
        self.passed.append(self.state)


def _in_address(page: Page) -> State:
    said = dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))
    setting, problems = read_text(said)
    assert not problems
    return State(setting, said.get("colour"))


def _in_controls(page: Page, start: Setting) -> State:
    slider = page.get_by_role("slider", name="Latent dimension")
    chosen = [int(text) for text in page.locator(f"{PILLS}[aria-pressed=true]").all_inner_texts()]
    box = page.get_by_role("combobox", name="Colour by")
    colour = None
    if box.count():
        shown = box.input_value().removeprefix("Colour: ")
        colour = next(key for key, name in COLOURS.items() if name.lower() == shown)
    dims = int(slider.get_attribute("aria-valuetext") or 0)
    return State(start.replace(latent_dim=dims, digits=tuple(sorted(chosen))), colour)


def _all_say(page: Page, start: Setting, wanted: Setting | None = None) -> State:
    """What controls, title and address say, which must be one and the same, and what is wanted.

    A busy machine may begin to answer only after a second: then it is looked at again. A click that is
    lost stays so.
    """
    end = time.monotonic() + PATIENCE
    while True:
        _rest(page)
        controls, said = _in_controls(page, start), _in_address(page)
        heading = page.get_by_role("heading", level=1).first.inner_text()
        wrong = {
            "controls and address": controls.setting != said.setting,
            "title and address": not heading.startswith(title(said.setting)),
            "colour and address": (controls.colour or "digit") != (said.colour or "digit"),
            "address and clicks": wanted not in (None, said.setting),
        }
        if not any(wrong.values()):
            return said
        assert time.monotonic() < end, (wrong, controls, heading, said, wanted)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_no_click_is_lost(tab: Page, far: tuple[str, Setting], seed: int) -> None:
    page, (address, run), rng = tab, far, random.Random(seed)
    drawn = seed % 3 == 0  # drawing the space of a Run takes seconds without a GPU
    setting = run if drawn else run.replace(seed=6)
    page.goto(f"{address}/?{urlencode(setting.to_text())}")
    page.get_by_role("slider", name="Latent dimension").wait_for()
    _rest(page)
    clicks = Clicks(page, State(setting, None), rng)
    if drawn:
        clicks.colour()
    for act in rng.choices((clicks.keys, clicks.digits), k=2):
        act()
    wanted = clicks.state
    end = _all_say(page, setting, wanted.setting)
    if drawn and wanted.setting == setting:  # only there is a colour said
        assert end.colour == wanted.colour
    page.go_back()
    before = _all_say(page, setting)
    assert before.setting in [state.setting for state in clicks.passed]
    page.reload()
    page.get_by_role("slider", name="Latent dimension").wait_for()
    assert _all_say(page, setting) == before
