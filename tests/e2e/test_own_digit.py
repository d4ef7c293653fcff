"""A visitor's own digit in a real browser: drawn with the mouse, or uploaded."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

REST = "[data-testid=stApp][data-test-script-state=notRunning]"
FINDING = "h4"
VIEW = "latentViews.views.get('classify_view')"
SEVEN = [(0.25, 0.22), (0.75, 0.22), (0.45, 0.85)]


@pytest.fixture(scope="module")
def canvas_page(tab: Page, address: str) -> Page:
    """Classify, opened once: the shipped Run of ten digits."""
    tab.goto(f"{address}/Classify")
    tab.locator(".draw-paper canvas").wait_for()
    tab.locator(REST).wait_for(timeout=180_000)
    tab.wait_for_function(f"{VIEW}?.state && !{VIEW}.isPending")
    return tab


def draw(page: Page, points: list[tuple[float, float]], steps: int = 8) -> None:
    """A stroke through these points, from 0 to 1 of the canvas, in so many moves between two."""
    canvas = page.locator(".draw-paper canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=steps)
    page.mouse.up()


def wiped(page: Page) -> None:
    wipe = page.get_by_role("button", name="Wipe")
    if wipe.is_enabled():
        wipe.click()
    expect(page.locator(FINDING)).to_have_count(0)


def test_a_seven_lands_among_sevens(canvas_page: Page) -> None:
    page = canvas_page
    wiped(page)
    page.evaluate(f"{VIEW}.plot.turn({VIEW}.state, 0.5)")
    camera = page.evaluate(f"JSON.stringify({VIEW}.plot.camera.eye)")
    draw(page, SEVEN)
    expect(page.locator(FINDING)).to_have_text(re.compile(r"^7, say [3-5] of 5 neighbours"))
    expect(page.get_by_text("It lies where the data is")).to_be_visible()
    expect(page.locator(".st-key-own_neighbours img")).to_have_count(5)
    page.wait_for_function(f"{VIEW}.state.data.guest?.joined.length === 5")
    expect(page.locator(".lv-diamond")).to_have_attribute("d", re.compile(r"^M\d"))
    assert page.evaluate(f"JSON.stringify({VIEW}.plot.camera.eye)") == camera

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(FINDING)).to_have_count(0)
    page.wait_for_function(f"{VIEW}.state.data.guest === null")


def test_a_scribble_is_far_from_the_data(canvas_page: Page) -> None:
    page = canvas_page
    wiped(page)
    turns = np.linspace(0, 1, 60)
    scribble = [(0.5 + 0.45 * np.sin(37 * t), 0.5 + 0.45 * np.cos(23 * t)) for t in turns]
    draw(page, [(float(x), float(y)) for x, y in scribble], steps=1)
    expect(page.get_by_text(re.compile("where no data is|can't draw it"))).to_be_visible()
    wiped(page)


# another canvas in the same place, as Streamlit makes one at times; what it says goes the same way
MADE_ANEW = """async (draw) => {
  const { data, answer } = draw.parentNode.drawingPad;
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const { default: render } = await import(loaded.find((name) => name.includes("/draw/draw.js")));
  const parentElement = document.body.appendChild(document.createElement("div"));
  render({ data, parentElement, setStateValue: answer });
  parentElement.drawingPad.wipe.click();
}"""


def test_a_canvas_that_was_made_anew_wipes_what_was_drawn_before(canvas_page: Page) -> None:
    page = canvas_page
    wiped(page)
    draw(page, SEVEN)
    expect(page.locator(FINDING)).to_have_text(re.compile("^7, say"))
    page.locator(".draw").evaluate(MADE_ANEW)
    expect(page.locator(FINDING)).to_have_count(0)
    page.locator("body > div > .draw").evaluate("draw => draw.parentNode.remove()")


def _file(kind: str, size: tuple[int, int] = (300, 300), **options: object) -> bytes:
    image = Image.new("L", size, 235)
    places = [(x * size[0], y * size[1]) for x, y in SEVEN]
    ImageDraw.Draw(image).line(places, fill=30, width=size[0] // 12, joint="curve")
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _animated() -> bytes:
    more = [Image.new("L", (300, 300), level) for level in (0, 255)]
    return _file("WEBP", save_all=True, append_images=more)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("seven.jpg", _file("JPEG"), "7, say", id="a photo"),
        pytest.param("empty.png", b"", "got an empty one", id="an empty file"),
        pytest.param(
            "huge.png", _file("PNG", (8_000, 7_000)), "at most 50 million pixels", id="too large"
        ),
        pytest.param("seven.svg", b"<svg></svg>", "got an SVG", id="an SVG"),
        pytest.param("moving.webp", _animated(), "must not be animated", id="an animation"),
        pytest.param("torn.png", _file("PNG")[:200], "damaged", id="a torn file"),
    ],
)
def test_an_upload(canvas_page: Page, name: str, content: bytes, said: str) -> None:
    page = canvas_page
    page.get_by_role("radio", name="Photo or file").or_(
        page.get_by_role("button", name="Photo or file")
    ).first.click()
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    expect(page.get_by_text(said).first).to_be_visible()
    expect(page).to_have_url(re.compile("source=photo"))
